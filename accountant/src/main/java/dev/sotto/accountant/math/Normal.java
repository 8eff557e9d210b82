package dev.sotto.accountant.math;

/** The normal distribution's tail, by its Mills ratio, without underflow. */
public final class Normal {
    private static final double SQRT_2_PI = Math.sqrt(2 * Math.PI);

    private Normal() {}

    /** φ(x) = exp(-x²/2)/√(2π). */
    public static double density(double x) {
        return Math.exp(-x * x / 2) / SQRT_2_PI;
    }

    /**
     * The Mills ratio Φ(-x)/φ(x); relative error below 1e-13 for x &ge; -37, infinite below about -38.
     *
     * <p>For x &gt; 2 Laplace's continued fraction 1/(x + 1/(x + 2/(x + 3/...))), Abramowitz, Stegun 26.2.14; else
     * 1/2 - φ(x)(x + x³/3 + x⁵/15 + ...), 26.2.11.
     */
    public static double mills(double x) {
        if (x > 2) {
            double f = 0;
            for (int k = x > 8 ? 60 : 400; k >= 1; k--) {
                f = k / (x + f);
            }
            return 1 / (x + f);
        }
        double term = x;
        double sum = x;
        for (int k = 3; k < 4000 && Math.abs(term) > 1e-18 * Math.abs(sum); k += 2) {
            term *= x * x / k;
            sum += term;
        }
        return 0.5 / density(x) - sum;
    }

    /** Φ(-x), the mass above x. */
    public static double above(double x) {
        return x < -30 ? 1 : mills(x) * density(x);
    }

    /** x with Φ(x) = p, for p in (0, 1); relative error of the tail below 1e-12. */
    public static double quantile(double p) {
        Check.that(p > 0 && p < 1, "a quantile needs a probability in (0, 1), got %s", p);
        double low = -40;
        double high = 40;
        for (int i = 0; i < 200 && high - low > 1e-15 * Math.max(1, Math.abs(low)); i++) {
            double middle = (low + high) / 2;
            if (above(-middle) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
