package dev.sotto.core.batch;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;

/** One JSON object of a model folder, read with errors that name the file and the key. JSON null counts as absent. */
final class FolderJson {
    private final String file;
    private final JsonObject object;

    private FolderJson(String file, JsonObject object) {
        this.file = file;
        this.object = object;
    }

    /** The object in {@code folder/name}; empty if there is no such file. */
    static Optional<FolderJson> read(Path folder, String name) {
        Path path = folder.resolve(name);
        return text(path).map(json -> parse(path.toString(), json));
    }

    static FolderJson readOrEmpty(Path folder, String name) {
        return read(folder, name)
                .orElseGet(() -> new FolderJson(folder.resolve(name).toString(), new JsonObject()));
    }

    /** The text of a UTF-8 file; empty if there is no such file. */
    static Optional<String> text(Path path) {
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(path));
        } catch (CharacterCodingException e) {
            throw new EncoderFilesException(
                    path + " is not UTF-8 text: it cannot be the file that its name promises. Copy it again.", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    static FolderJson of(String file, JsonObject object) {
        return new FolderJson(file, object);
    }

    static FolderJson parse(String file, String json) {
        try {
            return new FolderJson(file, JsonParser.parseString(json).getAsJsonObject());
        } catch (JsonParseException | IllegalStateException e) {
            throw new EncoderFilesException(
                    file + " is not a JSON object: it is cut off or damaged. Copy it again from where it came.", e);
        }
    }

    String file() {
        return file;
    }

    /** The same file with nothing in it. */
    FolderJson emptied() {
        return new FolderJson(file, new JsonObject());
    }

    JsonObject copy() {
        return object.deepCopy();
    }

    Set<String> keys() {
        return object.keySet();
    }

    /** Whether the file says that there is none. */
    boolean isNull(String key) {
        return object.has(key) && object.get(key).isJsonNull();
    }

    boolean has(String key) {
        return object.has(key) && !object.get(key).isJsonNull();
    }

    Optional<FolderJson> object(String key) {
        return has(key) && object.get(key).isJsonObject()
                ? Optional.of(new FolderJson(file + ": " + key, object.getAsJsonObject(key)))
                : Optional.empty();
    }

    Optional<String> string(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        return Optional.of(primitive(key, "text", JsonPrimitive::isString).getAsString());
    }

    OptionalDouble number(String key) {
        if (!has(key)) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                primitive(key, "a number", JsonPrimitive::isNumber).getAsDouble());
    }

    /** A whole number of at least 1 that must be there. */
    int count(String key) {
        double number = number(key).orElse(Double.NaN);
        if (!(number >= 1 && number <= Integer.MAX_VALUE && number == Math.rint(number))) {
            throw wrong(key, "a whole number of at least 1");
        }
        return (int) number;
    }

    Optional<Boolean> bool(String key) {
        if (!has(key)) {
            return Optional.empty();
        }
        return Optional.of(
                primitive(key, "true or false", JsonPrimitive::isBoolean).getAsBoolean());
    }

    /** The raw element, for what has more than one shape. */
    JsonElement element(String key) {
        return object.get(key);
    }

    EncoderFilesException wrong(String key, String wanted) {
        return new EncoderFilesException(file + ": " + key + " is " + object.get(key) + ", expected " + wanted
                + ": rows would be encoded otherwise than the model was trained. Mend the file.");
    }

    private JsonPrimitive primitive(String key, String wanted, Predicate<JsonPrimitive> is) {
        JsonElement element = object.get(key);
        if (!element.isJsonPrimitive() || !is.test(element.getAsJsonPrimitive())) {
            throw wrong(key, wanted);
        }
        return element.getAsJsonPrimitive();
    }
}
