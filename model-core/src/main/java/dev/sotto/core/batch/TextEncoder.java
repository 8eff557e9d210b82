package dev.sotto.core.batch;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Text to token ids, as the model's own tokenizer does it: the Hugging Face tokenizers library itself, special tokens
 * added, cut to the longest row the model takes (of a pair, the longer text is cut first) at the side that the files say, never padded.
 *
 * <p>The library takes time and memory for a whole text, and more than in proportion, so it is given the first (or the last)
 * {@link #characters} alone. The row is the same as if it were given all, wherever its last word ends before that: where a
 * token stands for less than {@value #CHARACTERS_PER_TOKEN} characters on the average of the row, blanks between words included. In
 * prose one stands for four to six.
 *
 * <p>Many threads may encode at once and get what one thread would. Close it when none of them is inside a call any
 * more; a call after that throws.
 */
public final class TextEncoder implements AutoCloseable {
    /** How many characters of a text count for each token of the longest row. */
    private static final int CHARACTERS_PER_TOKEN = 100;

    private static final Map<String, String> UNCUT = Map.of("truncation", "do_not_truncate", "padding", "do_not_pad");

    private final HuggingFaceTokenizer tokenizer;
    private final TokenizerFiles files;

    private TextEncoder(HuggingFaceTokenizer tokenizer, TokenizerFiles files) {
        this.tokenizer = tokenizer;
        this.files = files;
    }

    /**
     * Opens the tokenizer of a Hugging Face model folder.
     *
     * @param maxLength wanted tokens per row, special ones included; more than the model can take is cut to that
     * @throws EncoderFilesException if a file is missing or damaged, or {@code maxLength} leaves no room for text
     */
    public static TextEncoder open(Path folder, int maxLength) {
        return open(TokenizerFiles.read(folder, maxLength));
    }

    /** Opens a tokenizer from files that were read elsewhere. */
    public static TextEncoder open(TokenizerFiles files) {
        checkRoom(files);
        return new TextEncoder(
                tokenizer(
                        files.jsonWithSide(),
                        Map.of(
                                "truncation", "longest_first",
                                "maxLength", Integer.toString(files.maxLength()),
                                "modelMaxLength", Integer.toString(files.maxLength()),
                                "stride", "0",
                                "padding", "do_not_pad")),
                files);
    }

    /** The same for whoever cuts rows itself. */
    static TextEncoder openUncut(TokenizerFiles files) {
        return new TextEncoder(tokenizer(files.json(), UNCUT), files);
    }

    /** Encodes one text. */
    public EncodedText encode(String text) {
        return encoded(tokenizer.encode(wellFormed(kept(text))));
    }

    /** Encodes a pair of texts into one row. */
    public EncodedText encode(String text, String pair) {
        return encoded(both(text, pair));
    }

    /** The same, with the two texts told apart whatever the model is given. */
    EncodedText encodeApart(String text, String pair) {
        Encoding encoding = both(text, pair);
        return new EncodedText(ints(encoding.getIds()), ints(encoding.getTypeIds()));
    }

    private Encoding both(String text, String pair) {
        return tokenizer.encode(wellFormed(kept(text)), wellFormed(kept(pair)));
    }

    /** The text of tokens, special ones left out. */
    String decode(int[] ids) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    }

    /** Tokens per row at most, special ones included. */
    public int maxLength() {
        return files.maxLength();
    }

    /** Whether a row that is too long loses its beginning. */
    boolean keepsEnd() {
        return files.keepsEnd();
    }

    /** The id that fills rows up to a common length. */
    public int padId() {
        return files.padId();
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    /** Of one text. */
    Encoding encoding(String text) {
        return tokenizer.encode(wellFormed(text));
    }

    /** Of words that stand by themselves. */
    Encoding encoding(List<String> words) {
        return tokenizer.encode(words.stream().map(TextEncoder::wellFormed).toList());
    }

    EncodedText encoded(Encoding encoding) {
        int[] types = ints(encoding.getTypeIds());
        if (files.typeCount() == 1) {
            Arrays.fill(types, 0);
        }
        return new EncodedText(ints(encoding.getIds()), types);
    }

    /**
     * Checks that rows have room for text. A pair's special tokens and one token of each text must fit: the library miscounts
     * below that.
     *
     * @throws EncoderFilesException if not
     */
    public static void checkRoom(TokenizerFiles files) {
        try (var unlimited = tokenizer(files.json(), UNCUT)) {
            int special = unlimited.encode("", "").getIds().length;
            if (files.maxLength() < special + 2) {
                throw new EncoderFilesException("Rows of at most " + files.maxLength() + " tokens leave no room for"
                        + " text: this tokenizer puts up to " + special + " special tokens into a row. Set the maximum"
                        + " length to at least " + (special + 2) + ", or check model_max_length in"
                        + " tokenizer_config.json and max_position_embeddings in config.json.");
            }
        }
    }

    private static HuggingFaceTokenizer tokenizer(String json, Map<String, String> options) {
        // Or the library reports its use over the network and looks for other builds of itself there.
        System.setProperty("ai.djl.offline", "true");
        try {
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new EncoderFilesException(
                    "The tokenizer library does not take this tokenizer.json: " + e.getMessage()
                            + ". Nothing can be encoded with it. Save it again with a current version of"
                            + " transformers, or check that the file is whole.",
                    e);
        }
    }

    /** How many characters of a text count, for rows of at most so many tokens. */
    public static int characters(int maxLength) {
        return (int) Math.min(Integer.MAX_VALUE, (long) CHARACTERS_PER_TOKEN * maxLength);
    }

    /** What counts of a text. */
    String kept(String text) {
        int characters = characters(files.maxLength());
        return files.keepsEnd() ? tail(text, characters) : head(text, characters);
    }

    /** The first so many characters, none of them cut in two. */
    static String head(String text, int characters) {
        if (text.length() <= characters || text.codePointCount(0, text.length()) <= characters) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, characters));
    }

    /** The last so many characters, none of them cut in two. */
    static String tail(String text, int characters) {
        if (text.length() <= characters || text.codePointCount(0, text.length()) <= characters) {
            return text;
        }
        return text.substring(text.offsetByCodePoints(text.length(), -characters));
    }

    /** Half of a surrogate pair is no character and would not survive the way into UTF-8: it becomes U+FFFD. */
    private static String wellFormed(String text) {
        int[] characters = text.codePoints()
                .map(c -> Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
                .toArray();
        return new String(characters, 0, characters.length);
    }

    private static int[] ints(long[] values) {
        int[] ints = new int[values.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = Math.toIntExact(values[i]);
        }
        return ints;
    }
}
