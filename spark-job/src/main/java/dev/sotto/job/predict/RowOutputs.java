package dev.sotto.job.predict;

import dev.sotto.core.batch.Batch;
import java.util.Arrays;

/** What a model says of one row. */
final class RowOutputs {
    private final float[] outputs;
    private final float[] labels;

    private RowOutputs(float[] outputs, float[] labels) {
        this.outputs = outputs;
        this.labels = labels;
    }

    /** Of a row of a batch, whose outputs stand one row after the other. */
    static RowOutputs of(float[] outputs, Batch batch, int row) {
        return new RowOutputs(cut(outputs, batch.rows(), row), cut(batch.labels(), batch.rows(), row));
    }

    private static float[] cut(float[] values, int rows, int row) {
        int width = values.length / rows;
        return Arrays.copyOfRange(values, row * width, (row + 1) * width);
    }

    /** One an output; where words are answered for, one an output of each token, {@code [length * outputs]}. Not to be changed. */
    float[] outputs() {
        return outputs;
    }

    /** The row's part of the batch's labels. Not to be changed. */
    float[] labels() {
        return labels;
    }

    /** The outputs of one token, {@code [classes]}. */
    float[] ofToken(int token, int classes) {
        return Arrays.copyOfRange(outputs, token * classes, (token + 1) * classes);
    }

    /** Whether the outputs are finite numbers, and so say something. */
    boolean isAnswer() {
        for (float output : outputs) {
            if (!Float.isFinite(output)) {
                return false;
            }
        }
        return true;
    }

    /** The index of the largest output; of equal ones the first. */
    static int best(float[] outputs) {
        int best = 0;
        for (int i = 1; i < outputs.length; i++) {
            best = outputs[i] > outputs[best] ? i : best;
        }
        return best;
    }
}
