package dev.sotto.core.model;

/** How far arrays are apart, relative to their size. */
final class RelativeDifference {
    /** A gradient that is zero by mathematics (a key bias) is rounding alone: then the size of all of them counts. */
    private static final double SHARE_OF_ALL = 1e-3;

    private RelativeDifference() {}

    /**
     * Largest |actual - expected| over the largest |expected|.
     *
     * @param largestOfAll largest value of the tensors that this one belongs to; a thousandth of it is the least that
     *     is divided by
     * @return at least 0; NaN if the sizes differ or a value is not finite
     */
    static double of(double[] actual, double[] expected, double largestOfAll) {
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
        double scale = Math.max(largest(expected), SHARE_OF_ALL * largestOfAll);
        return difference == 0 ? 0 : difference / scale;
    }

    /** Largest absolute value. */
    static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
