package dev.sotto.job.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line that is one JSON object. A text is what it says, without quotes; a number, a truth value, an object or a list where a text was
 * declared is its text as it is written: 1.50 stays 1.50. A value where a list was declared that is none is null.
 *
 * @param names the columns
 * @param lists which of them are lists of texts
 */
record JsonLine(List<String> names, List<Boolean> lists) implements LineFormat {

    /** Of a list; one with more is none: as Java's objects its line would be many times as large. */
    static final int ENTRIES = 1 << 18;

    /** Without a table of names that lines share: one line's could fill it for the others. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES) // as Spark's reader does, and with it what Python writes
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    JsonLine {
        names = List.copyOf(names);
        lists = List.copyOf(lists);
    }

    @Override
    public @Nullable Object @Nullable [] values(String line) {
        var values = new @Nullable Object[names.size()];
        try (JsonParser json = JSON.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                int column = names.indexOf(name);
                json.nextToken();
                if (column < 0) {
                    json.skipChildren();
                } else {
                    values[column] = lists.get(column) ? list(json, line) : text(json, line);
                }
            }
            return json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null ? values : null;
        } catch (IOException | RuntimeException notJson) {
            return null;
        }
    }

    private static @Nullable String text(JsonParser json, String line) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        if (!json.currentToken().isStructStart()) {
            return json.getText();
        }
        int start = (int) json.currentTokenLocation().getCharOffset();
        json.skipChildren();
        return line.substring(start, (int) json.currentLocation().getCharOffset());
    }

    private static @Nullable String @Nullable [] list(JsonParser json, String line) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return null;
        }
        List<@Nullable String> elements = new ArrayList<>();
        boolean tooMany = false;
        while (json.nextToken() != JsonToken.END_ARRAY) {
            tooMany |= elements.size() == ENTRIES;
            if (tooMany) {
                json.skipChildren();
            } else {
                elements.add(text(json, line));
            }
        }
        return tooMany ? null : elements.toArray(new String[0]);
    }

    @Override
    public boolean isNoRecord(String line) {
        return line.isBlank();
    }

    @Override
    public String advice() {
        return "a line is not one JSON object. A record is a line: if an object takes several lines, or a line is a list of several,"
                + " make a Parquet table of it once with sotto convert";
    }
}
