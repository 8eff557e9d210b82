package dev.sotto.core.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.family.Verbalizer;
import dev.sotto.core.method.Addition;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.AdditionJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a delta is for, as it says itself: enough to put it on its seed without being told again how it was trained.
 *
 * @param spec task, number of outputs, and the rules that chose what was trained
 * @param labels names of the classes by index; one name, that of the quantity, for regression
 */
public record DeltaPurpose(ModelSpec spec, List<String> labels) {
    private static final String TASK = "sotto.task";
    private static final String LABELS = "sotto.labels";
    private static final String TRAINED = "sotto.trained";
    private static final String OTHERS = "sotto.trained_in_other_phases";
    private static final String PROMPT = "sotto.prompt";

    public DeltaPurpose {
        labels = List.copyOf(labels);
        if (labels.size() != spec.outputs()) {
            throw new IllegalArgumentException("Got " + labels.size() + " label names for " + spec.outputs()
                    + " outputs: the delta would name its answers wrongly. Give one name for each output.");
        }
    }

    Map<String, String> metadata() {
        JsonArray names = new JsonArray();
        labels.forEach(names::add);
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(TASK, spec.task().name().toLowerCase(Locale.ROOT));
        metadata.put(LABELS, names.toString());
        metadata.put(TRAINED, json(spec.trained()).toString());
        if (!spec.others().isEmpty()) {
            JsonArray others = new JsonArray();
            spec.others().forEach(each -> others.add(json(each)));
            metadata.put(OTHERS, others.toString());
        }
        if (spec.verbalizer() != null) {
            metadata.put(PROMPT, spec.verbalizer().json().toString());
        }
        return metadata;
    }

    /** @throws IllegalArgumentException if it cannot be understood */
    static DeltaPurpose of(Map<String, String> metadata) {
        try {
            List<String> labels = new ArrayList<>();
            JsonParser.parseString(metadata.getOrDefault(LABELS, ""))
                    .getAsJsonArray()
                    .forEach(each -> labels.add(each.getAsString()));
            Task task = Task.valueOf(metadata.getOrDefault(TASK, "").toUpperCase(Locale.ROOT));
            Trained trained = trained(
                    JsonParser.parseString(metadata.getOrDefault(TRAINED, "")).getAsJsonObject());
            String prompt = metadata.get(PROMPT);
            Verbalizer verbalizer = prompt == null
                    ? null
                    : Verbalizer.of(JsonParser.parseString(prompt).getAsJsonObject());
            List<Trained> others = new ArrayList<>();
            JsonParser.parseString(metadata.getOrDefault(OTHERS, "[]"))
                    .getAsJsonArray()
                    .forEach(each -> others.add(trained(each.getAsJsonObject())));
            return new DeltaPurpose(new ModelSpec(task, labels.size(), trained, verbalizer, others), labels);
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException notOurs) {
            throw new IllegalArgumentException(String.valueOf(notOurs.getMessage()), notOurs);
        }
    }

    private static JsonObject json(Trained trained) {
        JsonObject json = new JsonObject();
        json.addProperty("part", trained.part().name().toLowerCase(Locale.ROOT));
        json.addProperty("first_layer", trained.layers().first());
        json.addProperty("last_layer", trained.layers().last());
        json.addProperty("names", trained.names());
        json.addProperty("key_biases", trained.keyBiases());
        json.addProperty("added_biases", trained.addedBiases());
        if (trained.addition() != null) {
            json.add(AdditionJson.kind(trained.addition()), AdditionJson.of(trained.addition()));
        }
        return json;
    }

    private static Trained trained(JsonObject json) {
        return new Trained(
                Trained.Part.valueOf(value(json, "part").getAsString().toUpperCase(Locale.ROOT)),
                new Trained.Layers(
                        value(json, "first_layer").getAsInt(),
                        value(json, "last_layer").getAsInt()),
                value(json, "names").getAsString(),
                value(json, "key_biases").getAsBoolean(),
                value(json, "added_biases").getAsBoolean(),
                addition(json));
    }

    private static @Nullable Addition addition(JsonObject json) {
        return AdditionJson.KINDS.stream()
                .filter(json::has)
                .findFirst()
                .map(kind -> AdditionJson.read(kind, json.getAsJsonObject(kind)))
                .orElse(null);
    }

    private static JsonElement value(JsonObject json, String key) {
        JsonElement found = json.get(key);
        if (found == null) {
            throw new IllegalArgumentException(TRAINED + " has no " + key);
        }
        return found;
    }
}
