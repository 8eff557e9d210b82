package dev.sotto.core.batch;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;

/** A decoded image: three planes of unsigned 8-bit values, {@code byte[height * width]} each. Gray has one plane thrice. */
final class RgbImage {
    private final int height;
    private final int width;
    private final byte[][] planes;

    private RgbImage(int height, int width, byte[][] planes) {
        this.height = height;
        this.width = width;
        this.planes = planes;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    byte[] plane(int channel) {
        return planes[channel];
    }

    /**
     * The stored values as they are: no colour management (Java would turn gray into another gray), alpha dropped, of
     * 16 bits the upper 8. That is what Pillow's {@code convert("RGB")} gives, but for 16-bit gray, which it clips.
     */
    static RgbImage of(BufferedImage image) throws UnreadableRowException {
        Raster raster = image.getRaster();
        if (image.getColorModel() instanceof IndexColorModel palette) {
            return ofPalette(raster, palette);
        }
        int bands = raster.getNumBands();
        if (bands <= 2) {
            byte[] gray = plane(raster, 0);
            return new RgbImage(image.getHeight(), image.getWidth(), new byte[][] {gray, gray, gray});
        }
        byte[][] planes = {plane(raster, 0), plane(raster, 1), plane(raster, 2)};
        return new RgbImage(image.getHeight(), image.getWidth(), planes);
    }

    private static byte[] plane(Raster raster, int band) throws UnreadableRowException {
        SampleModel model = raster.getSampleModel();
        int bits = model.getSampleSize(band);
        if (bits != 8 && bits != 16) {
            throw new UnreadableRowException("image with samples of neither 8 nor 16 bits");
        }
        int width = raster.getWidth();
        byte[] plane = new byte[width * raster.getHeight()];
        int[] row = new int[width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, band, row);
            for (int x = 0; x < width; x++) {
                plane[y * width + x] = (byte) (row[x] >> (bits - 8));
            }
        }
        return plane;
    }

    private static RgbImage ofPalette(Raster raster, IndexColorModel palette) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[][] planes = new byte[ImageSettings.CHANNELS][width * height];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
            for (int x = 0; x < width; x++) {
                planes[0][y * width + x] = (byte) palette.getRed(row[x]);
                planes[1][y * width + x] = (byte) palette.getGreen(row[x]);
                planes[2][y * width + x] = (byte) palette.getBlue(row[x]);
            }
        }
        return new RgbImage(height, width, planes);
    }
}
