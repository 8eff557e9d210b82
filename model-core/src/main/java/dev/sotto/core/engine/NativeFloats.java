package dev.sotto.core.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory off the heap for 32-bit floats that PyTorch reads in place. */
public final class NativeFloats {
    /** As PyTorch aligns its own memory: kernels round differently at other addresses, and runs must be repeatable. */
    private static final int ALIGNMENT = 64;

    /** As many fit into one buffer of Java. */
    static final int MOST = (Integer.MAX_VALUE - 2 * ALIGNMENT) / Float.BYTES;

    private NativeFloats() {}

    /** Zeros, in the machine's byte order. */
    public static ByteBuffer allocate(int floats) {
        int bytes = Math.multiplyExact(floats, Float.BYTES);
        return ByteBuffer.allocateDirect(Math.addExact(bytes, 2 * ALIGNMENT)) // a slice is cut to whole steps
                .alignedSlice(ALIGNMENT)
                .slice(0, bytes)
                .order(ByteOrder.nativeOrder());
    }
}
