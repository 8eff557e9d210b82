package dev.sotto.core.pass;

import java.io.Serializable;

/**
 * How gradients are computed; what they are of is the same.
 *
 * @param recompute whether the way back computes each layer once more instead of keeping what it had computed: the same bits in less
 *     memory and more time
 * @param precision of the frozen parameters and of the states
 */
public record ComputeMode(boolean recompute, Precision precision) implements Serializable {
    /** Everything is kept, in 32 bits. */
    public static final ComputeMode USUAL = new ComputeMode(false, Precision.FLOAT32);

    /** The type of frozen parameters and states. What is trained, the head, the loss and the gradients are 32-bit floats anyway. */
    public enum Precision {
        /** 32-bit floats. */
        FLOAT32,
        /** The upper half of 32-bit floats: half the memory, and less time where processors have it. */
        BFLOAT16
    }
}
