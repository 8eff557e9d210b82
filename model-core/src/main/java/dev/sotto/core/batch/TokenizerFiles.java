package dev.sotto.core.batch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
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

    private static final JsonPrimitive TOKEN_TYPES = new JsonPrimitive("token_type_ids");

    /** What families call it where no file says so. */
    private static final List<String> MASKS = List.of("[MASK]", "<mask>");

    private final byte[] json; // as the model's class makes it of tokenizer.json, UTF-8
    private final int maxLength;
    private final int padId;
    private final int typeCount;
    private final boolean keepsEnd;
    private final String maskToken; // empty if there is none
    private final int maskId;
    private final List<String> told;

    private TokenizerFiles(
            byte[] json,
            int maxLength,
            int padId,
            int typeCount,
            boolean keepsEnd,
            String maskToken,
            int maskId,
            List<String> told) {
        this.json = json;
        this.maxLength = maxLength;
        this.padId = padId;
        this.typeCount = typeCount;
        this.keepsEnd = keepsEnd;
        this.maskToken = maskToken;
        this.maskId = maskId;
        this.told = told;
    }

    /**
     * Reads tokenizer.json, or vocab.txt where there is none, and makes of it what the class of Hugging Face transformers
     * that the folder asks for makes of it, with the settings of tokenizer_config.json.
     *
     * @param maxLength wanted tokens per row, special ones included; more than the model can take is cut to that
     * @throws EncoderFilesException if a file is missing or damaged, or they contradict each other, or ask for what is not built here
     */
    public static TokenizerFiles read(Path folder, int maxLength) {
        if (maxLength < 1) {
            throw new IllegalArgumentException("The longest row must have at least 1 token, got " + maxLength
                    + ": nothing would be left of any text. Give a maximum length such as 128.");
        }
        FolderJson config = FolderJson.readOrEmpty(folder, "config.json");
        FolderJson settings = FolderJson.readOrEmpty(folder, "tokenizer_config.json");
        Optional<FolderJson> saved = FolderJson.read(folder, "tokenizer.json");
        FolderJson tokenizer = saved.orElseGet(() -> fromVocabulary(folder));
        requireBuilt(tokenizer, settings);
        TokenizerClass named = TokenizerClass.of(config, settings);
        TokenizerClass made = saved.isEmpty() && named == TokenizerClass.AS_SAVED ? TokenizerClass.BERT : named;
        SpecialTokens special = new SpecialTokens(
                made,
                tokenizer,
                settings,
                FolderJson.readOrEmpty(folder, "special_tokens_map.json"),
                FolderJson.readOrEmpty(folder, "added_tokens.json"));
        RebuiltTokenizer rebuilt = rebuilt(made, tokenizer, settings, special, config);
        JsonObject json = rebuilt.json();
        Map<String, Integer> ids = rebuilt.ids();
        checkIds(tokenizer, ids, config);
        int padId = padId(config, special, ids);
        int longest = IntStream.of(maxLength, atMost(settings, "model_max_length"), positions(config, padId))
                .min()
                .getAsInt();
        String maskToken = special.named("mask_token")
                .or(() -> MASKS.stream().filter(ids::containsKey).findFirst())
                .orElse("");
        return new TokenizerFiles(
                json.toString().getBytes(StandardCharsets.UTF_8),
                longest,
                padId,
                givesTokenTypes(made, settings, config) ? atMost(config, "type_vocab_size") : 1,
                keepsEnd(tokenizer, settings),
                maskToken,
                ids.getOrDefault(maskToken, -1),
                told(made, tokenizer, settings, config, json));
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

    /** Whether a text that is too long loses its beginning, not its end. */
    boolean keepsEnd() {
        return keepsEnd;
    }

    /** The class that was followed, and what it changes, in words. */
    public List<String> told() {
        return told;
    }

    /** The same where each word is tokenised by itself: a byte-level tokenizer puts the blank before it that a sentence has. */
    TokenizerFiles forWords() {
        JsonObject tokenizer = JsonParser.parseString(json()).getAsJsonObject();
        putBlankFirst(tokenizer.get("pre_tokenizer"));
        byte[] changed = tokenizer.toString().getBytes(StandardCharsets.UTF_8);
        return new TokenizerFiles(changed, maxLength, padId, typeCount, keepsEnd, maskToken, maskId, told);
    }

    /** The same, but texts lose their end whatever the files say. */
    TokenizerFiles withoutEnd() {
        return new TokenizerFiles(json, maxLength, padId, typeCount, false, maskToken, maskId, told);
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

    /** The same with the side at which rows are cut: it has no other place in the library's interface. */
    String jsonWithSide() {
        JsonObject cut = new JsonObject();
        cut.addProperty("direction", keepsEnd ? "Left" : "Right");
        cut.addProperty("max_length", maxLength);
        cut.addProperty("strategy", "LongestFirst");
        cut.addProperty("stride", 0);
        JsonObject tokenizer = JsonParser.parseString(json()).getAsJsonObject();
        tokenizer.add("truncation", cut);
        return tokenizer.toString();
    }

    /** What {@code BertTokenizer} makes of a vocab.txt: one word piece a line, its id is its line number from 0. */
    private static FolderJson fromVocabulary(Path folder) {
        Path vocabulary = folder.resolve("vocab.txt");
        String text = FolderJson.text(vocabulary)
                .orElseThrow(() -> new EncoderFilesException("No tokenizer in " + folder + ": looked for tokenizer.json"
                        + " and vocab.txt. Text cannot be encoded without the model's own vocabulary. Put tokenizer.json"
                        + " there; in Python, AutoTokenizer.from_pretrained(...).save_pretrained(...) writes it from"
                        + " any other form, such as vocab.json with merges.txt."));
        JsonObject ids = new JsonObject();
        int line = 0;
        for (String piece : (Iterable<String>) text.lines()::iterator) {
            ids.addProperty(piece, line++);
        }
        JsonObject model = new JsonObject();
        model.add("vocab", ids);
        JsonObject tokenizer = new JsonObject();
        tokenizer.add("model", model);
        return FolderJson.of(vocabulary.toString(), tokenizer);
    }

    private static RebuiltTokenizer rebuilt(
            TokenizerClass made, FolderJson tokenizer, FolderJson settings, SpecialTokens special, FolderJson config) {
        try {
            int rows = config.has("vocab_size") ? atMost(config, "vocab_size") : 0;
            return new RebuiltTokenizer(made, tokenizer, settings, special, rows);
        } catch (EncoderFilesException e) {
            throw e;
        } catch (RuntimeException e) { // each of the library's own kinds for JSON of another shape
            throw new EncoderFilesException(
                    tokenizer.file() + ", or " + settings.file() + ", lists its tokens in a way that is not the"
                            + " tokenizers library's: ids would be guesses. Copy both again.",
                    e);
        }
    }

    private static void requireBuilt(FolderJson tokenizer, FolderJson settings) {
        if (settings.bool("split_special_tokens").orElse(false)) {
            throw new EncoderFilesException(
                    settings.file() + " has split_special_tokens, which is not built here: special"
                            + " tokens within a text would be matched whole, as " + tokenizer.file()
                            + " has them, where Python cuts them like other text. Set it to false.");
        }
    }

    /** What model_input_names says, or else the class; an archive that takes them asks for them. */
    private static boolean givesTokenTypes(TokenizerClass made, FolderJson settings, FolderJson config) {
        return names(settings, "model_input_names")
                .map(names -> names.contains(TOKEN_TYPES))
                .orElseGet(() -> made.givesTokenTypes()
                        || names(config, "inputs")
                                .filter(names -> names.contains(TOKEN_TYPES))
                                .isPresent());
    }

    private static Optional<JsonArray> names(FolderJson file, String key) {
        if (!file.has(key)) {
            return Optional.empty();
        }
        if (!file.element(key).isJsonArray()) {
            throw file.wrong(key, "a list of names");
        }
        return Optional.of(file.element(key).getAsJsonArray());
    }

    private static boolean keepsEnd(FolderJson tokenizer, FolderJson settings) {
        String side = settings.string("truncation_side")
                .or(() -> tokenizer.object("truncation").flatMap(cut -> cut.string("direction")))
                .orElse("right")
                .toLowerCase(Locale.ROOT);
        if (!Set.of("left", "right").contains(side)) {
            throw settings.wrong("truncation_side", "left or right");
        }
        return side.equals("left");
    }

    private static List<String> told(
            TokenizerClass made, FolderJson tokenizer, FolderJson settings, FolderJson config, JsonObject json) {
        List<String> told = new ArrayList<>();
        told.add(made.officialName() + ", as transformers 5.18 takes it for this folder"
                + (givesTokenTypes(made, settings, config) ? "" : "; it gives no token types")
                + (keepsEnd(tokenizer, settings) ? "; texts that are too long lose their beginning" : ""));
        for (String part : List.of("normalizer", "pre_tokenizer")) {
            JsonElement saved = tokenizer.has(part) ? tokenizer.element(part) : JsonNull.INSTANCE;
            if (tokenizer.has("version") && !saved.equals(json.get(part))) {
                told.add("its " + part + " is the class's own, not the one in tokenizer.json: " + json.get(part));
            }
        }
        return List.copyOf(told);
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
    private static int padId(FolderJson config, SpecialTokens special, Map<String, Integer> ids) {
        double configured = config.number("pad_token_id").orElse(-1);
        if (configured >= 0) {
            return (int) configured;
        }
        boolean shifted =
                POSITIONS_AFTER_PADDING.contains(config.string("model_type").orElse(""));
        return special.named("pad_token").map(ids::get).orElse(shifted ? 1 : 0);
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
