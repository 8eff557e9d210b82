package dev.sotto.core.batch;

import java.io.Serializable;

/**
 * The middle of an image; where the image is smaller, black fills up.
 *
 * @param height in pixels, at least 1
 * @param width in pixels, at least 1
 * @param rounding whose rule places the crop when the margin is odd
 */
public record CentreCrop(int height, int width, Rounding rounding) implements Serializable {
    public CentreCrop {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "A crop of " + height + " x " + width + " pixels leaves no image: give at least 1 x 1.");
        }
    }

    /** Two libraries, two rules for half a pixel. */
    public enum Rounding {
        /** transformers, {@code image_transforms.center_crop}: down. */
        DOWN,
        /** torchvision, {@code functional.center_crop}: halves to even when cropping, up when filling. */
        TORCHVISION
    }

    /** First pixel of the crop in an edge of {@code size} pixels; negative where black comes first. */
    int origin(int size, int crop) {
        if (rounding == Rounding.DOWN) {
            return Math.floorDiv(size - crop, 2);
        }
        return size >= crop ? (int) Math.rint((size - crop) / 2.0) : -((crop - size) / 2);
    }
}
