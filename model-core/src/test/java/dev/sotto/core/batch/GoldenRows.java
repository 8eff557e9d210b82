package dev.sotto.core.batch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.Stream;

/** Rows of a golden file: each says under "origin" which script of src/test/golden made it, with which libraries. */
public final class GoldenRows {
    private GoldenRows() {}

    public static Stream<JsonArray> of(String resource) throws IOException {
        return JsonParser.parseString(text(resource)).getAsJsonObject().getAsJsonArray("rows").asList().stream()
                .map(JsonElement::getAsJsonArray);
    }

    static String text(String resource) throws IOException {
        try (var stream = GoldenRows.class.getResourceAsStream("/golden/" + resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    public static byte[] bytes(JsonElement base64) {
        return Base64.getDecoder().decode(base64.getAsString());
    }

    static int[] ints(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .mapToInt(JsonElement::getAsInt)
                .toArray();
    }
}
