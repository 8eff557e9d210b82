package dev.sotto.core.batch;

import java.util.List;

/**
 * What the head of a model is given of some rows, with their labels. The arrays are handed over, not copied: the caller keeps its
 * hands off them afterwards.
 */
public final class FeatureBatch implements Batch {
    private final int rows;
    private final List<Integer> rowShape;
    private final float[] features;
    private final float[] labels;

    /**
     * @param rows number of rows, at least 1
     * @param rowShape dimensions of a row's features; the first counts its tokens where the head is given a state of each
     * @param features {@code [rows, rowShape...]}, row-major
     * @param labels {@code [rows * labels of a row]}, row-major
     * @throws IllegalArgumentException if an array's length does not fit
     */
    public FeatureBatch(int rows, List<Integer> rowShape, float[] features, float[] labels) {
        this.rowShape = List.copyOf(rowShape);
        int size = size(rowShape);
        if (rows < 1
                || features.length != Math.multiplyExact(rows, size)
                || labels.length < rows
                || labels.length % rows != 0) {
            throw new IllegalArgumentException("Got " + features.length + " features and " + labels.length
                    + " labels, the batch needs " + size + " and as many for each of " + rows
                    + " rows, at least 1: rows would be mixed up.");
        }
        this.rows = rows;
        this.features = features;
        this.labels = labels;
    }

    private static int size(List<Integer> shape) {
        return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
    }

    @Override
    public int rows() {
        return rows;
    }

    /** {@code [rows, rowShape...]}, row-major. */
    public float[] features() {
        return features;
    }

    @Override
    public float[] labels() {
        return labels;
    }

    @Override
    public FeatureBatch only(int row) {
        return new FeatureBatch(1, rowShape, FloatRows.row(features, rows, row), FloatRows.row(labels, rows, row));
    }

    @Override
    public List<Integer> rowShape() {
        return rowShape;
    }

    @Override
    public FeatureBatch noise(long... seeds) {
        float[] noise = FloatRows.noise(features.length / rows, seeds);
        return new FeatureBatch(seeds.length, rowShape, noise, new float[seeds.length * (labels.length / rows)]);
    }
}
