package dev.sotto.core.batch;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an image is to be turned so that it stands upright: the orientation of EXIF (CIPA DC-008, tag 0x0112), from 1, as it is, to 8; read
 * from where Pillow's {@code exif_transpose} reads it. What cannot be read says nothing.
 */
final class Orientation {
    static final int UPRIGHT = 1;

    private static final int NOT_SAID = -1;
    private static final int TAG = 0x0112;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int ENTRY = 12; // bytes
    private static final Pattern IN_XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

    private Orientation() {}

    /**
     * The orientation.
     *
     * @param exif a TIFF file without an image, as EXIF is; empty if there is none
     * @param xmp where EXIF says nothing
     */
    static int of(byte[] exif, byte[] xmp) {
        int said = inExif(exif);
        if (said == NOT_SAID) {
            Matcher found = IN_XMP.matcher(new String(xmp, StandardCharsets.ISO_8859_1));
            said = found.find() ? Integer.parseInt(found.group(1)) : UPRIGHT;
        }
        return said >= 1 && said <= 8 ? said : UPRIGHT;
    }

    /** The value in the first directory, the last if there are several. No other directory is followed. */
    private static int inExif(byte[] exif) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(exif);
            int order = bytes.getShort();
            if (order != 0x4949 && order != 0x4D4D) {
                return NOT_SAID;
            }
            bytes.order(order == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
            if (bytes.getShort() != 42) {
                return NOT_SAID;
            }
            int directory = bytes.getInt();
            int count = bytes.getShort(directory) & 0xFFFF;
            int said = NOT_SAID;
            for (int i = 0; i < count; i++) {
                int entry = Math.addExact(directory, 2 + i * ENTRY);
                if ((bytes.getShort(entry) & 0xFFFF) == TAG) {
                    said = value(bytes, entry, said);
                }
            }
            return said;
        } catch (BufferUnderflowException | IndexOutOfBoundsException | ArithmeticException beyondTheEnd) {
            return NOT_SAID;
        }
    }

    /** The first value of an entry of whole numbers: in the entry itself if all values fit there, else where it points to. */
    private static int value(ByteBuffer bytes, int entry, int otherwise) {
        int type = bytes.getShort(entry + 2);
        int values = bytes.getInt(entry + 4);
        if ((type != SHORT && type != LONG) || values < 1) {
            return otherwise;
        }
        int at = values <= (type == SHORT ? 2 : 1) ? entry + 8 : bytes.getInt(entry + 8);
        return type == SHORT ? bytes.getShort(at) & 0xFFFF : bytes.getInt(at);
    }
}
