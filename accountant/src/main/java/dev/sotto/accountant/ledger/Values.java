package dev.sotto.accountant.ledger;

import dev.sotto.accountant.json.JsonException;
import java.util.Map;
import java.util.Optional;

/** What a JSON object must hold, by its keys. All throw {@link JsonException} with what is missing or of the wrong kind. */
final class Values {
    private Values() {}

    static Object value(Map<String, Object> object, String key) {
        return Optional.ofNullable(object.get(key)).orElseThrow(() -> new JsonException("\"" + key + "\" is missing"));
    }

    static String text(Map<String, Object> object, String key) {
        if (value(object, key) instanceof String text) {
            return text;
        }
        throw new JsonException("\"" + key + "\" is not a string");
    }

    static double number(Map<String, Object> object, String key) {
        if (value(object, key) instanceof Number number) {
            return number.doubleValue();
        }
        throw new JsonException("\"" + key + "\" is not a number");
    }

    static long whole(Map<String, Object> object, String key) {
        if (value(object, key) instanceof Long number) {
            return number;
        }
        throw new JsonException("\"" + key + "\" is not a whole number");
    }
}
