package dev.sotto.core.batch;

import ai.djl.huggingface.tokenizers.Encoding;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows whose words are known already, for models that label each: every word is tokenised by itself and no token spans two.
 *
 * <p>A byte-level tokenizer (RoBERTa, GPT-2) is given each word with the blank before it that it would have in a sentence, which in
 * Python is {@code add_prefix_space=True}: without it, most words would be tokens that the model hardly ever saw.
 */
public final class WordEncoder implements AutoCloseable {
    private final TextEncoder encoder;

    private WordEncoder(TextEncoder encoder) {
        this.encoder = encoder;
    }

    /**
     * Opens a tokenizer for words.
     *
     * @throws EncoderFilesException as {@link TextEncoder#open(TokenizerFiles)}
     */
    public static WordEncoder open(TokenizerFiles files) {
        return new WordEncoder(TextEncoder.open(files.forWords()));
    }

    /** Encodes one row: at most as many words as it may have tokens, and of their letters as many as count of a text. */
    public EncodedWords encode(List<String> words) {
        Encoding encoding = encoder.encoding(head(words));
        long[] wordOfToken = encoding.getWordIds();
        int[] begun = new int[wordOfToken.length];
        long last = EncodedWords.NO_WORD;
        for (int i = 0; i < begun.length; i++) {
            begun[i] = wordOfToken[i] == last ? EncodedWords.NO_WORD : Math.toIntExact(wordOfToken[i]);
            last = wordOfToken[i];
        }
        return new EncodedWords(encoder.encoded(encoding), begun);
    }

    private List<String> head(List<String> words) {
        List<String> head = new ArrayList<>();
        int left = TextEncoder.characters(encoder.maxLength());
        for (String word : words.subList(0, Math.min(words.size(), encoder.maxLength()))) {
            if (left > 0) {
                String kept = TextEncoder.head(word, left);
                head.add(kept);
                left -= kept.length();
            }
        }
        return head;
    }

    @Override
    public void close() {
        encoder.close();
    }
}
