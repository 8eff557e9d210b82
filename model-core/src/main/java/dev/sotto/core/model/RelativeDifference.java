package dev.sotto.core.model;

/** How far arrays are apart, relative to a size. */
public final class RelativeDifference {
    private RelativeDifference() {}

    /**
     * Largest |actual - expected| over the scale.
     *
     * @return at least 0; NaN if the sizes differ or a value is not finite
     */
    public static double of(double[] actual, double[] expected, double scale) {
        if (actual.length != expected.length) {
            return Double.NaN;
        }
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            double one = Math.abs(actual[i] - expected[i]);
            if (!Double.isFinite(one)) {
                return Double.NaN;
            }
            difference = Math.max(difference, one);
        }
        return difference == 0 ? 0 : difference / scale;
    }

    /** Largest absolute value. */
    public static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
