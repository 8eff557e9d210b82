package dev.sotto.job.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream, cut as Hadoop's reader cuts them (at LF, CR or both, or at a separator; a byte order mark at the beginning is none
 * of the first), but that no line is too long for it: of one above a limit nothing more is held, and it is counted and left out.
 *
 * <p>A file may be read in parts. A line belongs to the part in which the byte before it lies, so that it belongs to one, wherever
 * parts begin.
 */
final class Lines implements Iterator<byte[]> {

    private static final int BUFFER = 1 << 16;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream bytes;
    private final byte[] separator; // empty for the ends of lines
    private final int[] again; // of its first i + 1 bytes, how many stand at the end as at the beginning
    private final int longest;
    private final long until;
    private final byte[] buffer = new byte[BUFFER];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int at;
    private int end;
    private int matched; // bytes of the separator
    private boolean isFirst;
    private long position; // in the file, of the buffer's end
    private long tooLong;
    private byte @Nullable [] next;

    /**
     * Of an open stream.
     *
     * @param separator null for the ends of lines
     * @param longest bytes; lines of as many or more are left out
     */
    Lines(InputStream bytes, byte @Nullable [] separator, int longest) {
        this(bytes, separator, longest, 0, Long.MAX_VALUE);
    }

    /**
     * Of a part of a file: those that begin behind its first byte, or, at the beginning of the file, with it.
     *
     * @param bytes of the file, standing at the part's first
     * @param separator null for the ends of lines, or one byte, of which no part can hold half
     * @param from the part's first byte
     * @param until the first byte of the next part
     */
    Lines(InputStream bytes, byte @Nullable [] separator, int longest, long from, long until) {
        this.bytes = bytes;
        this.position = from;
        this.isFirst = from == 0;
        this.until = until;
        this.separator = separator == null ? new byte[0] : separator.clone();
        this.again = new int[this.separator.length];
        for (int i = 1; i < again.length; i++) {
            again[i] = matchedWith(this.separator[i], again[i - 1]);
        }
        this.longest = longest;
        if (from > 0) {
            skip(); // it belongs to the part before
        }
    }

    /** How many lines were left out so far. */
    long tooLong() {
        return tooLong;
    }

    @Override
    public boolean hasNext() {
        while (next == null && isWithin() && fill()) {
            next = line();
        }
        return next != null;
    }

    @Override
    public byte[] next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        byte[] found = next;
        next = null;
        return found;
    }

    /** Whether a line that began here would belong to this part. */
    private boolean isWithin() {
        return position - (end - at) <= until;
    }

    /** To the next line, but no further than this part: a line may be longer than many, of which each would read all that follows. */
    private void skip() {
        boolean ended = false;
        while (!ended && isWithin() && fill()) {
            ended = readToEnd();
        }
        if (ended) {
            skipLineFeed();
        }
    }

    /** Through the buffer, and whether the line ends in it. */
    private boolean readToEnd() {
        boolean ended = false;
        while (at < end && !ended) {
            ended = ends(buffer[at++]);
        }
        return ended;
    }

    /** That of a CR LF. */
    private void skipLineFeed() {
        if (separator.length == 0 && buffer[at - 1] == '\r' && fill() && buffer[at] == '\n') {
            at++;
        }
    }

    /** Null if it is too long. */
    private byte @Nullable [] line() {
        line.reset();
        matched = 0;
        long length = 0;
        boolean ended = false;
        while (!ended
                && (length < longest || isWithin())
                && fill()) { // of one that is too long the end matters within the part alone
            int from = at;
            ended = readToEnd();
            length += at - from;
            line.write(buffer, from, (int)
                    Math.max(0, Math.min(at - from, longest + (long) separator.length - line.size())));
        }
        if (ended) {
            length -= Math.max(1, separator.length);
            skipLineFeed();
        }
        boolean marked = isFirst && startsWithMark();
        isFirst = false;
        if (length >= longest) {
            tooLong++;
            return null;
        }
        return Arrays.copyOfRange(line.toByteArray(), marked ? BYTE_ORDER_MARK.length : 0, (int) length);
    }

    private boolean startsWithMark() {
        byte[] start = line.toByteArray();
        return start.length >= BYTE_ORDER_MARK.length
                && Arrays.equals(start, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
    }

    /** Whether a line ends with this byte. */
    private boolean ends(byte one) {
        if (separator.length == 0) {
            return one == '\n' || one == '\r';
        }
        matched = matchedWith(one, matched);
        return matched == separator.length;
    }

    /** How many bytes of the separator stand before and with this one, if so many did before. */
    private int matchedWith(byte one, int before) {
        int same = before;
        while (same > 0 && separator[same] != one) {
            same = again[same - 1];
        }
        return separator[same] == one ? same + 1 : 0;
    }

    /** Whether there is a byte more. */
    private boolean fill() {
        try {
            if (at == end) {
                at = 0;
                end = Math.max(0, bytes.read(buffer));
                position += end;
            }
            return at < end;
        } catch (IOException cannotRead) {
            throw new UncheckedIOException(cannotRead);
        }
    }
}
