package dev.sotto.core.batch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the segments of a JPEG file say (ITU-T T.81, annex B), as far as it decides whether and how the image is read. One pass over
 * the bytes, whatever they are.
 */
final class JpegHead {
    private static final int START_OF_SCAN = 0xDA;
    private static final int END_OF_IMAGE = 0xD9;
    private static final int APP1 = 0xE1;
    private static final int APP14 = 0xEE;
    private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};
    private static final byte[] XMP = "http://ns.adobe.com/xap/1.0/\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);

    /** A progressive file has some ten scans; each takes the time of a whole image, and a small file holds thousands. */
    private static final int MAX_SCANS = 100;

    private final byte[] file;
    private int components;
    private int adobeTransform = -1;
    private int scans;
    private boolean ended;
    private byte[] exif = {};
    private byte[] xmp = {};

    /**
     * Reads the segments.
     *
     * @throws UnreadableRowException if the file has no frame, ends before its end marker, as Python's Pillow has it, or has
     *     so many scans that decoding would not end
     */
    JpegHead(byte[] file) throws UnreadableRowException {
        this.file = file;
        int at = 2;
        while (!ended && at + 3 < file.length && unsigned(at) == 0xFF) {
            at = afterSegment(at);
        }
        ended |= at + 1 < file.length && unsigned(at) == 0xFF && unsigned(at + 1) == END_OF_IMAGE;
        if (components == 0) {
            throw new UnreadableRowException("image that cannot be decoded (no JPEG frame)");
        }
        if (scans > MAX_SCANS) {
            throw new UnreadableRowException("image of more than " + MAX_SCANS + " scans");
        }
        if (!ended) {
            throw new UnreadableRowException("image that is cut off");
        }
    }

    /** The number of colour components: 1 gray, 3 colour, 4 CMYK. */
    int components() {
        return components;
    }

    /** Whether four components are luminance, chrominance and black rather than CMYK, as Adobe's marker says. */
    boolean isYcck() {
        return adobeTransform == 2;
    }

    /** How the camera was held, from 1 to 8. */
    int orientation() {
        return Orientation.of(exif, xmp);
    }

    /** The place after the segment, and the coded data if it is a scan, that begins at {@code at}. */
    private int afterSegment(int at) {
        int marker = unsigned(at + 1);
        if (marker == 0xFF) { // fill byte
            return at + 1;
        }
        if (marker == END_OF_IMAGE) {
            ended = scans > 0;
            return at + 2;
        }
        if (standsAlone(marker)) {
            return at + 2;
        }
        int length = (unsigned(at + 2) << 8) | unsigned(at + 3);
        int end = Math.min(file.length, at + 2 + Math.max(2, length));
        look(marker, at + 4, end);
        return marker == START_OF_SCAN ? afterCodedData(end) : end;
    }

    private void look(int marker, int from, int end) {
        if (marker == START_OF_SCAN) {
            scans++;
        } else if (isFrame(marker) && components == 0 && from + 5 < end) {
            components = unsigned(from + 5);
        } else if (marker == APP1 && startsWith(from, end, EXIF) && exif.length == 0) {
            exif = Arrays.copyOfRange(file, from + EXIF.length, end);
        } else if (marker == APP1 && startsWith(from, end, XMP)) {
            xmp = Arrays.copyOfRange(file, from + XMP.length, end);
        } else if (marker == APP14 && startsWith(from, end, ADOBE) && from + 11 < end) {
            adobeTransform = unsigned(from + 11);
        }
    }

    /** The next marker: in coded data 0 follows 0xFF, and restart markers belong to it. */
    private int afterCodedData(int from) {
        int at = from;
        while (at + 1 < file.length
                && (unsigned(at) != 0xFF || unsigned(at + 1) == 0 || standsAlone(unsigned(at + 1)))) {
            at++;
        }
        return at;
    }

    /** RST0 to RST7, and TEM. */
    private static boolean standsAlone(int marker) {
        return (marker >= 0xD0 && marker <= 0xD7) || marker == 0x01;
    }

    /** SOF0 to SOF15; three codes between them mean something else (DHT, JPG, DAC). */
    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private boolean startsWith(int from, int end, byte[] text) {
        return from + text.length <= end && Arrays.equals(file, from, from + text.length, text, 0, text.length);
    }

    private int unsigned(int at) {
        return file[at] & 0xFF;
    }
}
