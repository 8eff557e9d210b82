package dev.sotto.core.privacy;

/** Tail probabilities for statistical tests, to about 12 digits. */
final class Statistics {

    /** Every statistical assertion here fails by chance with at most this probability, were its seed drawn anew. */
    static final double FALSE_ALARM = 1e-6;

    private Statistics() {}

    /** Pearson's statistic of counts against expected counts, as a p-value. */
    static double chiSquareP(long[] counts, double[] expected) {
        double statistic = 0;
        for (int i = 0; i < counts.length; i++) {
            statistic += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
        }
        return upperGamma((counts.length - 1) / 2.0, statistic / 2);
    }

    /** P(X > x) for a chi-square variable. */
    static double chiSquareTail(double x, int freedom) {
        return upperGamma(freedom / 2.0, x / 2);
    }

    /** P(|Z| > z). */
    static double twoSided(double z) {
        return upperGamma(0.5, z * z / 2);
    }

    /** P(Z <= z). */
    static double normalCdf(double z) {
        double tail = twoSided(z) / 2;
        return z > 0 ? 1 - tail : tail;
    }

    /** The regularised upper incomplete gamma function: its power series, or its continued fraction (Lentz). */
    private static double upperGamma(double a, double x) {
        if (x <= 0) {
            return 1;
        }
        double front = Math.exp(a * Math.log(x) - x - logGamma(a));
        if (x < a + 1) {
            double term = 1 / a;
            double sum = term;
            for (int n = 1; term > sum * 1e-17; n++) {
                term *= x / (a + n);
                sum += term;
            }
            return 1 - front * sum;
        }
        double b = x + 1 - a;
        double c = 1e300;
        double d = 1 / b;
        double h = d;
        for (int n = 1; n < 100_000; n++) {
            double numerator = -n * (n - a);
            b += 2;
            d = 1 / (numerator * d + b);
            c = b + numerator / c;
            h *= c * d;
            if (Math.abs(c * d - 1) < 1e-15) {
                return front * h;
            }
        }
        throw new IllegalStateException("no convergence");
    }

    /** Stirling's series after shifting the argument above 20. */
    private static double logGamma(double a) {
        double shift = 0;
        double x = a;
        for (; x < 20; x++) {
            shift += Math.log(x);
        }
        double inverse = 1 / (x * x);
        double series = (1.0 / 12 - inverse * (1.0 / 360 - inverse * (1.0 / 1260 - inverse / 1680))) / x;
        return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - shift;
    }
}
