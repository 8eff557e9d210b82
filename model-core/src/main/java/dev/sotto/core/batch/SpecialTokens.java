package dev.sotto.core.batch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The tokens that are matched whole, before any text is cut into words, collected from all files that name some. Follows {@code
 * TokenizersBackend} of Hugging Face transformers 5.18.
 */
final class SpecialTokens {
    /** In the order in which they get ids. */
    private static final List<String> KEYS =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private static final String DECODER = "added_tokens_decoder";
    private static final List<String> EXTRA = List.of("extra_special_tokens", "additional_special_tokens");

    private final TokenizerClass tokenizerClass;
    private final FolderJson tokenizer;
    private final FolderJson config;
    private final FolderJson map; // special_tokens_map.json where it counts
    private final FolderJson olderAdded; // added_tokens.json where it counts

    /**
     * @param tokenizer tokenizer.json
     * @param config tokenizer_config.json
     * @param map special_tokens_map.json
     * @param olderAdded added_tokens.json
     */
    SpecialTokens(
            TokenizerClass tokenizerClass,
            FolderJson tokenizer,
            FolderJson config,
            FolderJson map,
            FolderJson olderAdded) {
        this.tokenizerClass = tokenizerClass;
        this.tokenizer = tokenizer;
        this.config = config;
        this.map = config.has(DECODER) ? map.emptied() : map;
        this.olderAdded = config.has(DECODER) ? olderAdded.emptied() : olderAdded;
    }

    /** The text of a special token such as {@code cls_token}, if there is one. */
    Optional<String> named(String key) {
        return token(key).map(token -> token.get("content").getAsString());
    }

    /**
     * The tokens with their ids: those of the vocabulary keep theirs, others come after it. A token that is only named, has no
     * id and would get one beyond the model's embeddings is left out: in Python a text with it ends in an error, here it is
     * text.
     *
     * @param vocabulary ids by piece
     * @param rows of the model's embedding, 0 if unknown
     */
    JsonArray added(Map<String, Integer> vocabulary, int rows) {
        Map<String, JsonObject> listed = listed();
        Map<String, JsonObject> all = new LinkedHashMap<>(listed);
        for (JsonObject token : unlisted()) {
            all.putIfAbsent(token.get("content").getAsString(), token);
        }
        JsonArray added = new JsonArray();
        int next = vocabulary.size();
        for (Map.Entry<String, JsonObject> token : all.entrySet()) {
            int id = vocabulary.getOrDefault(token.getKey(), next);
            if (id < rows || listed.containsKey(token.getKey()) || vocabulary.containsKey(token.getKey())) {
                token.getValue().addProperty("id", id);
                added.add(token.getValue());
                next = Math.max(next, id + 1);
            }
        }
        return added;
    }

    /** The tokens that a file lists with their ids, in that order; of two lists the later says how a token is matched. */
    private Map<String, JsonObject> listed() {
        Map<String, JsonObject> tokens = new LinkedHashMap<>();
        if (tokenizerClass == TokenizerClass.AS_SAVED) {
            inFile().forEach(token -> put(tokens, token));
        }
        Map<Integer, JsonObject> byId = new TreeMap<>();
        if (config.has(DECODER)) {
            object(config, DECODER)
                    .entrySet()
                    .forEach(entry -> byId.put(Integer.valueOf(entry.getKey()), token(entry.getValue(), false)));
        } else {
            olderAdded.keys().forEach(text -> byId.put(olderAdded.element(text).getAsInt(), older(text)));
            inFile().forEach(token -> byId.put(token.get("id").getAsInt(), token(token, false)));
        }
        byId.values().forEach(token -> put(tokens, token));
        return tokens;
    }

    private static void put(Map<String, JsonObject> tokens, JsonObject token) {
        tokens.put(token.get("content").getAsString(), token.deepCopy());
    }

    private List<JsonObject> inFile() {
        if (!tokenizer.has("added_tokens")) {
            return List.of();
        }
        return tokenizer.element("added_tokens").getAsJsonArray().asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    private JsonObject older(String text) {
        JsonObject token = new JsonObject();
        token.addProperty("content", text);
        token.addProperty("special", unlisted().stream().anyMatch(special -> special.get("content")
                .getAsString()
                .equals(text)));
        return token(token, false);
    }

    /** Those that are named by key, and further ones. */
    private List<JsonObject> unlisted() {
        List<JsonObject> tokens = new ArrayList<>();
        KEYS.forEach(key -> token(key).ifPresent(tokens::add));
        for (String key : config.keys()) {
            if (key.endsWith("_token") && !KEYS.contains(key) && isText(config.element(key))) {
                tokens.add(token(config.element(key), true));
            }
        }
        tokens.addAll(further());
        return tokens;
    }

    private List<JsonObject> further() {
        for (FolderJson file : List.of(map, config)) {
            for (String key : EXTRA) {
                if (file.has(key)) {
                    JsonElement extra = file.element(key);
                    List<JsonElement> tokens = extra.isJsonArray()
                            ? extra.getAsJsonArray().asList()
                            : List.copyOf(object(file, key).asMap().values());
                    return tokens.stream()
                            .map(token -> token(token, isText(token)))
                            .toList();
                }
            }
        }
        return tokenizerClass.extraTokens().stream()
                .map(text -> token(new JsonPrimitive(text), true))
                .toList();
    }

    private Optional<JsonObject> token(String key) {
        if (map.has(key)) {
            return Optional.of(token(map.element(key), true));
        }
        if (config.has(key)) {
            return Optional.of(token(config.element(key), true));
        }
        if (config.isNull(key)) {
            return Optional.empty();
        }
        return Optional.ofNullable(tokenizerClass.specialTokens().get(key)).map(text -> {
            JsonObject token = token(new JsonPrimitive(text), true);
            boolean blankBefore = tokenizerClass == TokenizerClass.CAMEMBERT && key.equals("mask_token");
            token.addProperty("lstrip", blankBefore);
            return token;
        });
    }

    private static JsonObject object(FolderJson file, String key) {
        if (!file.element(key).isJsonObject()) {
            throw file.wrong(key, "an object");
        }
        return file.element(key).getAsJsonObject();
    }

    private static boolean isText(JsonElement element) {
        return element.isJsonPrimitive() && element.getAsJsonPrimitive().isString();
    }

    /** A token, written as its text or as an object, with all that says how it is matched. */
    private static JsonObject token(JsonElement written, boolean special) {
        JsonObject token = new JsonObject();
        JsonObject given = written.isJsonObject() ? written.getAsJsonObject() : new JsonObject();
        token.addProperty(
                "content", written.isJsonObject() ? given.get("content").getAsString() : written.getAsString());
        boolean isSpecial = special || flag(given, "special", false);
        for (String key : List.of("single_word", "lstrip", "rstrip")) {
            token.addProperty(key, flag(given, key, false));
        }
        token.addProperty("normalized", flag(given, "normalized", !isSpecial));
        token.addProperty("special", isSpecial);
        return token;
    }

    private static boolean flag(JsonObject token, String key, boolean otherwise) {
        return token.has(key) ? token.get(key).getAsBoolean() : otherwise;
    }
}
