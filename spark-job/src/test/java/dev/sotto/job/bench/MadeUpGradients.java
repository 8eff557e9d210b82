package dev.sotto.job.bench;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.train.GradientModel;
import java.util.Arrays;
import java.util.Random;

/** Gradients that cost next to nothing: each row's is a stretch of one long list of normal numbers. */
final class MadeUpGradients implements GradientModel {

    private static final int OFFSETS = 1 << 16;

    private final int d;
    private final float[] numbers;

    int d() {
        return d;
    }

    MadeUpGradients(int d) {
        this.d = d;
        this.numbers = new float[d + OFFSETS];
        var random = new Random(1);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
    }

    @Override
    public float[] gradients(Batch batch, float[] trained) {
        float[] gradients = new float[batch.rows() * d];
        for (int row = 0; row < batch.rows(); row++) {
            int content = Arrays.stream(((TokenBatch) batch.only(row)).ids()).sum();
            System.arraycopy(numbers, Math.floorMod(content * 7919, OFFSETS), gradients, row * d, d);
        }
        return gradients;
    }

    @Override
    public int rowsTogether(Batch like, int waiting, int most) {
        return Math.min(waiting, most);
    }

    @Override
    public boolean tooLarge(Batch like, int rows) {
        return false;
    }
}
