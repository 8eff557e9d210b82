package dev.sotto.core.batch;

import java.util.Arrays;

/**
 * A prompt and what is to follow it, as one row of a language model: prompt, end of text, completion, end of text. The two
 * together are cut to the longest row, the longer first; the row's last end stays.
 *
 * <p>Many threads may encode at once.
 */
public final class CompletionEncoder implements AutoCloseable {
    private final TextEncoder encoder;
    private final CompletionFiles files;

    private CompletionEncoder(TextEncoder encoder, CompletionFiles files) {
        this.encoder = encoder;
        this.files = files;
    }

    /** Opens the tokenizer. */
    public static CompletionEncoder open(CompletionFiles files) {
        return new CompletionEncoder(TextEncoder.open(files.tokenizer().withoutEnd()), files);
    }

    /** Both, with segment 1 at the tokens that are to be said: the completion and the end after it. */
    public EncodedText encode(String prompt, String completion) {
        EncodedText pair = encoder.encodeApart(prompt, completion);
        int[] ids = new int[pair.length() + 2];
        int[] said = new int[ids.length];
        int next = 0;
        for (int segment = 0; segment <= 1; segment++) {
            for (int i = 0; i < pair.length(); i++) {
                if (pair.typeIds()[i] == segment) {
                    ids[next] = pair.ids()[i];
                    said[next++] = segment;
                }
            }
            ids[next] = files.endOfText();
            said[next++] = segment;
        }
        return new EncodedText(ids, said);
    }

    /** What a completion is written behind: the prompt and its end. */
    public int[] prompt(String prompt) {
        EncodedText both = encode(prompt, "");
        return Arrays.copyOf(both.ids(), both.length() - 1);
    }

    /** The text of tokens, special ones left out. */
    public String decode(int[] ids) {
        return encoder.decode(ids);
    }

    /** The token that ends a text. */
    public int endOfText() {
        return files.endOfText();
    }

    /** Tokens per row at most, both ends included. */
    public int maxLength() {
        return files.maxLength();
    }

    @Override
    public void close() {
        encoder.close();
    }
}
