package dev.sotto.accountant.math;

import java.io.Externalizable;
import java.io.IOException;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.nio.ByteBuffer;

/**
 * Integers that are serialised in as few bits each as the largest of them needs, and in none where all are zero. Exact: what is read is
 * what was written, for any longs.
 *
 * <p>Written are the count, the width in bits and, unless that is 0, words in which the numbers stand one behind the other, lowest bits
 * first, as 0, -1, 1, -2, 2 ... counted from 0 (ZigZag), so that small numbers of either sign have few bits. One spare word at the end
 * lets every number be read from two.
 */
public final class PackedLongs implements Externalizable {
    private static final long serialVersionUID = 1L;

    private long[] values = {};

    /** For {@link Externalizable} alone. */
    public PackedLongs() {}

    /** @param values are not copied: they may not change before this is written */
    public PackedLongs(long[] values) {
        this.values = values;
    }

    /** The integers, not a copy. */
    public long[] values() {
        return values;
    }

    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
        int width = width();
        out.writeInt(values.length);
        out.writeByte(width);
        if (width == 0) {
            return;
        }
        var bytes = ByteBuffer.allocate(Math.multiplyExact(words(width), Long.BYTES));
        var words = new long[words(width)];
        for (int i = 0; i < values.length; i++) {
            long value = zigZag(values[i]);
            long bit = (long) i * width;
            words[(int) (bit >>> 6)] |= value << bit;
            words[(int) (bit >>> 6) + 1] |= value >>> 1 >>> ~bit; // shifts count modulo 64: by 64 minus the bit's place
        }
        bytes.asLongBuffer().put(words);
        out.write(bytes.array());
    }

    @Override
    public void readExternal(ObjectInput in) throws IOException {
        values = new long[in.readInt()];
        int width = in.readUnsignedByte();
        if (width == 0) {
            return;
        }
        var bytes = new byte[Math.multiplyExact(words(width), Long.BYTES)];
        in.readFully(bytes);
        var words = new long[words(width)];
        ByteBuffer.wrap(bytes).asLongBuffer().get(words);
        for (int i = 0; i < values.length; i++) {
            long bit = (long) i * width;
            long low = words[(int) (bit >>> 6)] >>> bit;
            long high = words[(int) (bit >>> 6) + 1] << 1 << ~bit;
            long value = (low | high) & -1L >>> -width;
            values[i] = (value >>> 1) ^ -(value & 1);
        }
    }

    private int width() {
        long used = 0;
        for (long value : values) {
            used |= zigZag(value);
        }
        return Long.SIZE - Long.numberOfLeadingZeros(used);
    }

    private static long zigZag(long value) {
        return (value << 1) ^ (value >> 63);
    }

    private int words(int width) {
        return Math.toIntExact((long) values.length * width / Long.SIZE + 2);
    }
}
