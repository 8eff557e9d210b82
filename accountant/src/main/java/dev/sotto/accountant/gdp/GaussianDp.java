package dev.sotto.accountant.gdp;

import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.math.Check;
import dev.sotto.accountant.math.Normal;

/**
 * μ-Gaussian differential privacy: exactly what compositions of Gaussian releases on the whole table cost, with
 * μ² = Σ count/σ². Source: Dong, Roth, Su, "Gaussian Differential Privacy", JRSS-B 2022, Corollary 2.13 and Corollary 3.3
 * (arXiv:1905.02383); Balle, Wang, "Improving the Gaussian Mechanism", ICML 2018, on the analytic mechanism (arXiv:1805.06530v2).
 *
 * @param mu μ &gt; 0, unitless
 */
public record GaussianDp(double mu) {
    private static final double RELATIVE_ERROR = 1e-12;
    /** Below this doubles are too coarse to tell anything about ε but a lower bound. */
    private static final double LEAST_DELTA = 2 * Double.MIN_NORMAL;

    public GaussianDp {
        Check.that(mu > 0 && mu < Double.POSITIVE_INFINITY, "mu must be finite and > 0, got %s", mu);
    }

    /**
     * δ(ε) = Φ(-ε/μ + μ/2) - e^ε Φ(-ε/μ - μ/2), written as φ(a)(m(a) - m(b)) with the Mills ratio m, since
     * e^ε φ(b) = φ(a). The bounds are 1e-12 (1 + 1/μ) apart, relatively, and by what underflow may have taken.
     */
    public Bounds delta(double epsilon) {
        double a = epsilon / mu - mu / 2;
        double b = epsilon / mu + mu / 2;
        double ratio = a < -30
                ? 1 - Normal.density(a) * Normal.mills(b)
                : Normal.density(a) * (Normal.mills(a) - Normal.mills(b));
        double error = RELATIVE_ERROR * (1 + 1 / mu + (a < -30 ? 0 : a * a));
        double lower = ratio * (1 - error) - Double.MIN_NORMAL;
        double upper = Math.max(0, ratio * (1 + error)) + Double.MIN_NORMAL;
        return new Bounds(Math.max(0, Math.min(1, lower)), Math.min(1, upper));
    }

    /** ε(δ), the inverse of {@link #delta}, by bisection on its upper and on its lower bound. */
    public Bounds epsilon(double delta) {
        Check.that(delta >= 0 && delta <= 1, "delta must be in [0, 1], got %s", delta);
        if (delta == 0) {
            return new Bounds(Double.MAX_VALUE, Double.POSITIVE_INFINITY);
        }
        if (delta <= LEAST_DELTA) {
            return new Bounds(epsilon(2 * LEAST_DELTA).lower(), Double.POSITIVE_INFINITY);
        }
        double high = 1;
        while (delta(high).upper() > delta) {
            high *= 2;
        }
        double upper = bisect(high, epsilon -> delta(epsilon).upper() <= delta);
        double lower = bisect(high, epsilon -> delta(epsilon).lower() <= delta);
        return new Bounds(Math.min(upper, Math.nextDown(lower)) > 0 ? Math.nextDown(lower) : 0, upper);
    }

    private interface Holds {
        boolean at(double epsilon);
    }

    /** The least ε in [0, high] at which it holds, rounded up by at most 1e-14. */
    private static double bisect(double high, Holds holds) {
        if (holds.at(0)) {
            return 0;
        }
        double low = 0;
        double top = high;
        for (int i = 0; i < 200 && top - low > 4 * Math.ulp(top); i++) {
            double middle = (low + top) / 2;
            if (holds.at(middle)) {
                top = middle;
            } else {
                low = middle;
            }
        }
        return top;
    }
}
