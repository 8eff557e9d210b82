package dev.sotto.core.batch;

import java.util.List;

/**
 * Images of one size, normalised, channels first. The arrays are handed over, not copied: the caller keeps its hands
 * off them afterwards.
 */
public final class ImageBatch implements Batch {
    private final int rows;
    private final int channels;
    private final int height;
    private final int width;
    private final float[] pixels;
    private final float[] labels;

    /**
     * @param rows number of images, at least 1
     * @param channels colour channels, at least 1
     * @param height in pixels, at least 1
     * @param width in pixels, at least 1
     * @param pixels normalised values, {@code [rows * channels * height * width]}, row-major
     * @param labels {@code [rows * labels of a row]}, row-major: one, or one an output
     * @throws IllegalArgumentException if an array's length does not fit
     */
    public ImageBatch(int rows, int channels, int height, int width, float[] pixels, float[] labels) {
        if (rows < 1 || channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "A batch has at least one image of one pixel, got " + rows + " of " + channels + "x" + height + "x"
                            + width + ": there is nothing to compute. Leave empty batches out.");
        }
        int expected = Math.multiplyExact(Math.multiplyExact(rows, channels), Math.multiplyExact(height, width));
        if (pixels.length != expected || labels.length < rows || labels.length % rows != 0) {
            throw new IllegalArgumentException("Got " + pixels.length + " pixel values and " + labels.length
                    + " labels, the batch needs " + expected + " and as many for each of " + rows
                    + " rows: rows would be mixed up.");
        }
        this.rows = rows;
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.pixels = pixels;
        this.labels = labels;
    }

    @Override
    public int rows() {
        return rows;
    }

    public int channels() {
        return channels;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** Normalised values, {@code [rows * channels * height * width]}, row-major. */
    public float[] pixels() {
        return pixels;
    }

    @Override
    public float[] labels() {
        return labels;
    }

    @Override
    public ImageBatch only(int row) {
        return new ImageBatch(
                1, channels, height, width, FloatRows.row(pixels, rows, row), FloatRows.row(labels, rows, row));
    }

    @Override
    public List<Integer> rowShape() {
        return List.of(channels, height, width);
    }

    @Override
    public ImageBatch noise(long... seeds) {
        float[] noise = FloatRows.noise(channels * height * width, seeds);
        float[] zeros = new float[seeds.length * (labels.length / rows)];
        return new ImageBatch(seeds.length, channels, height, width, noise, zeros);
    }
}
