package dev.sotto.core.family;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * How a masked language model is asked for a class: rows are put into a template with one mask, and each class has a word that would
 * stand in its place. Source: Schick and Schütze, "Exploiting Cloze Questions for Few Shot Text Classification and Natural Language
 * Inference", EACL 2021 (arXiv:2001.07676), who call the two pattern and verbalizer.
 *
 * @param template what rows are put into, for whoever encodes them; the model sees tokens alone
 * @param maskId the id of the mask token, which each row has once
 * @param words the token id of each class's word, by class
 */
public record Verbalizer(String template, int maskId, List<Integer> words) implements Serializable {
    /** The key under which a trained model's configuration keeps it. */
    public static final String KEY = "sotto_prompt";

    public Verbalizer {
        words = List.copyOf(words);
        if (new HashSet<>(words).size() < words.size()) {
            throw new IllegalArgumentException("Two classes have the same word (token ids " + words
                    + "), so nothing could tell them apart. Give each its own.");
        }
    }

    /** As a JSON object. */
    public JsonObject json() {
        JsonArray ids = new JsonArray();
        words.forEach(ids::add);
        JsonObject json = new JsonObject();
        json.addProperty("template", template);
        json.addProperty("mask_id", maskId);
        json.add("word_ids", ids);
        return json;
    }

    /**
     * From a configuration that keeps one.
     *
     * @throws ModelException if it is damaged
     */
    static Verbalizer of(Config config) {
        return config.read(KEY, Verbalizer::of, "a template, a mask_id and word_ids");
    }

    /**
     * From a JSON object.
     *
     * @throws IllegalStateException if it is not what {@link #json} gives; or another of the library's own kinds
     */
    public static Verbalizer of(JsonObject json) {
        List<Integer> words = new ArrayList<>();
        json.getAsJsonArray("word_ids").forEach(id -> words.add(id.getAsInt()));
        return new Verbalizer(
                json.get("template").getAsString(), json.get("mask_id").getAsInt(), words);
    }
}
