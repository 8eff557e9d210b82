package dev.sotto.core.batch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the {@code tokenizer.json} that a BERT {@code vocab.txt} stands for. Follows {@code BertConverter} of Hugging
 * Face transformers (convert_slow_tokenizer.py, v4.57) and the defaults of its {@code BertTokenizer}.
 */
final class WordPieceJson {
    private WordPieceJson() {}

    /**
     * @param vocabulary one word piece a line, its id is its line number from 0 (the last of two equal lines counts)
     * @param config the folder's tokenizer_config.json
     * @throws EncoderFilesException if a special token is not in the vocabulary
     */
    static String of(String vocabularyFile, String vocabulary, FolderJson config) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        int line = 0;
        for (String piece : (Iterable<String>) vocabulary.lines()::iterator) {
            ids.put(piece, line++);
        }
        var specials = new LinkedHashSet<String>();
        special(config, "pad_token", "[PAD]", ids, vocabularyFile, specials);
        String unknown = special(config, "unk_token", "[UNK]", ids, vocabularyFile, specials);
        String first = special(config, "cls_token", "[CLS]", ids, vocabularyFile, specials);
        String separator = special(config, "sep_token", "[SEP]", ids, vocabularyFile, specials);
        // Only pretraining needs the mask, so a vocabulary may lack it; where it is, it is matched whole.
        Optional.of(token(config, "mask_token", "[MASK]"))
                .filter(ids::containsKey)
                .ifPresent(specials::add);

        JsonObject json = new JsonObject();
        json.addProperty("version", "1.0");
        json.add("truncation", JsonNull.INSTANCE);
        json.add("padding", JsonNull.INSTANCE);
        json.add("added_tokens", addedTokens(specials, ids));
        json.add("normalizer", normalizer(config));
        json.add("pre_tokenizer", object("type", "BertPreTokenizer"));
        json.add("post_processor", template(first, separator, ids));
        JsonObject decoder = object("type", "WordPiece");
        decoder.addProperty("prefix", "##");
        decoder.addProperty("cleanup", true);
        json.add("decoder", decoder);
        JsonObject model = object("type", "WordPiece");
        model.addProperty("unk_token", unknown);
        model.addProperty("continuing_subword_prefix", "##");
        model.addProperty("max_input_chars_per_word", 100);
        JsonObject vocab = new JsonObject();
        ids.forEach(vocab::addProperty);
        model.add("vocab", vocab);
        json.add("model", model);
        return json.toString();
    }

    /** A special token is written as text or as an object with its text in {@code content}. */
    static String token(FolderJson config, String key, String otherwise) {
        if (!config.has(key)) {
            return otherwise;
        }
        return config.object(key)
                .flatMap(token -> token.string("content"))
                .or(() -> config.string(key))
                .orElse(otherwise);
    }

    private static String special(
            FolderJson config,
            String key,
            String otherwise,
            Map<String, Integer> ids,
            String vocabularyFile,
            Set<String> specials) {
        String token = token(config, key, otherwise);
        if (!ids.containsKey(token)) {
            throw new EncoderFilesException(vocabularyFile + " has no line " + token + ", which is the " + key
                    + ": no text could be encoded. Name the right token as " + key + " in tokenizer_config.json, or"
                    + " put a tokenizer.json beside it.");
        }
        specials.add(token);
        return token;
    }

    private static JsonArray addedTokens(Iterable<String> specials, Map<String, Integer> ids) {
        JsonArray added = new JsonArray();
        for (String special : specials) {
            JsonObject token = new JsonObject();
            token.addProperty("id", ids.get(special));
            token.addProperty("content", special);
            token.addProperty("single_word", false);
            token.addProperty("lstrip", false);
            token.addProperty("rstrip", false);
            token.addProperty("normalized", false);
            token.addProperty("special", true);
            added.add(token);
        }
        return added;
    }

    private static JsonObject normalizer(FolderJson config) {
        JsonObject normalizer = object("type", "BertNormalizer");
        normalizer.addProperty("clean_text", true);
        normalizer.addProperty(
                "handle_chinese_chars", config.bool("tokenize_chinese_chars").orElse(true));
        // Null means: as lower-casing goes.
        normalizer.add(
                "strip_accents",
                config.bool("strip_accents")
                        .<JsonElement>map(JsonPrimitive::new)
                        .orElse(JsonNull.INSTANCE));
        normalizer.addProperty("lowercase", config.bool("do_lower_case").orElse(true));
        return normalizer;
    }

    /** {@code [CLS] A [SEP]} of type 0, then {@code B [SEP]} of type 1. */
    private static JsonObject template(String first, String separator, Map<String, Integer> ids) {
        JsonArray single = new JsonArray();
        single.add(piece("SpecialToken", first, 0));
        single.add(piece("Sequence", "A", 0));
        single.add(piece("SpecialToken", separator, 0));
        JsonArray pair = single.deepCopy();
        pair.add(piece("Sequence", "B", 1));
        pair.add(piece("SpecialToken", separator, 1));
        JsonObject specials = new JsonObject();
        for (String token : new LinkedHashSet<>(List.of(first, separator))) {
            JsonObject special = object("id", token);
            special.add("ids", array(new JsonPrimitive(ids.get(token))));
            special.add("tokens", array(new JsonPrimitive(token)));
            specials.add(token, special);
        }
        JsonObject template = object("type", "TemplateProcessing");
        template.add("single", single);
        template.add("pair", pair);
        template.add("special_tokens", specials);
        return template;
    }

    private static JsonObject piece(String kind, String id, int typeId) {
        JsonObject inner = object("id", id);
        inner.addProperty("type_id", typeId);
        JsonObject outer = new JsonObject();
        outer.add(kind, inner);
        return outer;
    }

    private static JsonObject object(String key, String value) {
        JsonObject object = new JsonObject();
        object.addProperty(key, value);
        return object;
    }

    private static JsonArray array(JsonPrimitive only) {
        JsonArray array = new JsonArray();
        array.add(only);
        return array;
    }
}
