package dev.sotto.core.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sotto.core.method.Adapter;
import dev.sotto.core.method.Addition;
import dev.sotto.core.method.Compacter;
import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Prefix;
import java.util.ArrayList;
import java.util.List;

/** What is added to a model, as the header of a delta and the configuration of a folder have it. */
public final class AdditionJson {
    /** What {@link #kind} gives. */
    public static final List<String> KINDS = List.of("lora", "adapter", "compacter", "prefix");

    private AdditionJson() {}

    /** The key that it is found under. */
    public static String kind(Addition addition) {
        if (addition instanceof Lora) {
            return "lora";
        }
        if (addition instanceof Adapter) {
            return "adapter";
        }
        return addition instanceof Compacter ? "compacter" : "prefix";
    }

    /** Its sizes and names. */
    public static JsonObject of(Addition addition) {
        JsonObject json = new JsonObject();
        if (addition instanceof Lora lora) {
            json.addProperty("rank", lora.rank());
            json.addProperty("alpha", lora.alpha());
            JsonArray targets = new JsonArray();
            lora.targets().forEach(targets::add);
            json.add("targets", targets);
        } else if (addition instanceof Adapter adapter) {
            json.addProperty("bottleneck", adapter.bottleneck());
        } else if (addition instanceof Compacter compacter) {
            json.addProperty("bottleneck", compacter.bottleneck());
            json.addProperty("phm_dim", compacter.phmDim());
            json.addProperty("phm_rank", compacter.phmRank());
        } else if (addition instanceof Prefix prefix) {
            json.addProperty("length", prefix.length());
        }
        return json;
    }

    /**
     * The reverse.
     *
     * @throws IllegalArgumentException if something is missing or out of range; the library's own exceptions for values of another type
     */
    public static Addition read(String kind, JsonObject json) {
        return switch (kind) {
            case "lora" -> {
                List<String> targets = new ArrayList<>();
                value(json, "targets").getAsJsonArray().forEach(each -> targets.add(each.getAsString()));
                yield new Lora(size(json, "rank"), value(json, "alpha").getAsDouble(), targets);
            }
            case "adapter" -> new Adapter(size(json, "bottleneck"));
            case "compacter" -> new Compacter(size(json, "bottleneck"), size(json, "phm_dim"), size(json, "phm_rank"));
            case "prefix" -> new Prefix(size(json, "length"));
            default -> throw new IllegalArgumentException(kind + " is not known");
        };
    }

    private static int size(JsonObject json, String key) {
        return value(json, key).getAsInt();
    }

    private static JsonElement value(JsonObject json, String key) {
        JsonElement found = json.get(key);
        if (found == null) {
            throw new IllegalArgumentException("it has no " + key);
        }
        return found;
    }
}
