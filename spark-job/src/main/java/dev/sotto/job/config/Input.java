package dev.sotto.job.config;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** The columns the model reads. */
public sealed interface Input extends Serializable {
    /**
     * Text, or a pair of texts.
     *
     * @param column the text
     * @param pairColumn the second text of each pair; null for single texts
     * @param maxLength tokens kept of a row, special tokens included
     */
    record Text(String column, @Nullable String pairColumn, int maxLength) implements Input {}

    /**
     * Words, for models that label each.
     *
     * @param column a list of words
     * @param maxLength tokens kept of a row, special tokens included
     */
    record Words(String column, int maxLength) implements Input {}

    /**
     * Encoded images (PNG or JPEG).
     *
     * @param column their bytes, in a binary column, or the paths of their files, in a text column
     * @param size side in pixels of the square the model sees; null takes what the model's preprocessor settings say
     */
    record Image(String column, @Nullable Integer size) implements Input {}
}
