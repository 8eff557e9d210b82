package dev.sotto.core.batch;

/** What a JPEG file says of its frame (ITU-T T.81, B.2.2), as far as it decides whether to decode it. */
final class JpegFrame {
    private static final int FIRST_SEGMENT = 2;
    private static final int START_OF_SCAN = 0xDA;

    /** A progressive file has some ten scans; each takes the time of a whole image, and a small file holds thousands. */
    private static final int MAX_SCANS = 100;

    private JpegFrame() {}

    /**
     * The number of colour components: 1 gray, 3 RGB, 4 CMYK. Asked here because JDKs of one version number differ in
     * which of these they decode, and how.
     *
     * @throws UnreadableRowException if the file ends before it says
     */
    static int components(byte[] file) throws UnreadableRowException {
        int at = FIRST_SEGMENT;
        while (at + 9 < file.length) {
            int marker = file[at + 1] & 0xFF;
            if ((file[at] & 0xFF) != 0xFF) {
                break;
            }
            if (marker == 0xFF) { // fill byte
                at++;
            } else if (isFrame(marker)) {
                return file[at + 9] & 0xFF;
            } else {
                at += 2 + (((file[at + 2] & 0xFF) << 8) | (file[at + 3] & 0xFF));
            }
        }
        throw new UnreadableRowException("image that cannot be decoded (no JPEG frame)");
    }

    /** @throws UnreadableRowException if there are so many that decoding would not end */
    static void requireFewScans(byte[] file) throws UnreadableRowException {
        int scans = 0;
        for (int i = FIRST_SEGMENT; i + 1 < file.length; i++) {
            if ((file[i] & 0xFF) == 0xFF && (file[i + 1] & 0xFF) == START_OF_SCAN) { // in coded data, 0 follows 0xFF
                scans++;
            }
        }
        if (scans > MAX_SCANS) {
            throw new UnreadableRowException("image of more than " + MAX_SCANS + " scans");
        }
    }

    /** SOF0 to SOF15; three codes between them mean something else (DHT, JPG, DAC). */
    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }
}
