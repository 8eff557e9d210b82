package dev.sotto.core.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** How safetensors writes numbers; the names are the format's. */
public enum NumberType {
    F64(8),
    F32(4),
    F16(2),
    BF16(2),
    I64(8),
    I32(4),
    I16(2),
    I8(1),
    U8(1),
    BOOL(1);

    private final int bytes;

    NumberType(int bytes) {
        this.bytes = bytes;
    }

    /** The format's names of those that are read. */
    static List<String> names() {
        return Arrays.stream(values()).map(Enum::name).toList();
    }

    /** Bytes a number takes. */
    public int bytes() {
        return bytes;
    }

    /** Whether it is a floating-point type. */
    public boolean isFloat() {
        return switch (this) {
            case F64, F32, F16, BF16 -> true;
            case I64, I32, I16, I8, U8, BOOL -> false;
        };
    }

    /** Reads the buffer's next number, exactly (but for 64-bit integers beyond 2^53). */
    double next(ByteBuffer buffer) {
        return switch (this) {
            case F64 -> buffer.getDouble();
            case F32 -> buffer.getFloat();
            case F16 -> halfToFloat(buffer.getShort());
            case BF16 -> Float.intBitsToFloat(buffer.getShort() << 16);
            case I64 -> buffer.getLong();
            case I32 -> buffer.getInt();
            case I16 -> buffer.getShort();
            case I8 -> buffer.get();
            case U8, BOOL -> buffer.get() & 0xff;
        };
    }

    /** Widens an IEEE 754 binary16 number: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. */
    static float halfToFloat(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = (half >> 10) & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0x1f) { // infinity or NaN
            return Float.intBitsToFloat(sign | 0x7f800000 | (fraction << 13));
        } else if (exponent == 0) { // zero or subnormal: fraction * 2^-24
            return Math.copySign(fraction * 0x1p-24f, Float.intBitsToFloat(sign | 0x3f800000));
        }
        return Float.intBitsToFloat(sign | ((exponent + 127 - 15) << 23) | (fraction << 13));
    }
}
