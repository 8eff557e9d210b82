package dev.sotto.core.batch;

import java.util.List;

/**
 * Some rows in the form a model takes them, with their labels: plain arrays, copied to the engine when used.
 * Rows are what the model sees; which rows make up one privacy unit is known elsewhere.
 */
public sealed interface Batch permits TokenBatch, ImageBatch, FeatureBatch {

    /** The number of rows, at least 1. */
    int rows();

    /**
     * Labels, row-major, not to be changed. One a row, {@code float[rows]}, for classification (a class index: 0, 1, ... exact in a
     * float) and regression (the target); one an output, {@code float[rows * outputs]}, for multi-label (0 or 1); one a token,
     * {@code float[rows * length]}, where each token has a class.
     */
    float[] labels();

    /** One of its rows, by itself. */
    Batch only(int row);

    /** What decides how a row is computed besides its values: its dimensions. */
    List<Integer> rowShape();

    /**
     * A batch whose rows have the shape of this one's and nothing else of it: made-up content, by which a model's
     * arithmetic can be tried, all of it: no row has padding, whose gradient is zero in whatever order it is computed. Equal seeds give
     * equal rows.
     *
     * @param seeds one a row
     */
    Batch noise(long... seeds);
}
