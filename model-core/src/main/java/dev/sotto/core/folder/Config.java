package dev.sotto.core.folder;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A {@code config.json}, read with errors that name the file and the key. */
public final class Config {
    private final Path path;
    private final JsonObject json;

    private Config(Path path, JsonObject json) {
        this.path = path;
        this.json = json;
    }

    static Config read(Path path) {
        try {
            return new Config(
                    path, JsonParser.parseString(Files.readString(path)).getAsJsonObject());
        } catch (IOException | JsonParseException | IllegalStateException e) {
            throw new ModelException.Damaged(
                    path + " is not a JSON object that can be read, so the model's shape is unknown. Copy it again from"
                            + " where the model came from.",
                    e);
        }
    }

    /** A copy of the whole, to be changed at will. */
    public JsonObject copy() {
        return json.deepCopy();
    }

    /** Where it was read. */
    public Path path() {
        return path;
    }

    /** Whether a key is there, and not null. */
    public boolean has(String key) {
        return json.has(key) && !json.get(key).isJsonNull();
    }

    int integer(String key) {
        double value = number(key);
        if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
            throw wrong(key, "an integer");
        }
        return (int) value;
    }

    /** An integer, or another if the key is not there. */
    public int integer(String key, int otherwise) {
        return has(key) ? integer(key) : otherwise;
    }

    /** An integer of at least 1. */
    public int size(String key) {
        int value = integer(key);
        if (value < 1) {
            throw wrong(key, "at least 1");
        }
        return value;
    }

    /**
     * A number.
     *
     * @throws ModelException if there is none
     */
    public double number(String key) {
        JsonElement value = element(key);
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isNumber()) {
            throw wrong(key, "a number");
        }
        return value.getAsDouble();
    }

    /** A number, or another if the key is not there. */
    public double number(String key, double otherwise) {
        return has(key) ? number(key) : otherwise;
    }

    /** True or false; false if the key is not there. */
    public boolean flag(String key) {
        return flag(key, false);
    }

    /** True or false, or another if the key is not there. */
    public boolean flag(String key, boolean otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        if (!element(key).isJsonPrimitive()
                || !element(key).getAsJsonPrimitive().isBoolean()) {
            throw wrong(key, "true or false");
        }
        return element(key).getAsBoolean();
    }

    /** Height and width of a rectangle. */
    public record Sides(int height, int width) {
        @Override
        public String toString() {
            return height + " x " + width;
        }
    }

    /** Height and width, each at least 1: given as two integers, or as one for both. */
    public Sides sides(String key) {
        if (!element(key).isJsonArray()) {
            return new Sides(size(key), size(key));
        }
        List<Integer> two = sizes(key);
        if (two.size() != 2) {
            throw wrong(key, "an integer, or two: height and width");
        }
        return new Sides(two.get(0), two.get(1));
    }

    /** A list of integers of at least 1. */
    public List<Integer> sizes(String key) {
        if (!element(key).isJsonArray()) {
            throw wrong(key, "a list of integers");
        }
        List<Integer> values = new ArrayList<>();
        for (JsonElement each : element(key).getAsJsonArray()) {
            double value = each.isJsonPrimitive() && each.getAsJsonPrimitive().isNumber() ? each.getAsDouble() : 0;
            if (!(value >= 1 && value <= Integer.MAX_VALUE && value == Math.rint(value))) {
                throw wrong(key, "a list of integers of at least 1");
            }
            values.add((int) value);
        }
        return values;
    }

    /**
     * A text.
     *
     * @throws ModelException if there is none
     */
    public String text(String key) {
        JsonElement value = element(key);
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
            throw wrong(key, "a string");
        }
        return value.getAsString();
    }

    /** A text, or another if the key is not there. */
    public String text(String key, String otherwise) {
        return has(key) ? text(key) : otherwise;
    }

    /** A string, or a number as it is written. */
    public String anyText(String key) {
        JsonElement value = element(key);
        if (!value.isJsonPrimitive()) {
            throw wrong(key, "a string");
        }
        return value.getAsString();
    }

    /** A list of texts; empty if the key is not there. */
    public List<String> texts(String key) {
        List<String> values = new ArrayList<>();
        if (has(key)) {
            if (!element(key).isJsonArray()) {
                throw wrong(key, "a list");
            }
            element(key).getAsJsonArray().forEach(each -> values.add(each.getAsString()));
        }
        return values;
    }

    /** The object under a key; errors in it name this file. Empty if there is none. */
    public Optional<Config> object(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        if (!element(key).isJsonObject()) {
            throw wrong(key, "an object");
        }
        return Optional.of(new Config(path, element(key).getAsJsonObject()));
    }

    /** The keys of an object; none if it is not there. */
    public Set<String> keysOf(String key) {
        return object(key).map(found -> found.json.keySet()).orElse(Set.of());
    }

    /**
     * An object that somebody else knows how to read.
     *
     * @param expected what it should be, in words
     * @throws ModelException if the reader finds it of another shape
     */
    public <T> T read(String key, Function<JsonObject, T> reader, String expected) {
        try {
            return reader.apply(element(key).getAsJsonObject());
        } catch (RuntimeException notOurs) { // each of the library's own kinds for JSON of another shape
            throw wrong(key, expected);
        }
    }

    private JsonElement element(String key) {
        if (!has(key)) {
            throw new ModelException.Damaged(path + " has no \"" + key
                    + "\", so the model's shape is unknown. Copy the file again from where the model came from.");
        }
        return json.get(key);
    }

    private ModelException wrong(String key, String expected) {
        return new ModelException.Damaged(
                path + " says \"" + key + "\": " + json.get(key) + ", which should be " + expected + ".");
    }
}
