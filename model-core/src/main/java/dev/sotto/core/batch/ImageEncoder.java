package dev.sotto.core.batch;

/**
 * PNG and JPEG files to a model's input: 8-bit pixels that are kept, and from these the normalised values that the
 * model takes. Resizing equals Pillow's to the bit. Stateless: many threads may share one.
 *
 * <p>JPEG decoding is the JDK's. With Debian's JDK 17 (libjpeg-turbo) and with Temurin (its own libjpeg) it equalled
 * Pillow 12's to the bit on 1,060 files of all usual subsamplings; other builds may differ by a level or two.
 */
public final class ImageEncoder {
    /** Longest file that is looked at, in bytes. */
    public static final int MAX_FILE_BYTES = 1 << 25;

    private final ImageSettings settings;
    private final float[][] normalised; // [channel][8-bit value]

    public ImageEncoder(ImageSettings settings) {
        this.settings = settings;
        this.normalised = new float[ImageSettings.CHANNELS][256];
        for (int channel = 0; channel < ImageSettings.CHANNELS; channel++) {
            double mean = settings.mean().get(channel);
            double std = settings.std().get(channel);
            for (int value = 0; value < 256; value++) {
                normalised[channel][value] = (float) ((value * settings.scale() - mean) / std);
            }
        }
    }

    public int channels() {
        return ImageSettings.CHANNELS;
    }

    public int height() {
        return settings.height();
    }

    public int width() {
        return settings.width();
    }

    /**
     * Decodes, turns upright as EXIF asks for, resizes and crops one image.
     *
     * @param file the bytes of a PNG or JPEG file
     * @return unsigned 8-bit values, {@code byte[channels * height * width]}, row-major
     * @throws UnreadableRowException if the bytes are no such file, are damaged or cut off, hold a JPEG that is
     *     neither gray, RGB nor CMYK or of more scans than any camera's, or more than 2^25 bytes or pixels; what is too large is told from
     *     its head and is not decoded
     */
    public byte[] encode(byte[] file) throws UnreadableRowException {
        RgbImage image = ImageDecoder.decode(file, settings.grayBits());
        Resize.Size resized = settings.resize().of(new Resize.Size(image.height(), image.width()));
        checkShape(Math.max(resized.height(), resized.width()));
        ResampleKernel columns = kernel(image.width(), (int) resized.width(), settings.width());
        ResampleKernel rows = kernel(image.height(), (int) resized.height(), settings.height());
        int area = height() * width();
        byte[] pixels = new byte[channels() * area];
        int first = rows.inputStart();
        int count = rows.inputEnd() - first;
        checkShape((long) count * width());
        byte[] across = new byte[count * width()]; // resized across, not yet down
        for (int channel = 0; channel < channels(); channel++) {
            byte[] plane = image.plane(channel);
            for (int y = 0; y < count; y++) {
                columns.line(plane, (first + y) * image.width(), 1, across, y * width(), 1);
            }
            for (int x = 0; x < width(); x++) {
                rows.line(across, x - first * width(), width(), pixels, channel * area + x, width());
            }
        }
        return pixels;
    }

    /**
     * The values that the model takes.
     *
     * @param pixels images from {@link #encode}, one after another, {@code [images * channels * height * width]}
     * @return (value * scale - mean) / std, in the same layout
     */
    public float[] normalise(byte[] pixels) {
        int area = height() * width();
        if (pixels.length % (channels() * area) != 0) {
            throw new IllegalArgumentException("Got " + pixels.length + " pixel values, an image has "
                    + channels() * area + ": channels would be mixed up. Pass whole images from encode.");
        }
        float[] values = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            values[i] = normalised[i / area % channels()][pixels[i] & 0xFF];
        }
        return values;
    }

    /** A thin image can be small by itself and huge half-way. */
    private static void checkShape(long pixels) throws UnreadableRowException {
        if (pixels > ImageDecoder.MAX_PIXELS) {
            throw new UnreadableRowException("image too thin to be resized");
        }
    }

    private ResampleKernel kernel(int in, int out, int window) {
        return ResampleKernel.of(
                settings.resize().resample(), in, out, settings.crop().origin(out, window), window);
    }
}
