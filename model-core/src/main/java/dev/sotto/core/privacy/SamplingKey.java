package dev.sotto.core.privacy;

import java.io.Serializable;

/**
 * The key of the Poisson samples. Amplification by sampling needs it secret: it travels to executors in a task's data
 * and nowhere else, and prints as nothing.
 */
public final class SamplingKey implements Serializable {
    private static final long serialVersionUID = 1L;

    private final byte[] key; // [32]

    SamplingKey(byte[] key) {
        this.key = key;
    }

    /** The random words of one partition in one step: a function of the key and the address alone. */
    KeyedStream stream(long epoch, long step, int partition) {
        return new KeyedStream(KeyedStream.derive(key, "sotto/1/sample", epoch, step, partition));
    }

    /**
     * A place in a random order, 32 bytes: rows of one unit, sorted by it as unsigned bytes, are in an order that depends
     * on their content alone and that no one without the key can foresee.
     */
    public byte[] rank(byte[] content) {
        return KeyedStream.derive(key, "sotto/1/rank", content);
    }

    @Override
    public String toString() {
        return "SamplingKey[secret]";
    }
}
