package dev.sotto.accountant.cli;

import dev.sotto.accountant.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer for a program, one line of JSON, or for a person, a line for each key. */
final class Answer {
    private final Map<String, Object> values = new LinkedHashMap<>();

    Answer with(String key, Object value) {
        values.put(key, value);
        return this;
    }

    String print(boolean json) {
        if (json) {
            return Json.write(values);
        }
        StringBuilder out = new StringBuilder();
        values.forEach((key, value) -> out.append(out.isEmpty() ? "" : "\n")
                .append(key.replace('_', ' '))
                .append(": ")
                .append(value instanceof String text ? text : Json.write(value)));
        return out.toString();
    }
}
