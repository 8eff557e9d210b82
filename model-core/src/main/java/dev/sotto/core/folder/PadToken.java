package dev.sotto.core.folder;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The token that fills the rows of a batch behind a decoder's texts. transformers finds the last token of a text by it, and answers
 * no batch without.
 *
 * @param id in the vocabulary
 * @param text as the tokenizer writes it; empty if its vocabulary does not say
 */
public record PadToken(int id, String text) {
    private static final String ID = "pad_token_id";
    private static final String TEXT = "pad_token";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String[] SETTINGS = {"tokenizer_config.json", "special_tokens_map.json"};

    /** Of a folder: the one that it names, or else the one that ends a text; empty if it has neither. */
    public static Optional<PadToken> of(ModelFolder folder) {
        Map<String, Integer> vocabulary = vocabulary(folder.path().resolve(TOKENIZER));
        JsonObject tokenizer = read(folder.path().resolve(SETTINGS[0]));
        JsonObject config = folder.hasConfig() ? folder.config().copy() : new JsonObject();
        return id(config.get(ID))
                .or(() -> id(tokenizer, TEXT, vocabulary))
                .or(() -> id(config.get("eos_token_id")))
                .or(() -> id(tokenizer, "eos_token", vocabulary))
                .map(id -> new PadToken(id, text(vocabulary, id)));
    }

    /** Names it in a configuration that names none. */
    public void addTo(JsonObject config) {
        if (id(config.get(ID)).isEmpty()) {
            config.addProperty(ID, id);
        }
    }

    /**
     * Names it in the settings of an exported tokenizer that name none.
     *
     * @throws IOException if they cannot be written
     */
    public void addToTokenizer(Path folder) throws IOException {
        if (text.isEmpty()) {
            return;
        }
        for (String name : SETTINGS) {
            Path file = folder.resolve(name);
            JsonObject settings = read(file);
            boolean wanted = name.equals(SETTINGS[0]) || Files.exists(file); // the other is of older versions
            if (wanted && content(settings.get(TEXT)).isEmpty()) {
                settings.addProperty(TEXT, text);
                Files.writeString(file, settings + "\n");
            }
        }
    }

    /** Of several the first; negative numbers stand for none. */
    private static Optional<Integer> id(@Nullable JsonElement given) {
        JsonElement first = given instanceof JsonArray several && !several.isEmpty() ? several.get(0) : given;
        return first instanceof JsonPrimitive number && number.isNumber() && number.getAsInt() >= 0
                ? Optional.of(number.getAsInt())
                : Optional.empty();
    }

    private static Optional<Integer> id(JsonObject tokenizer, String key, Map<String, Integer> vocabulary) {
        return content(tokenizer.get(key)).map(vocabulary::get);
    }

    /** A token is written as its text, or as an object with it. */
    private static Optional<String> content(@Nullable JsonElement token) {
        JsonElement text = token instanceof JsonObject object ? object.get("content") : token;
        return text != null && text.isJsonPrimitive() ? Optional.of(text.getAsString()) : Optional.empty();
    }

    private static String text(Map<String, Integer> vocabulary, int id) {
        return vocabulary.entrySet().stream()
                .filter(each -> each.getValue() == id)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    /** Added tokens first, which stand for themselves; the rest as the tokenizer's model spells them. */
    private static Map<String, Integer> vocabulary(Path file) {
        JsonObject tokenizer = read(file);
        Map<String, Integer> ids = new LinkedHashMap<>();
        try {
            if (tokenizer.get("added_tokens") instanceof JsonArray added) {
                added.forEach(each -> ids.put(
                        each.getAsJsonObject().get("content").getAsString(),
                        each.getAsJsonObject().get("id").getAsInt()));
            }
            if (tokenizer.get("model") instanceof JsonObject model && model.get("vocab") instanceof JsonObject vocab) {
                vocab.entrySet()
                        .forEach(each ->
                                ids.putIfAbsent(each.getKey(), each.getValue().getAsInt()));
            }
        } catch (RuntimeException notTheLibrarys) { // what reads texts by it says so
            ids.clear();
        }
        return ids;
    }

    private static JsonObject read(Path file) {
        try {
            return Files.isRegularFile(file)
                            && JsonParser.parseString(Files.readString(file)) instanceof JsonObject object
                    ? object
                    : new JsonObject();
        } catch (IOException | JsonParseException unreadable) {
            return new JsonObject();
        }
    }
}
