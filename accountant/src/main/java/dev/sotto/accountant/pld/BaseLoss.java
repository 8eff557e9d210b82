package dev.sotto.accountant.pld;

import dev.sotto.accountant.math.Normal;

/**
 * The privacy loss y = log(dM1/dM0) of a mechanism that is run on the whole table, M0 without the unit and M1 with it.
 * All of them are symmetric: y under M1 is distributed as -y under M0. So one function of |y| tells the density of
 * y under M0 where y &le; 0 and under M1 where y &gt; 0.
 */
sealed interface BaseLoss {
    /** Intervals {low, high, low, high ...} in nats, ascending, that hold all of the density but {@link #tail}. */
    double[] windows();

    /** Density at |y| as told above, per nat; relative error &lt; 2e-14. */
    double density(double modulus);

    /** About |d log density / dy| at |y|, for the choice of quadrature panels. */
    double rate(double modulus);

    /** E[e^y | y below a limit] under M0 if most of the mass is below it; else NaN. For choosing lattices only. */
    double meanBelow(double limit);

    /** Position c &ge; 0 of the atoms at -c and c. */
    double atom();

    /** Mass of the atom at -c under M0, and of the one at c under M1; 0 for none. */
    double atomMass();

    /** Bound on the mass outside the windows under (1-q) M0 + q M1, and under M0. */
    double tail(double q);

    /** Mass on which the two are told apart with certainty. */
    double infinity();

    /**
     * Gaussian noise of multiplier 1/μ: y ~ N(-μ²/2, μ²) under M0. Source: Dong, Roth, Su, "Gaussian Differential
     * Privacy", JRSS-B 2022, Section 2 (arXiv:1905.02383).
     *
     * @param mu sensitivity over standard deviation, &gt; 0
     * @param z how many standard deviations the windows reach from either mean, &gt; 0
     * @param zHigh how many they reach up from the mean under M1, at most z
     */
    record Gaussian(double mu, double z, double zHigh) implements BaseLoss {
        @Override
        public double[] windows() {
            double centre = mu * mu / 2;
            double reach = z * mu;
            return reach >= centre
                    ? new double[] {-centre - reach, centre + zHigh * mu}
                    : new double[] {-centre - reach, -centre + reach, centre - reach, centre + zHigh * mu};
        }

        @Override
        public double density(double modulus) {
            double t = (modulus - mu * mu / 2) / mu;
            return Math.exp(-t * t / 2) / (mu * SQRT_2_PI);
        }

        @Override
        public double rate(double modulus) {
            return Math.abs(modulus - mu * mu / 2) / (mu * mu) + 1 / mu;
        }

        @Override
        public double meanBelow(double limit) {
            double below = Normal.above(-(limit / mu + mu / 2));
            return below > 0.6 ? Normal.above(-(limit / mu - mu / 2)) / below : Double.NaN;
        }

        @Override
        public double atom() {
            return 0;
        }

        @Override
        public double atomMass() {
            return 0;
        }

        /** Φ(-z) &le; φ(z)/z (Gordon 1941): two tails at most of each normal at z, or one of M1 at zHigh instead. */
        @Override
        public double tail(double q) {
            return 2 * tail1(z) + q * tail1(zHigh) + (zHigh + mu < z ? tail1(zHigh + mu) : 0);
        }

        private static double tail1(double z) {
            return 1.0001 * Math.exp(-z * z / 2) / (z * SQRT_2_PI);
        }

        @Override
        public double infinity() {
            return 0;
        }

        private static final double SQRT_2_PI = Math.sqrt(2 * Math.PI);
    }

    /**
     * Laplace noise of scale 1/rate: y = |x-1| and |x| compared, between -1/b and 1/b, with atoms at both ends.
     *
     * @param limit 1/b, the largest loss
     */
    record Laplace(double limit) implements BaseLoss {
        @Override
        public double[] windows() {
            return new double[] {-limit, limit};
        }

        @Override
        public double density(double modulus) {
            return 0.25 * Math.exp((modulus - limit) / 2);
        }

        @Override
        public double rate(double modulus) {
            return 0.5;
        }

        @Override
        public double meanBelow(double limit) {
            return Double.NaN;
        }

        @Override
        public double atom() {
            return limit;
        }

        @Override
        public double atomMass() {
            return 0.5;
        }

        @Override
        public double tail(double q) {
            return 0;
        }

        @Override
        public double infinity() {
            return 0;
        }
    }

    /**
     * The worst mechanism with this guarantee: certain failure with probability δ, else randomized response. Source:
     * Kairouz, Oh, Viswanath, "The Composition Theorem for Differential Privacy", 2017 (arXiv:1311.0776).
     */
    record Stated(double epsilon, double delta) implements BaseLoss {
        @Override
        public double[] windows() {
            return new double[0];
        }

        @Override
        public double density(double modulus) {
            return 0;
        }

        @Override
        public double rate(double modulus) {
            return 0;
        }

        @Override
        public double meanBelow(double limit) {
            return Double.NaN;
        }

        @Override
        public double atom() {
            return epsilon;
        }

        @Override
        public double atomMass() {
            return (1 - delta) / (1 + Math.exp(-epsilon));
        }

        @Override
        public double tail(double q) {
            return 0;
        }

        @Override
        public double infinity() {
            return delta;
        }
    }
}
