package dev.sotto.accountant.pld;

import dev.sotto.accountant.Bounds;

/** What is asked of a composition: ε at δ, or δ at ε. */
sealed interface Question {
    /** What a curve tells. */
    Bounds read(DeltaCurve curve, Bounds known);

    /** Whether what a curve charges is so little that it does not show in how close the bounds are. */
    default boolean isClear(DeltaCurve curve, Bounds found) {
        return curve.charge(epsilon(found)) <= little(found);
    }

    /** Charges above this make another way worth its time. */
    double little(Bounds found);

    /** An upper bound without any lattice for the sum. */
    double quick(Composition composition);

    /** The tilt that suits it. */
    double tilt(Composition composition);

    /** An upper bound on the ε in question. */
    double epsilon(Bounds found);

    /** Logarithm of an upper bound on the δ in question. */
    double logDelta(Bounds found);

    /** ε at this δ. */
    record EpsilonAt(double delta) implements Question {
        @Override
        public Bounds read(DeltaCurve curve, Bounds known) {
            double upper = Math.min(known.upper(), curve.epsilonUpper(delta));
            return new Bounds(Math.min(upper, curve.epsilonLower(delta, upper)), upper);
        }

        @Override
        public double little(Bounds found) {
            return 1e-4 * Math.min(delta, 1 - delta);
        }

        @Override
        public double quick(Composition composition) {
            double largest = composition.certain() == 0 ? composition.largestLoss() : Double.POSITIVE_INFINITY;
            return Math.min(largest, Moments.epsilonUpper(composition, delta));
        }

        @Override
        public double tilt(Composition composition) {
            return composition.tiltForDelta(Math.log(delta));
        }

        @Override
        public double epsilon(Bounds found) {
            return found.upper();
        }

        @Override
        public double logDelta(Bounds found) {
            return Math.log(delta);
        }
    }

    /** δ at this ε. */
    record DeltaAt(double epsilon) implements Question {
        @Override
        public Bounds read(DeltaCurve curve, Bounds known) {
            double upper = curve.upper(epsilon);
            return new Bounds(Math.min(upper, curve.lower(epsilon)), upper);
        }

        @Override
        public double little(Bounds found) {
            return PldAccountant.DELTA_WIDTH / 20 * found.upper();
        }

        @Override
        public double quick(Composition composition) {
            return Moments.deltaUpper(composition, epsilon);
        }

        @Override
        public double tilt(Composition composition) {
            return composition.tiltForEpsilon(epsilon);
        }

        @Override
        public double epsilon(Bounds found) {
            return epsilon;
        }

        @Override
        public double logDelta(Bounds found) {
            return Math.log(found.upper());
        }
    }
}
