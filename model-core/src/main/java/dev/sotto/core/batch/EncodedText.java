package dev.sotto.core.batch;

/** One text as the model reads it: special tokens in place, cut to the encoder's length, not padded. */
public final class EncodedText {
    private final int[] ids;
    private final int[] typeIds;

    EncodedText(int[] ids, int[] typeIds) {
        this.ids = ids;
        this.typeIds = typeIds;
    }

    /** Number of tokens, special ones included; 0 only if the tokenizer adds none and the text has none. */
    public int length() {
        return ids.length;
    }

    /** Token ids, {@code int[length]}, not to be changed. */
    public int[] ids() {
        return ids;
    }

    /** Segment of each token, {@code int[length]}, not to be changed: 0, or 1 in the second text of a pair. */
    public int[] typeIds() {
        return typeIds;
    }
}
