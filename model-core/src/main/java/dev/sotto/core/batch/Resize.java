package dev.sotto.core.batch;

import java.io.Serializable;

/** The size that an image is brought to before it is cropped. */
public sealed interface Resize extends Serializable {
    Resample resample();

    /** Height and width after resizing an image of the given height and width, in pixels. */
    Size of(Size image);

    /** The same for a square crop of {@code pixels} instead of {@code crop}. */
    Resize scaledFor(CentreCrop crop, int pixels);

    /** Height and width in pixels. */
    record Size(long height, long width) {}

    /** Every image to one size, whatever its shape. */
    record Exact(int height, int width, Resample resample) implements Resize {
        public Exact {
            checkPixels(height);
            checkPixels(width);
        }

        @Override
        public Size of(Size image) {
            return new Size(height, width);
        }

        @Override
        public Resize scaledFor(CentreCrop crop, int pixels) {
            return new Exact(scaled(height, crop.height(), pixels), scaled(width, crop.width(), pixels), resample);
        }
    }

    /** The shorter edge to a number of pixels, the longer in proportion (rounded down, as torchvision and transformers do). */
    record ShortestEdge(int pixels, Resample resample) implements Resize {
        public ShortestEdge {
            checkPixels(pixels);
        }

        @Override
        public Size of(Size image) {
            boolean upright = image.width() <= image.height();
            long shorter = upright ? image.width() : image.height();
            long longer = upright ? image.height() : image.width();
            long scaled = (long) ((double) (pixels * longer) / shorter);
            return upright ? new Size(scaled, pixels) : new Size(pixels, scaled);
        }

        @Override
        public Resize scaledFor(CentreCrop crop, int pixels) {
            return new ShortestEdge(scaled(this.pixels, Math.min(crop.height(), crop.width()), pixels), resample);
        }
    }

    /** Images stay as they are. */
    record None() implements Resize {
        @Override
        public Resample resample() {
            return Resample.NEAREST;
        }

        @Override
        public Size of(Size image) {
            return image;
        }

        @Override
        public Resize scaledFor(CentreCrop crop, int pixels) {
            return this;
        }
    }

    private static int scaled(int edge, int crop, int wanted) {
        return (int) Math.max(wanted, Math.round((double) edge * wanted / crop));
    }

    private static void checkPixels(int pixels) {
        if (pixels < 1) {
            throw new IllegalArgumentException(
                    "Images cannot be resized to " + pixels + " pixels: give at least 1, such as 224.");
        }
    }
}
