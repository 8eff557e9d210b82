package dev.sotto.core.batch;

import ai.djl.huggingface.tokenizers.Encoding;
import java.util.ArrayList;
import java.util.Collections;
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
        List<String> kept = kept(words);
        int before = encoder.keepsEnd() ? words.size() - kept.size() : 0;
        Encoding encoding = encoder.encoding(kept);
        long[] wordOfToken = encoding.getWordIds();
        int[] begun = new int[wordOfToken.length];
        long last = EncodedWords.NO_WORD;
        for (int i = 0; i < begun.length; i++) {
            boolean begins = wordOfToken[i] != last && wordOfToken[i] != EncodedWords.NO_WORD;
            begun[i] = begins ? before + Math.toIntExact(wordOfToken[i]) : EncodedWords.NO_WORD;
            last = wordOfToken[i];
        }
        return new EncodedWords(encoder.encoded(encoding), begun);
    }

    /** The words that count, from the side that stays. */
    private List<String> kept(List<String> words) {
        int most = Math.min(words.size(), encoder.maxLength());
        List<String> counted =
                encoder.keepsEnd() ? words.subList(words.size() - most, words.size()) : words.subList(0, most);
        List<String> kept = new ArrayList<>(counted);
        if (encoder.keepsEnd()) {
            Collections.reverse(kept);
        }
        int left = TextEncoder.characters(encoder.maxLength());
        for (int i = 0; i < kept.size(); i++) {
            if (left <= 0) {
                kept.subList(i, kept.size()).clear();
            } else {
                String word = kept.get(i);
                kept.set(i, encoder.keepsEnd() ? TextEncoder.tail(word, left) : TextEncoder.head(word, left));
                left -= kept.get(i).length();
            }
        }
        if (encoder.keepsEnd()) {
            Collections.reverse(kept);
        }
        return kept;
    }

    @Override
    public void close() {
        encoder.close();
    }
}
