package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;

/** Nearness of arrays, relative to the largest value expected. What must hold to the bit is no matter of this class: there arrays are equal. */
public final class Close {
    private Close() {}

    public static void assertRelative(float[] actual, float[] expected, double tolerance) {
        double[] doubles = new double[expected.length];
        Arrays.setAll(doubles, i -> expected[i]);
        assertRelative(actual, doubles, tolerance);
    }

    public static void assertRelative(float[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isFinite();
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
        }
        assertThat(difference / largest).isCloseTo(0, within(tolerance));
    }

    /** One row of a row-major array. */
    public static float[] row(float[] all, int row, int rows) {
        int width = all.length / rows;
        return Arrays.copyOfRange(all, row * width, (row + 1) * width);
    }
}
