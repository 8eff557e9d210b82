package dev.sotto.core.batch;

import java.io.Serializable;
import java.util.List;

/**
 * How an image becomes a model's input: resized, cropped to one size, then (value * scale - mean) / std in each colour
 * channel. Public knowledge; sent to wherever rows are encoded.
 *
 * @param resize before the crop
 * @param crop gives every image the model's size; where resizing alone does, a crop of that size
 * @param scale multiplies the 8-bit values, usually 1/255
 * @param mean per channel: red, green, blue
 * @param std per channel, finite and &gt; 0
 * @param grayBits how many of the 16 bits of a 16-bit gray image are used, from 8 to 16: its values lie below 2^grayBits
 */
public record ImageSettings(
        Resize resize, CentreCrop crop, double scale, List<Double> mean, List<Double> std, int grayBits)
        implements Serializable {
    /** Red, green, blue. */
    public static final int CHANNELS = 3;

    /** What torchvision's ImageNet models were trained with (SqueezeNet, ResNet: {@code ImageClassification} presets). */
    public static final ImageSettings TORCHVISION = new ImageSettings(
            new Resize.ShortestEdge(256, Resample.BILINEAR),
            new CentreCrop(224, 224, CentreCrop.Rounding.TORCHVISION),
            1 / 255.0,
            List.of(0.485, 0.456, 0.406),
            List.of(0.229, 0.224, 0.225));

    /** The same with 16-bit gray images that use all their bits. */
    public ImageSettings(Resize resize, CentreCrop crop, double scale, List<Double> mean, List<Double> std) {
        this(resize, crop, scale, mean, std, 16);
    }

    public ImageSettings {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        boolean finite = Double.isFinite(scale)
                && mean.stream().allMatch(Double::isFinite)
                && std.stream().allMatch(s -> s > 0 && Double.isFinite(s));
        if (mean.size() != CHANNELS || std.size() != CHANNELS || !finite) {
            throw new IllegalArgumentException("Images need a finite scale and " + CHANNELS
                    + " finite means and positive deviations, got scale " + scale + ", mean " + mean + ", std " + std
                    + ": pixels would not be numbers. Correct image_mean and image_std.");
        }
        if (grayBits < 8 || grayBits > 16) {
            throw new IllegalArgumentException("16-bit gray images use from 8 to 16 of their bits, got " + grayBits
                    + ": they would become black or white.");
        }
    }

    /** The model's input height in pixels. */
    public int height() {
        return crop.height();
    }

    /** The model's input width in pixels. */
    public int width() {
        return crop.width();
    }

    /** The same for square inputs of another size; resizing before the crop keeps its proportion to the crop. */
    public ImageSettings withImageSize(int pixels) {
        CentreCrop square = new CentreCrop(pixels, pixels, crop.rounding());
        return new ImageSettings(resize.scaledFor(crop, pixels), square, scale, mean, std, grayBits);
    }
}
