package dev.sotto.core.batch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that a {@link TextEncoder} is made of, as bytes and a few numbers: read once from a model folder, then sent to
 * wherever rows are encoded. Public knowledge.
 */
public final class TokenizerFiles implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Models that count positions from the padding id + 1, so that many rows of the table are never reached. */
    private static final Set<String> POSITIONS_AFTER_PADDING = Set.of(
            "roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "roberta-prelayernorm", "xmod", "longformer");

    /** What families call it where no file says so. */
    private static final List<String> MASKS = List.of("[MASK]", "<mask>");

    private final byte[] json; // tokenizer.json, UTF-8
    private final int maxLength;
    private final int padId;
    private final int typeCount;
    private final String maskToken; // empty if there is none
    private final int maskId;

    private TokenizerFiles(byte[] json, int maxLength, int padId, int typeCount, String maskToken, int maskId) {
        this.json = json;
        this.maxLength = maxLength;
        this.padId = padId;
        this.typeCount = typeCount;
        this.maskToken = maskToken;
        this.maskId = maskId;
    }

    /**
     * Reads tokenizer.json, or vocab.txt where there is none, with tokenizer_config.json and config.json. A
     * tokenizer.json counts as it is written: tokenizer_config.json then gives the length and the padding token alone.
     *
     * @param maxLength wanted tokens per row, special ones included; more than the model can take is cut to that
     * @throws EncoderFilesException if a file is missing or damaged, or they contradict each other
     */
    public static TokenizerFiles read(Path folder, int maxLength) {
        if (maxLength < 1) {
            throw new IllegalArgumentException("The longest row must have at least 1 token, got " + maxLength
                    + ": nothing would be left of any text. Give a maximum length such as 128.");
        }
        FolderJson config = FolderJson.readOrEmpty(folder, "config.json");
        FolderJson tokenizerConfig = FolderJson.readOrEmpty(folder, "tokenizer_config.json");
        String text = FolderJson.text(folder.resolve("tokenizer.json")).orElseGet(() -> fromVocabulary(folder));
        FolderJson tokenizer = FolderJson.parse(folder.resolve("tokenizer.json").toString(), text);
        Map<String, Integer> tokens = tokens(tokenizer);
        checkIds(tokenizer, tokens, config);
        int padId = padId(config, tokenizerConfig, tokens);
        int longest = IntStream.of(maxLength, atMost(tokenizerConfig, "model_max_length"), positions(config, padId))
                .min()
                .getAsInt();
        String maskToken = WordPieceJson.token(
                tokenizerConfig,
                "mask_token",
                MASKS.stream().filter(tokens::containsKey).findFirst().orElse(""));
        return new TokenizerFiles(
                text.getBytes(StandardCharsets.UTF_8),
                longest,
                padId,
                atMost(config, "type_vocab_size"),
                maskToken,
                tokens.getOrDefault(maskToken, -1));
    }

    /** Tokens per row at most, special ones included. */
    public int maxLength() {
        return maxLength;
    }

    /** The id that fills rows up to a common length; always masked, so its choice changes no result. */
    public int padId() {
        return padId;
    }

    /** The text of the token that stands for any word; empty if the vocabulary has none. */
    String maskToken() {
        return maskToken;
    }

    /** Its id, or a negative number. */
    int maskId() {
        return maskId;
    }

    /** Segments that the model tells apart; with 1, every type id is 0. */
    int typeCount() {
        return typeCount;
    }

    /** The same where each word is tokenised by itself: a byte-level tokenizer puts the blank before it that a sentence has. */
    TokenizerFiles forWords() {
        JsonObject tokenizer = JsonParser.parseString(json()).getAsJsonObject();
        putBlankFirst(tokenizer.get("pre_tokenizer"));
        return new TokenizerFiles(
                tokenizer.toString().getBytes(StandardCharsets.UTF_8), maxLength, padId, typeCount, maskToken, maskId);
    }

    private static void putBlankFirst(@Nullable JsonElement preTokenizer) {
        if (!(preTokenizer instanceof JsonObject step)) {
            return;
        }
        if (step.has("add_prefix_space")) {
            step.addProperty("add_prefix_space", true);
        }
        if (step.get("pretokenizers") instanceof JsonArray steps) {
            steps.forEach(TokenizerFiles::putBlankFirst);
        }
    }

    String json() {
        return new String(json, StandardCharsets.UTF_8);
    }

    private static String fromVocabulary(Path folder) {
        Path vocabulary = folder.resolve("vocab.txt");
        return FolderJson.text(vocabulary)
                .map(text -> WordPieceJson.of(
                        vocabulary.toString(), text, FolderJson.readOrEmpty(folder, "tokenizer_config.json")))
                .orElseThrow(() -> new EncoderFilesException("No tokenizer in " + folder + ": looked for tokenizer.json"
                        + " and vocab.txt. Text cannot be encoded without the model's own vocabulary. Put tokenizer.json"
                        + " there; in Python, AutoTokenizer.from_pretrained(...).save_pretrained(...) writes it from"
                        + " any other form, such as vocab.json with merges.txt."));
    }

    /** Tokens the model has no embedding for would be read from beyond its table. */
    private static void checkIds(FolderJson tokenizer, Map<String, Integer> tokens, FolderJson config) {
        int rows = atMost(config, "vocab_size");
        int largest = tokens.values().stream().mapToInt(Integer::intValue).max().orElse(-1);
        if (largest >= rows) {
            throw new EncoderFilesException(tokenizer.file() + " has token ids up to " + largest + ", but "
                    + config.file() + " says vocab_size " + rows
                    + ": the model has no embedding for some texts. These files do not belong together; take both"
                    + " from one model.");
        }
    }

    private static int positions(FolderJson config, int padId) {
        int rows = Math.min(atMost(config, "max_position_embeddings"), atMost(config, "n_positions"));
        boolean shifted =
                POSITIONS_AFTER_PADDING.contains(config.string("model_type").orElse(""));
        return shifted && rows != Integer.MAX_VALUE ? rows - (padId + 1) : rows;
    }

    /** The model's, or else the named token's, or else its family's. Some files say -1 for none. */
    private static int padId(FolderJson config, FolderJson tokenizerConfig, Map<String, Integer> tokens) {
        double configured = config.number("pad_token_id").orElse(-1);
        if (configured >= 0) {
            return (int) configured;
        }
        boolean shifted =
                POSITIONS_AFTER_PADDING.contains(config.string("model_type").orElse(""));
        return tokens.getOrDefault(WordPieceJson.token(tokenizerConfig, "pad_token", ""), shifted ? 1 : 0);
    }

    /** Text and id of every token: the vocabulary (an object, or Unigram's list) and the tokens added to it. */
    private static Map<String, Integer> tokens(FolderJson tokenizer) {
        FolderJson model = tokenizer
                .object("model")
                .orElseThrow(
                        () -> new EncoderFilesException(
                                tokenizer.file()
                                        + " has no model: it is not a tokenizer of the Hugging Face tokenizers library. Copy it again."));
        try {
            Map<String, Integer> tokens = new HashMap<>();
            vocabulary(model).forEach(token -> tokens.put(token.getKey(), token.getValue()));
            if (tokenizer.has("added_tokens")) {
                for (JsonElement token : tokenizer.element("added_tokens").getAsJsonArray()) {
                    JsonObject added = token.getAsJsonObject();
                    tokens.put(
                            added.get("content").getAsString(), added.get("id").getAsInt());
                }
            }
            return tokens;
        } catch (EncoderFilesException e) {
            throw e;
        } catch (RuntimeException e) { // each of the library's own kinds for JSON of another shape
            throw new EncoderFilesException(
                    tokenizer.file() + " lists its tokens in a way that is not the tokenizers library's: ids would be"
                            + " guesses. Copy it again.",
                    e);
        }
    }

    private static Stream<Map.Entry<String, Integer>> vocabulary(FolderJson model) {
        if (!model.has("vocab")) {
            throw new EncoderFilesException(
                    model.file() + " has no vocab: no text can be encoded with it. Copy the file again.");
        }
        JsonElement vocabulary = model.element("vocab");
        if (vocabulary instanceof JsonObject pieces) {
            return pieces.entrySet().stream()
                    .map(entry -> Map.entry(entry.getKey(), entry.getValue().getAsInt()));
        }
        var pieces = vocabulary.getAsJsonArray();
        return IntStream.range(0, pieces.size())
                .mapToObj(id -> Map.entry(pieces.get(id).getAsJsonArray().get(0).getAsString(), id));
    }

    /** The number under {@code key} as an int; absent, or too large for one (some files say 1e30), means no limit. */
    private static int atMost(FolderJson json, String key) {
        double number = json.number(key).orElse(Double.POSITIVE_INFINITY);
        if (!(number >= 1)) {
            throw json.wrong(key, "at least 1");
        }
        return (int) Math.min(number, Integer.MAX_VALUE);
    }
}
