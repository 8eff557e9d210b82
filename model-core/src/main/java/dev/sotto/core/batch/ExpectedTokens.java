package dev.sotto.core.batch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Texts and the token ids that another program gave for them, one JSON object a line: {@code text}, {@code ids}, and where they
 * matter {@code pair}, {@code max_length} and {@code types}, the segments of a pair. A line with {@code origin} says what made
 * the file; other keys are not looked at.
 */
public final class ExpectedTokens {
    private final List<Row> rows;
    private final Optional<String> origin;

    private ExpectedTokens(List<Row> rows, Optional<String> origin) {
        this.rows = rows;
        this.origin = origin;
    }

    /**
     * One row.
     *
     * @param line in the file, from 1
     */
    private record Row(int line, FolderJson json) {
        String text() {
            return json.string("text").orElseThrow(() -> json.wrong("text", "a text"));
        }

        @Nullable
        String pair() {
            return json.string("pair").orElse(null);
        }

        int maxLength() {
            return json.has("max_length") ? json.count("max_length") : Integer.MAX_VALUE;
        }

        int[] numbers(String key) {
            try {
                return json.element(key).getAsJsonArray().asList().stream()
                        .mapToInt(number -> number.getAsInt())
                        .toArray();
            } catch (RuntimeException e) { // each of the library's own kinds
                throw json.wrong(key, "a list of whole numbers");
            }
        }
    }

    /**
     * Reads a file.
     *
     * @throws EncoderFilesException if it is not of this kind, or has no row
     */
    public static ExpectedTokens read(Path file) {
        List<Row> rows = new ArrayList<>();
        Optional<String> origin = Optional.empty();
        int line = 0;
        for (String text :
                FolderJson.text(file).orElse("").split("\n", -1)) { // other ends of lines may stand within a text
            line++;
            if (text.isBlank()) {
                continue;
            }
            FolderJson json = FolderJson.parse(file + ", line " + line, text);
            if (json.has("origin")) {
                origin = json.string("origin");
            } else {
                rows.add(new Row(line, json));
            }
        }
        if (rows.isEmpty()) {
            throw new EncoderFilesException(file + " has no row: nothing can be compared. It needs lines such as"
                    + " {\"text\": \"some words\", \"ids\": [2, 17, 9, 3]}.");
        }
        return new ExpectedTokens(rows, origin);
    }

    /** How many rows there are, and what made them. */
    public String words() {
        return rows.size() + " rows" + origin.map(made -> " made by " + made).orElse("");
    }

    /**
     * The first row that a folder's tokenizer encodes in another way, in words; empty if there is none.
     *
     * @throws EncoderFilesException if the folder's tokenizer cannot be opened
     */
    public Optional<String> firstDifference(Path folder) {
        for (Row row : rows) {
            try (TextEncoder encoder = TextEncoder.open(folder, row.maxLength())) {
                String pair = row.pair();
                EncodedText ours = pair == null ? encoder.encode(row.text()) : encoder.encode(row.text(), pair);
                Optional<String> difference = difference("ids", ours.ids(), row.numbers("ids"));
                if (difference.isEmpty() && row.json().has("types")) {
                    difference = difference("types", ours.typeIds(), row.numbers("types"));
                }
                if (difference.isPresent()) {
                    return Optional.of("line " + row.line() + ": " + difference.get());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> difference(String what, int[] ours, int[] expected) {
        int at = Arrays.mismatch(ours, expected);
        return at < 0
                ? Optional.empty()
                : Optional.of(what + " differ first at token " + at + ": here " + Arrays.toString(ours) + ", expected "
                        + Arrays.toString(expected));
    }
}
