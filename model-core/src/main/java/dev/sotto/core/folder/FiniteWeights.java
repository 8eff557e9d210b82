package dev.sotto.core.folder;

import dev.sotto.core.engine.NumberType;
import dev.sotto.core.engine.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Collection;

/** Whether weights are numbers: with one NaN or infinity among them all that is computed is NaN, and training pays for nothing. */
public final class FiniteWeights {
    private FiniteWeights() {}

    /**
     * Reads all of them.
     *
     * @throws ModelException that names the first tensor with a NaN or an infinity
     */
    public static void require(Weights weights, Collection<Safetensors.Tensor> tensors) {
        for (Safetensors.Tensor tensor : tensors) {
            try {
                ByteBuffer bytes = weights.bytes(tensor.name()).order(ByteOrder.LITTLE_ENDIAN);
                if (tensor.type().isFloat() && !areFinite(bytes, tensor.type())) {
                    throw new ModelException.Damaged(
                            weights.path() + " holds a NaN or an infinity in " + tensor.name() + " ("
                                    + tensor.type()
                                    + "; beyond what 32 bits hold counts as one): everything computed with it is"
                                    + " NaN, and training would pay epsilon for nothing. The training that made it diverged, or the"
                                    + " file is damaged: take an earlier checkpoint, or fetch it again.");
                }
            } catch (IOException cannotRead) {
                throw new UncheckedIOException(
                        "Reading " + tensor.name() + " from " + weights.path() + " failed.", cannotRead);
            }
        }
    }

    /** By their bits: all ones in the exponent are a NaN or an infinity. */
    private static boolean areFinite(ByteBuffer bytes, NumberType type) {
        return switch (type) {
            case F32 -> areFinite(bytes.asIntBuffer());
            case F16 -> areFinite(bytes.asShortBuffer(), 0x7c00);
            case BF16 -> areFinite(bytes.asShortBuffer(), 0x7f80);
            case F64 -> areFinite(bytes.asLongBuffer());
            case I64, I32, I16, I8, U8, BOOL -> true;
        };
    }

    private static boolean areFinite(IntBuffer floats) {
        while (floats.hasRemaining()) {
            if ((floats.get() & 0x7f800000) == 0x7f800000) {
                return false;
            }
        }
        return true;
    }

    private static boolean areFinite(ShortBuffer halves, int exponent) {
        while (halves.hasRemaining()) {
            if ((halves.get() & exponent) == exponent) {
                return false;
            }
        }
        return true;
    }

    private static boolean areFinite(LongBuffer doubles) {
        while (doubles.hasRemaining()) {
            if (!Float.isFinite((float) Double.longBitsToDouble(doubles.get()))) {
                return false;
            }
        }
        return true;
    }
}
