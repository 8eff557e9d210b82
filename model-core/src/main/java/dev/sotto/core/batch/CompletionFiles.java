package dev.sotto.core.batch;

import com.google.gson.JsonElement;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * All that a {@link CompletionEncoder} is made of: public knowledge.
 *
 * @param tokenizer cuts prompt and completion to what leaves room for the two ends of text
 * @param endOfText the token that ends a text
 */
public record CompletionFiles(TokenizerFiles tokenizer, int endOfText) implements Serializable {
    /** The ends of prompt and completion. */
    private static final int ENDS = 2;

    /**
     * Reads the tokenizer and the token that ends a text, {@code eos_token_id} in config.json; of several the first.
     *
     * @param maxLength wanted tokens per row, both ends included; more than the model can take is cut to that
     * @throws EncoderFilesException if a file is missing or damaged, or names no end of text
     */
    public static CompletionFiles read(Path folder, int maxLength) {
        int longest = TokenizerFiles.read(folder, maxLength).maxLength();
        if (longest <= ENDS) {
            throw new EncoderFilesException("Rows of at most " + longest + " tokens leave no room between the ends of"
                    + " prompt and completion. Set the maximum length to 64 or more.");
        }
        FolderJson config = FolderJson.readOrEmpty(folder, "config.json");
        return new CompletionFiles(TokenizerFiles.read(folder, longest - ENDS), endOfText(config));
    }

    private static int endOfText(FolderJson config) {
        JsonElement end = config.has("eos_token_id") ? config.element("eos_token_id") : null;
        if (end != null && end.isJsonArray() && !end.getAsJsonArray().isEmpty()) {
            end = end.getAsJsonArray().get(0);
        }
        if (end == null || !end.isJsonPrimitive() || !end.getAsJsonPrimitive().isNumber()) {
            throw new EncoderFilesException(
                    config.file() + " has no eos_token_id, the token that ends a text: the model"
                            + " would never learn to stop. Add the id of the tokenizer's end-of-text token.");
        }
        return end.getAsInt();
    }

    /** Tokens per row at most, both ends included. */
    public int maxLength() {
        return tokenizer.maxLength() + ENDS;
    }
}
