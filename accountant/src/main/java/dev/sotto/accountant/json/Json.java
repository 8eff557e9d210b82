package dev.sotto.accountant.json;

import java.util.List;
import java.util.Map;

/**
 * JSON (RFC 8259) as plain Java values: {@code Map<String, Object>} in the order written, {@code List<Object>},
 * {@code String}, {@code Double}, {@code Long} (numbers written without fraction or exponent that fit), {@code Boolean}
 * and {@link #NULL}.
 */
public final class Json {
    /** JSON's null, so that no Java null is ever a value. */
    public static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private Json() {}

    /**
     * Reads one JSON value and nothing after it.
     *
     * @throws JsonException with the position of the first fault
     */
    public static Object read(String text) {
        return new JsonReader(text).document();
    }

    /** Reads one JSON object and nothing after it. */
    public static Map<String, Object> readObject(String text) {
        return asObject(read(text), "the document");
    }

    /** The value as an object. */
    @SuppressWarnings("unchecked") // only JsonReader and our own writers make these maps
    public static Map<String, Object> asObject(Object value, String what) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw new JsonException(what + " must be a JSON object, got " + write(value));
    }

    /** The value as an array. */
    @SuppressWarnings("unchecked") // as above
    public static List<Object> asArray(Object value, String what) {
        if (value instanceof List<?> list) {
            return (List<Object>) list;
        }
        throw new JsonException(what + " must be a JSON array, got " + write(value));
    }

    /**
     * One line of JSON. Doubles are written so that reading gives the same double; the infinities and NaN, which JSON
     * does not have, as the strings "inf", "-inf" and "nan".
     */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        JsonWriter.append(out, value);
        return out.toString();
    }
}
