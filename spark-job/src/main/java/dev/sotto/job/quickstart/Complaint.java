package dev.sotto.job.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Something people write to a hospital about.
 *
 * @param department who treats it
 * @param name as in "the ... has gone"
 * @param having ways to say that one has it now
 */
record Complaint(String department, String name, List<String> having) {
    private static final String FILE = "complaints.txt";

    /** All that the resource file lists. */
    static List<Complaint> all() {
        try (InputStream in = Complaint.class.getResourceAsStream(FILE)) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> List.of(line.split(" \\| ")))
                    .map(parts -> new Complaint(parts.get(0), parts.get(1), parts.subList(2, parts.size())))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the jar's own " + FILE + " cannot be read: the jar is broken", e);
        }
    }

    /** The departments in alphabetical order. */
    static List<String> departments() {
        return all().stream().map(Complaint::department).distinct().sorted().toList();
    }
}
