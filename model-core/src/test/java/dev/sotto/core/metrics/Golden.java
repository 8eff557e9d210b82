package dev.sotto.core.metrics;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;

/** Cases whose values public scorers gave: resources/golden/metrics. */
final class Golden {
    /** Both sides round a few sums differently. */
    static final Offset<Double> ROUNDING = Offset.offset(1e-12);

    private Golden() {}

    static JsonElement read(String file) {
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/metrics/" + file)),
                StandardCharsets.UTF_8)) {
            return JsonParser.parseReader(reader);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static Stream<JsonObject> cases(JsonElement all) {
        return all.getAsJsonArray().asList().stream().map(JsonElement::getAsJsonObject);
    }

    /** A number, NaN for null. */
    static double number(JsonObject each, String name) {
        return each.get(name).isJsonNull() ? Double.NaN : each.get(name).getAsDouble();
    }

    static boolean[] booleans(JsonElement array) {
        List<JsonElement> list = array.getAsJsonArray().asList();
        boolean[] values = new boolean[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).getAsBoolean();
        }
        return values;
    }

    static double[] doubles(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .mapToDouble(JsonElement::getAsDouble)
                .toArray();
    }

    static List<String> strings(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .map(JsonElement::getAsString)
                .toList();
    }
}
