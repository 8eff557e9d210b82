package dev.sotto.core.batch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code tokenizer.json} that a named class of Hugging Face transformers 5.18 makes of a folder: vocabulary and merges are the
 * file's; how text is normalised and cut, and which special tokens stand around it, is the class's own, by the settings of
 * tokenizer_config.json. What the file says of these does not count, but for the character map of a SentencePiece model and, in some
 * classes, the special tokens around a text.
 */
final class RebuiltTokenizer {
    private static final String QWEN2_WORDS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private final TokenizerClass tokenizerClass;
    private final FolderJson tokenizer;
    private final FolderJson config;
    private final SpecialTokens tokens;
    private final Map<String, Integer> vocabulary;
    private final JsonArray added;
    private final Map<String, Integer> ids;

    /**
     * @param tokenizer tokenizer.json, or what a vocab.txt stands for
     * @param config tokenizer_config.json
     * @param rows of the model's embedding, 0 if unknown
     */
    RebuiltTokenizer(
            TokenizerClass tokenizerClass, FolderJson tokenizer, FolderJson config, SpecialTokens tokens, int rows) {
        this.tokenizerClass = tokenizerClass;
        this.tokenizer = tokenizer;
        this.config = config;
        this.tokens = tokens;
        this.vocabulary = Vocabulary.of(tokenizer);
        this.added = tokens.added(vocabulary, rows);
        this.ids = new LinkedHashMap<>(vocabulary);
        for (JsonElement token : added) {
            JsonObject object = token.getAsJsonObject();
            ids.put(object.get("content").getAsString(), object.get("id").getAsInt());
        }
    }

    /** The id of every token: those of the vocabulary and the added ones. */
    Map<String, Integer> ids() {
        return Collections.unmodifiableMap(ids);
    }

    /**
     * The whole.
     *
     * @throws EncoderFilesException if the file is not of the class's kind, or lacks a special token that it needs
     */
    JsonObject json() {
        if (tokenizerClass == TokenizerClass.AS_SAVED) {
            JsonObject json = tokenizer.copy();
            json.add("added_tokens", added);
            return json;
        }
        requireKind();
        JsonObject json = new JsonObject();
        json.addProperty("version", "1.0");
        json.add("added_tokens", added);
        json.add("normalizer", normalizer());
        json.add("pre_tokenizer", preTokenizer());
        json.add("post_processor", postProcessor());
        json.add("decoder", decoder());
        json.add("model", model());
        return json;
    }

    private void requireKind() {
        String found = Vocabulary.kind(tokenizer);
        if (!found.equals(tokenizerClass.model())) {
            throw new EncoderFilesException(tokenizer.file() + " holds a " + found + " model, but "
                    + config.file() + " (or config.json's model_type, where it names no tokenizer_class) asks for "
                    + tokenizerClass.officialName() + ", which cuts words by " + tokenizerClass.model()
                    + ": texts would become other tokens than the model was trained with. Name the class that the file was"
                    + " saved with as tokenizer_class in tokenizer_config.json; TokenizersBackend follows tokenizer.json as"
                    + " it is.");
        }
    }

    private JsonElement normalizer() {
        return switch (tokenizerClass) {
            case BERT, DISTILBERT -> bertNormalizer();
            case ALBERT -> albertNormalizer();
            case XLM_ROBERTA, CAMEMBERT ->
                characterMap().<JsonElement>map(map -> map).orElse(JsonNull.INSTANCE);
            case GPT_NEOX, QWEN2 -> typed("NFC");
            case GEMMA -> replace(" ", "▁");
            case HERBERT -> herbertNormalizer();
            case AS_SAVED, ROBERTA, GPT2, LLAMA -> JsonNull.INSTANCE;
        };
    }

    private JsonObject bertNormalizer() {
        // Null means: as lower-casing goes.
        JsonElement stripAccents = config.bool("strip_accents")
                .<JsonElement>map(JsonPrimitive::new)
                .orElse(JsonNull.INSTANCE);
        return bertNormalizer(flag("tokenize_chinese_chars", true), stripAccents, flag("do_lower_case", true));
    }

    /** No setting changes it. */
    private static JsonObject herbertNormalizer() {
        return bertNormalizer(true, new JsonPrimitive(false), false);
    }

    private static JsonObject bertNormalizer(boolean chinese, JsonElement stripAccents, boolean lowercase) {
        JsonObject normalizer = typed("BertNormalizer");
        normalizer.addProperty("clean_text", true);
        normalizer.addProperty("handle_chinese_chars", chinese);
        normalizer.add("strip_accents", stripAccents);
        normalizer.addProperty("lowercase", lowercase);
        return normalizer;
    }

    private JsonObject albertNormalizer() {
        JsonArray steps = new JsonArray();
        steps.add(replace("``", "\""));
        steps.add(replace("''", "\""));
        if (!flag("keep_accents", false)) {
            steps.add(typed("NFKD"));
            steps.add(typed("StripAccents"));
        }
        if (flag("do_lower_case", true)) {
            steps.add(typed("Lowercase"));
        }
        characterMap().ifPresent(steps::add);
        JsonObject normalizer = typed("Sequence");
        normalizer.add("normalizers", steps);
        return normalizer;
    }

    private static JsonObject replace(String text, String by) {
        JsonObject pattern = new JsonObject();
        pattern.addProperty("String", text);
        JsonObject replace = typed("Replace");
        replace.add("pattern", pattern);
        replace.addProperty("content", by);
        return replace;
    }

    /** The step of the file's normalizer that SentencePiece brings along. */
    private Optional<JsonObject> characterMap() {
        if (!tokenizer.has("normalizer")) {
            return Optional.empty();
        }
        JsonElement whole = tokenizer.element("normalizer");
        JsonArray steps = new JsonArray();
        if (whole instanceof JsonObject object && object.get("normalizers") instanceof JsonArray several) {
            steps.addAll(several);
        } else {
            steps.add(whole);
        }
        return steps.asList().stream()
                .filter(step -> step instanceof JsonObject object && object.has("precompiled_charsmap"))
                .map(JsonElement::getAsJsonObject)
                .findFirst();
    }

    private JsonObject preTokenizer() {
        return switch (tokenizerClass) {
            case BERT, DISTILBERT, HERBERT -> typed("BertPreTokenizer");
            case ROBERTA, GPT2, GPT_NEOX, AS_SAVED -> byteLevel(flag("add_prefix_space", false));
            case QWEN2 -> {
                JsonObject bytes = byteLevel(flag("add_prefix_space", false));
                bytes.addProperty("use_regex", false);
                yield sequence(split("Regex", QWEN2_WORDS, "Isolated"), bytes);
            }
            case GEMMA -> split("String", " ", "MergedWithPrevious");
            case LLAMA ->
                metaspace(flag("add_prefix_space", true) ? flag("legacy", false) ? "always" : "first" : "never", false);
            case XLM_ROBERTA, CAMEMBERT, ALBERT ->
                sequence(
                        typed("WhitespaceSplit"), metaspace(flag("add_prefix_space", true) ? "always" : "never", true));
        };
    }

    private static JsonObject sequence(JsonObject first, JsonObject second) {
        JsonArray steps = new JsonArray();
        steps.add(first);
        steps.add(second);
        JsonObject sequence = typed("Sequence");
        sequence.add("pretokenizers", steps);
        return sequence;
    }

    private static JsonObject split(String kind, String pattern, String behavior) {
        JsonObject by = new JsonObject();
        by.addProperty(kind, pattern);
        JsonObject step = typed("Split");
        step.add("pattern", by);
        step.addProperty("behavior", behavior);
        step.addProperty("invert", false);
        return step;
    }

    private static JsonObject byteLevel(boolean blankFirst) {
        JsonObject step = typed("ByteLevel");
        step.addProperty("add_prefix_space", blankFirst);
        step.addProperty("trim_offsets", true);
        step.addProperty("use_regex", true);
        return step;
    }

    private static JsonObject metaspace(String blankFirst, boolean split) {
        JsonObject step = typed("Metaspace");
        step.addProperty("replacement", "▁");
        step.addProperty("prepend_scheme", blankFirst);
        step.addProperty("split", split);
        return step;
    }

    private JsonElement postProcessor() {
        JsonElement saved = tokenizer.has("post_processor") ? tokenizer.element("post_processor") : JsonNull.INSTANCE;
        return switch (tokenizerClass) {
            case BERT, DISTILBERT -> template("cls_token", "sep_token", false);
            case XLM_ROBERTA, CAMEMBERT -> template("bos_token", "eos_token", true);
            case ROBERTA -> {
                JsonObject step = typed("RobertaProcessing");
                step.add("sep", tokenAndId("sep_token"));
                step.add("cls", tokenAndId("cls_token"));
                step.addProperty("trim_offsets", flag("trim_offsets", true));
                step.addProperty("add_prefix_space", flag("add_prefix_space", false));
                yield step;
            }
            case ALBERT -> saved.isJsonNull() ? template("cls_token", "sep_token", false) : saved;
            case HERBERT -> { // two ids are what they were in its first model, wherever the tokens are
                JsonObject step = typed("BertProcessing");
                step.add("sep", pair(needed("sep_token"), 2));
                step.add("cls", pair(needed("cls_token"), 0));
                yield step;
            }
            case GPT_NEOX ->
                JsonNull.INSTANCE; // made anew, and settings of bos and eos are not heeded beside a tokenizer.json
            case GPT2, QWEN2, LLAMA, GEMMA, AS_SAVED -> saved;
        };
    }

    /** {@code first A last} of type 0, then {@code B last} of type 1; in RoBERTa's manner with another {@code last} between and no types. */
    private JsonObject template(String firstKey, String lastKey, boolean likeRoberta) {
        String first = needed(firstKey);
        String last = needed(lastKey);
        int second = likeRoberta ? 0 : 1;
        JsonArray single = new JsonArray();
        single.add(piece("SpecialToken", first, 0));
        single.add(piece("Sequence", "A", 0));
        single.add(piece("SpecialToken", last, 0));
        JsonArray pair = single.deepCopy();
        if (likeRoberta) {
            pair.add(piece("SpecialToken", last, 0));
        }
        pair.add(piece("Sequence", "B", second));
        pair.add(piece("SpecialToken", last, second));
        JsonObject specials = new JsonObject();
        for (String token : List.of(first, last)) {
            JsonObject special = new JsonObject();
            special.addProperty("id", token);
            special.add("ids", array(new JsonPrimitive(ids.get(token))));
            special.add("tokens", array(new JsonPrimitive(token)));
            specials.add(token, special);
        }
        JsonObject template = typed("TemplateProcessing");
        template.add("single", single);
        template.add("pair", pair);
        template.add("special_tokens", specials);
        return template;
    }

    private static JsonObject piece(String kind, String id, int typeId) {
        JsonObject inner = new JsonObject();
        inner.addProperty("id", id);
        inner.addProperty("type_id", typeId);
        JsonObject outer = new JsonObject();
        outer.add(kind, inner);
        return outer;
    }

    private JsonObject decoder() {
        return switch (tokenizerClass) {
            case BERT, DISTILBERT -> {
                JsonObject decoder = typed("WordPiece");
                decoder.addProperty("prefix", "##");
                decoder.addProperty("cleanup", true);
                yield decoder;
            }
            case ROBERTA, GPT2, GPT_NEOX, QWEN2, AS_SAVED -> byteLevel(true);
            case XLM_ROBERTA, CAMEMBERT, ALBERT -> metaspace(flag("add_prefix_space", true) ? "always" : "never", true);
            case HERBERT -> {
                JsonObject decoder = typed("BPEDecoder");
                decoder.addProperty("suffix", "</w>");
                yield decoder;
            }
            case LLAMA, GEMMA -> {
                JsonArray steps = new JsonArray();
                steps.add(replace("▁", " "));
                steps.add(typed("ByteFallback"));
                steps.add(typed("Fuse"));
                if (tokenizerClass == TokenizerClass.LLAMA && flag("add_prefix_space", true)) {
                    JsonObject strip = typed("Strip");
                    strip.addProperty("content", " ");
                    strip.addProperty("start", 1);
                    strip.addProperty("stop", 0);
                    steps.add(strip);
                }
                JsonObject decoder = typed("Sequence");
                decoder.add("decoders", steps);
                yield decoder;
            }
        };
    }

    private JsonObject model() {
        JsonObject saved = tokenizer.element("model").getAsJsonObject();
        JsonObject model = typed(tokenizerClass.model());
        switch (tokenizerClass.model()) {
            case "WordPiece" -> {
                model.addProperty("unk_token", needed("unk_token"));
                model.addProperty("continuing_subword_prefix", "##");
                model.addProperty("max_input_chars_per_word", 100);
            }
            case "Unigram" -> {
                model.addProperty("unk_id", unknownId());
                model.addProperty("byte_fallback", false);
            }
            default -> {
                boolean gemma = tokenizerClass == TokenizerClass.GEMMA;
                boolean herbert = tokenizerClass == TokenizerClass.HERBERT;
                boolean ofSentencePiece = gemma || tokenizerClass == TokenizerClass.LLAMA;
                model.add("dropout", JsonNull.INSTANCE);
                model.add("unk_token", gemma || herbert ? new JsonPrimitive(needed("unk_token")) : JsonNull.INSTANCE);
                if (herbert) {
                    model.addProperty("end_of_word_suffix", "</w>");
                }
                model.addProperty("fuse_unk", ofSentencePiece);
                model.addProperty("byte_fallback", ofSentencePiece);
                model.addProperty("ignore_merges", false);
                model.add("merges", saved.has("merges") ? saved.get("merges") : new JsonArray());
            }
        }
        model.add("vocab", saved.get("vocab"));
        return model;
    }

    /** Two classes hold it to be where their first models had it. */
    private int unknownId() {
        return switch (tokenizerClass) {
            case ALBERT -> 1;
            case XLM_ROBERTA -> 3;
            default -> tokens.named("unk_token").map(vocabulary::get).orElse(0);
        };
    }

    private JsonArray tokenAndId(String key) {
        String token = needed(key);
        return pair(token, ids.getOrDefault(token, 0));
    }

    private static JsonArray pair(String token, int id) {
        JsonArray pair = new JsonArray();
        pair.add(token);
        pair.add(id);
        return pair;
    }

    private String needed(String key) {
        return tokens.named(key)
                .filter(ids::containsKey)
                .orElseThrow(() -> new EncoderFilesException(tokenizer.file() + " has no token "
                        + tokens.named(key).orElse("at all for it") + ", which is the " + key + " of a "
                        + tokenizerClass.officialName() + " (" + config.file()
                        + "): no text could be encoded. Name the right token as " + key
                        + " in tokenizer_config.json."));
    }

    private boolean flag(String key, boolean otherwise) {
        return config.bool(key).orElse(otherwise);
    }

    private static JsonObject typed(String type) {
        return JsonParser.parseString("{\"type\": \"" + type + "\"}").getAsJsonObject();
    }

    private static JsonArray array(JsonPrimitive only) {
        JsonArray array = new JsonArray();
        array.add(only);
        return array;
    }
}
