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
     *
     * @param grayBits how many of the 16 bits of a 16-bit gray image are used: its upper 8 are those of that many
     */
    static RgbImage of(BufferedImage image, int grayBits) throws UnreadableRowException {
        Raster raster = image.getRaster();
        if (image.getColorModel() instanceof IndexColorModel palette) {
            return ofPalette(raster, palette);
        }
        int bands = raster.getNumBands();
        if (bands <= 2) {
            byte[] gray = plane(raster, 0, grayBits);
            return new RgbImage(image.getHeight(), image.getWidth(), new byte[][] {gray, gray, gray});
        }
        byte[][] planes = {plane(raster, 0, 16), plane(raster, 1, 16), plane(raster, 2, 16)};
        return new RgbImage(image.getHeight(), image.getWidth(), planes);
    }

    /**
     * The stored values of a JPEG of four inks. They count inverted, as Adobe writes them and Pillow takes them, whether the file
     * says so or not: so does the conversion, Pillow's {@code cmyk2rgb}.
     *
     * @param ycck whether the first three are luminance and chrominance
     */
    static RgbImage ofInks(Raster raster, boolean ycck) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[][] planes = new byte[ImageSettings.CHANNELS][width * height];
        int[] inks = new int[4];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                raster.getPixel(raster.getMinX() + x, raster.getMinY() + y, inks);
                if (ycck) {
                    toCmy(inks);
                }
                int white = inks[3]; // black, inverted
                for (int channel = 0; channel < planes.length; channel++) {
                    int product = (255 - inks[channel]) * white + 128;
                    planes[channel][y * width + x] = (byte) (white - (((product >> 8) + product) >> 8));
                }
            }
        }
        return new RgbImage(height, width, planes);
    }

    /** {@code ycck_cmyk_convert} of libjpeg, in its fixed point of 16 bits. */
    private static void toCmy(int[] inks) {
        int luminance = inks[0];
        int blue = inks[1] - 128;
        int red = inks[2] - 128;
        inks[0] = clipped(255 - (luminance + ((91881 * red + 32768) >> 16)));
        inks[1] = clipped(255 - (luminance + ((-22554 * blue - 46802 * red + 32768) >> 16)));
        inks[2] = clipped(255 - (luminance + ((116130 * blue + 32768) >> 16)));
    }

    private static int clipped(int value) {
        return Math.max(0, Math.min(255, value));
    }

    /** The image turned and mirrored as an orientation of EXIF, from 1 to 8, asks for. */
    RgbImage upright(int orientation) {
        if (orientation == Orientation.UPRIGHT) {
            return this;
        }
        boolean swapped = orientation >= 5;
        int newHeight = swapped ? width : height;
        int newWidth = swapped ? height : width;
        boolean fromBelow = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        byte[][] turned = new byte[planes.length][newHeight * newWidth];
        for (int y = 0; y < newHeight; y++) {
            for (int x = 0; x < newWidth; x++) {
                int row = swapped ? x : y;
                int column = swapped ? y : x;
                int from = (fromBelow ? height - 1 - row : row) * width + (fromRight ? width - 1 - column : column);
                for (int channel = 0; channel < planes.length; channel++) {
                    turned[channel][y * newWidth + x] = planes[channel][from];
                }
            }
        }
        return new RgbImage(newHeight, newWidth, turned);
    }

    private static byte[] plane(Raster raster, int band, int usedBits) throws UnreadableRowException {
        SampleModel model = raster.getSampleModel();
        int bits = model.getSampleSize(band);
        if (bits != 8 && bits != 16) {
            throw new UnreadableRowException("image with samples of neither 8 nor 16 bits");
        }
        int shift = bits == 8 ? 0 : usedBits - 8;
        int width = raster.getWidth();
        byte[] plane = new byte[width * raster.getHeight()];
        int[] row = new int[width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, band, row);
            for (int x = 0; x < width; x++) {
                plane[y * width + x] = (byte) Math.min(255, row[x] >> shift);
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
