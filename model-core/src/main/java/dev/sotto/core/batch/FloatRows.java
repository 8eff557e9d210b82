package dev.sotto.core.batch;

import java.util.Arrays;
import java.util.Random;

/** Rows of floats that lie one after the other in an array. */
final class FloatRows {
    private FloatRows() {}

    /** One of so many rows. */
    static float[] row(float[] all, int rows, int row) {
        int size = all.length / rows;
        return Arrays.copyOfRange(all, row * size, (row + 1) * size);
    }

    /** Normally distributed rows, each of which follows from its seed. */
    static float[] noise(int size, long... seeds) {
        float[] noise = new float[seeds.length * size];
        for (int row = 0; row < seeds.length; row++) {
            var random = new Random(seeds[row]);
            for (int i = row * size; i < (row + 1) * size; i++) {
                noise[i] = (float) random.nextGaussian();
            }
        }
        return noise;
    }
}
