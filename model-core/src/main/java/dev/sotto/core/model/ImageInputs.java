package dev.sotto.core.model;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.engine.Argument;
import java.util.List;

/**
 * Which images a model takes.
 *
 * @param channels colour channels
 * @param height in pixels
 * @param width in pixels
 * @param orMore whether larger images do as well
 */
record ImageInputs(int channels, int height, int width, boolean orMore) {

    /** Pixels, {@code [rows, channels, height, width]}. */
    List<Argument> arguments(Batch batch) {
        if (!(batch instanceof ImageBatch images)) {
            throw new IllegalArgumentException(
                    "This model reads images, but was given text: choose an image column, or a model for text.");
        }
        boolean sized = orMore
                ? images.height() >= height && images.width() >= width
                : images.height() == height && images.width() == width;
        if (images.channels() != channels || !sized) {
            throw new IllegalArgumentException("Images are " + images.channels() + " x " + images.height() + " x "
                    + images.width() + ", the model reads " + channels + " channels of " + (orMore ? "at least " : "")
                    + height + " x " + width + " pixels. Resize them.");
        }
        return List.of(Argument.of(images.pixels(), images.rows(), images.channels(), images.height(), images.width()));
    }
}
