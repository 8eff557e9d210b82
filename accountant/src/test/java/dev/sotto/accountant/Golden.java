package dev.sotto.accountant;

import dev.sotto.accountant.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The rows of accounting.json: what other libraries, and exact arithmetic, said. Made as its "provenance" tells. */
public final class Golden {
    private static final Map<String, Object> FILE = load();

    private Golden() {}

    public static Stream<Map<String, Object>> rows(String section) {
        return Json.asArray(FILE.get(section), section).stream().map(row -> Json.asObject(row, "row"));
    }

    public static Stream<Map<String, Object>> rdpOrders() {
        return rows("rdp_orders");
    }

    public static Stream<Map<String, Object>> calibrations() {
        return rows("calibrations");
    }

    public static double number(Map<String, Object> row, String key) {
        Object value = Objects.requireNonNull(row.get(key), key);
        return value instanceof Number number ? number.doubleValue() : Double.parseDouble(value.toString());
    }

    public static List<Object> list(Map<String, Object> row, String key) {
        return Json.asArray(row.get(key), key);
    }

    public static Map<String, Object> object(Map<String, Object> row, String key) {
        return Json.asObject(row.get(key), key);
    }

    private static Map<String, Object> load() {
        try (var in = Objects.requireNonNull(Golden.class.getResourceAsStream("/accounting.json"))) {
            return Json.readObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
