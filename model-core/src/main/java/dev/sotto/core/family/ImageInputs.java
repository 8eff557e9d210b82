package dev.sotto.core.family;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.engine.Argument;
import dev.sotto.core.folder.ModelException;
import java.util.List;

/**
 * Which images a model takes.
 *
 * @param channels colour channels
 * @param height in pixels
 * @param width in pixels
 * @param orMore whether larger images do as well
 */
public record ImageInputs(int channels, int height, int width, boolean orMore) {

    /**
     * Checks a size before there are images of it.
     *
     * @throws ModelException if the model does not take such images
     */
    public void check(int channels, int height, int width) {
        boolean sized =
                orMore ? height >= this.height && width >= this.width : height == this.height && width == this.width;
        if (channels != this.channels || !sized) {
            throw new ModelException.Unsupported("Images are " + channels + " x " + height + " x " + width
                    + ", the model reads " + this.channels + " channels of " + (orMore ? "at least " : "") + this.height
                    + " x " + this.width + " pixels. Resize them.");
        }
    }

    /** Pixels, {@code [rows, channels, height, width]}. */
    List<Argument> arguments(Batch batch) {
        if (!(batch instanceof ImageBatch images)) {
            throw new IllegalArgumentException(
                    "This model reads images, but was given text: choose an image column, or a model for text.");
        }
        check(images.channels(), images.height(), images.width());
        return List.of(Argument.of(images.pixels(), images.rows(), images.channels(), images.height(), images.width()));
    }
}
