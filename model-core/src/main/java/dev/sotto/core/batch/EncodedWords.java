package dev.sotto.core.batch;

/** A row of words as the model reads it: a word may be several tokens, or none; words beyond the encoder's length are cut. */
public final class EncodedWords {
    /** At a token that begins no word: a special one, or a further piece of a word. */
    public static final int NO_WORD = -1;

    private final EncodedText text;
    private final int[] begun;

    EncodedWords(EncodedText text, int[] begun) {
        this.text = text;
        this.begun = begun;
    }

    public EncodedText text() {
        return text;
    }

    /** The index of the word that each token begins, or {@link #NO_WORD}; {@code int[length]}, not to be changed. */
    public int[] begun() {
        return begun;
    }
}
