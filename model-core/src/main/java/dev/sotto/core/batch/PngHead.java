package dev.sotto.core.batch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** How a PNG file is to be turned: its chunk eXIf, or the older ways of text chunks. One pass over the bytes, whatever they are. */
final class PngHead {
    private static final int SIGNATURE = 8;
    private static final int HEAD = 8; // length and type of a chunk
    private static final int TAIL = 4; // its checksum

    /** Longest text that is inflated, in bytes, as Pillow has it. */
    private static final int MAX_TEXT = 1 << 20;

    private static final String RAW_EXIF = "Raw profile type exif";
    private static final String XMP = "XML:com.adobe.xmp";

    private byte[] exif = {};
    private byte[] olderExif = {};
    private byte[] xmp = {};

    /** Reads the chunks. */
    PngHead(byte[] file) {
        int at = SIGNATURE;
        while (at + HEAD <= file.length) {
            long length = ByteBuffer.wrap(file).getInt(at) & 0xFFFF_FFFFL;
            int from = at + HEAD;
            if (length > file.length - from) {
                return;
            }
            int end = from + (int) length;
            look(new String(file, at + 4, 4, StandardCharsets.ISO_8859_1), file, from, end);
            at = end + TAIL;
        }
    }

    /** How the camera was held, from 1 to 8. */
    int orientation() {
        return Orientation.of(exif.length > 0 ? exif : olderExif, xmp);
    }

    private void look(String type, byte[] file, int from, int end) {
        if (type.equals("eXIf")) {
            exif = Arrays.copyOfRange(file, from, end);
        } else if (type.equals("tEXt") && isNamed(RAW_EXIF, file, from, end)) {
            olderExif = ofHexadecimal(Arrays.copyOfRange(file, from + RAW_EXIF.length() + 1, end));
        } else if (type.equals("zTXt") && isNamed(RAW_EXIF, file, from, end) && from + RAW_EXIF.length() + 2 <= end) {
            olderExif = ofHexadecimal(inflated(file, from + RAW_EXIF.length() + 2, end));
        } else if (type.equals("iTXt") && isNamed(XMP, file, from, end)) {
            xmp = Arrays.copyOfRange(file, from + XMP.length() + 1, end);
        }
    }

    private static boolean isNamed(String name, byte[] file, int from, int end) {
        byte[] key = (name + "\0").getBytes(StandardCharsets.ISO_8859_1);
        return from + key.length <= end && Arrays.equals(file, from, from + key.length, key, 0, key.length);
    }

    /** ImageMagick's way: an empty line, a name, a length, then digits, which stand for "Exif", two zeros, and the rest. */
    private static byte[] ofHexadecimal(byte[] text) {
        String[] lines = new String(text, StandardCharsets.ISO_8859_1).split("\n", 4);
        try {
            byte[] bytes = HexFormat.of().parseHex(lines.length < 4 ? "" : lines[3].replaceAll("\\s", ""));
            return bytes.length > 6 && bytes[0] == 'E' ? Arrays.copyOfRange(bytes, 6, bytes.length) : bytes;
        } catch (IllegalArgumentException notHexadecimal) {
            return new byte[0];
        }
    }

    private static byte[] inflated(byte[] file, int from, int end) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(file, from, end - from);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[1 << 12];
            int read = inflater.inflate(buffer);
            while (read > 0 && out.size() < MAX_TEXT) {
                out.write(buffer, 0, read);
                read = inflater.inflate(buffer);
            }
            return out.toByteArray();
        } catch (DataFormatException damaged) {
            return new byte[0];
        } finally {
            inflater.end();
        }
    }
}
