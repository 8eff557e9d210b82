package dev.sotto.core.batch;

import java.awt.color.ICC_ColorSpace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** PNG and JPEG bytes to pixels that stand upright, by the JDK's own decoders, in memory only. */
final class ImageDecoder {
    /** Largest image that is decoded, in pixels: about 200 MB of working memory. A small file can claim any size. */
    static final long MAX_PIXELS = 1L << 25;

    /** Longest side, in pixels: that of a JPEG. A thin image of few pixels needs a long filter to be resized. */
    static final int MAX_SIDE = 0xFFFF;

    private static final int[] PNG = {0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A};
    private static final int[] JPEG = {0xFF, 0xD8, 0xFF};

    private ImageDecoder() {}

    /**
     * Decodes one file.
     *
     * @param grayBits how many of the 16 bits of a 16-bit gray image are used
     */
    static RgbImage decode(byte[] file, int grayBits) throws UnreadableRowException {
        if (file.length > ImageEncoder.MAX_FILE_BYTES) {
            throw new UnreadableRowException("image of more than " + ImageEncoder.MAX_FILE_BYTES + " bytes");
        }
        String format = format(file);
        if (format.equals("png")) {
            PngHead head = new PngHead(file);
            return decode(file, format, reader -> readAsStored(reader, grayBits))
                    .upright(head.orientation());
        }
        JpegHead head = new JpegHead(file);
        Reading reading =
                switch (head.components()) {
                    case 1, 3 -> reader -> readAsStored(reader, grayBits);
                    case 4 -> reader -> RgbImage.ofInks(reader.readRaster(0, null), head.isYcck());
                    default ->
                        throw new UnreadableRowException("image of a JPEG kind that is neither gray, RGB nor CMYK");
                };
        return decode(file, format, reading).upright(head.orientation());
    }

    /** How a reader that was given a file is asked for its image. */
    private interface Reading {
        RgbImage of(ImageReader reader) throws IOException, UnreadableRowException;
    }

    private static RgbImage decode(byte[] file, String format, Reading reading) throws UnreadableRowException {
        ImageReader reader = reader(format);
        // Not through ImageIO, which would keep a copy of the bytes in the temporary folder.
        try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
            reader.setInput(stream, true, true);
            int width = reader.getWidth(0);
            int height = reader.getHeight(0);
            if ((long) width * height > MAX_PIXELS || Math.max(width, height) > MAX_SIDE) {
                throw new UnreadableRowException(
                        "image of more than " + MAX_PIXELS + " pixels, or " + MAX_SIDE + " a side");
            }
            return reading.of(reader);
        } catch (IOException | RuntimeException e) { // damaged files make the decoders throw all kinds
            throw UnreadableRowException.of("image that cannot be decoded", e);
        } finally {
            reader.dispose();
        }
    }

    private static RgbImage readAsStored(ImageReader reader, int grayBits) throws IOException, UnreadableRowException {
        ImageReadParam parameters = reader.getDefaultReadParam();
        parameters.setDestinationType(asStored(reader.getImageTypes(0)));
        return RgbImage.of(reader.read(0, parameters), grayBits);
    }

    /** The file's own colour profile where it has one, so that the reader converts nothing; else its first choice. */
    private static ImageTypeSpecifier asStored(Iterator<ImageTypeSpecifier> types) {
        ImageTypeSpecifier chosen = types.next();
        while (types.hasNext()) {
            ImageTypeSpecifier type = types.next();
            var space = type.getColorModel().getColorSpace();
            if (space instanceof ICC_ColorSpace
                    && !space.isCS_sRGB()
                    && type.getNumBands() == chosen.getNumBands()
                    && space.getType() == chosen.getColorModel().getColorSpace().getType()) {
                chosen = type;
            }
        }
        return chosen;
    }

    private static String format(byte[] file) throws UnreadableRowException {
        if (startsWith(file, PNG)) {
            return "png";
        }
        if (startsWith(file, JPEG)) {
            return "jpeg";
        }
        throw new UnreadableRowException("image that is neither PNG nor JPEG" + otherFormat(file));
    }

    /** Formats that people have, named so that they know what to convert. */
    private static String otherFormat(byte[] file) {
        String head = new String(file, 0, Math.min(file.length, 16), StandardCharsets.ISO_8859_1);
        if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
            return " but WebP";
        }
        if (head.startsWith("GIF8")) {
            return " but GIF";
        }
        if (head.startsWith("BM")) {
            return " but BMP";
        }
        if (head.startsWith("II*\0") || head.startsWith("MM\0*")) {
            return " but TIFF";
        }
        return head.startsWith("ftyp", 4) ? " but HEIC, AVIF or a film" : "";
    }

    private static boolean startsWith(byte[] file, int[] magic) {
        for (int i = 0; i < magic.length; i++) {
            if (i >= file.length || (file[i] & 0xFF) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    /** The JDK's reader, even where a library on the class path has registered another: the same pixels everywhere. */
    private static ImageReader reader(String format) {
        Iterable<ImageReader> readers = () -> ImageIO.getImageReadersByFormatName(format);
        Stream<ImageReader> all = StreamSupport.stream(readers.spliterator(), false);
        return all.filter(reader ->
                        "java.desktop".equals(reader.getClass().getModule().getName()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("This Java runtime has no " + format
                        + " decoder (module java.desktop): no image can be read. Use a full JDK 17."));
    }
}
