package dev.sotto.job.predict;

import dev.sotto.accountant.json.Json;
import dev.sotto.core.metrics.Segment;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Texts with their references in files. */
public final class TextFiles {
    static final String HYPOTHESIS = "hypothesis";
    static final String REFERENCES = "references";

    private TextFiles() {}

    /**
     * As the E2E challenge's scorer reads them.
     *
     * @param hypotheses one a line
     * @param references one a line, an empty line between those of one text and those of the next; without empty lines one for each text
     * @throws SottoException if a file cannot be read, or the two do not fit
     */
    public static List<Segment> sideBySide(Path hypotheses, Path references) {
        List<String> texts = lines(hypotheses);
        List<List<String>> groups = groups(lines(references));
        if (groups.size() == 1 && texts.size() > 1) {
            groups = groups.get(0).stream().map(List::of).toList();
        }
        if (texts.isEmpty() || texts.size() != groups.size()) {
            throw new SottoException(
                    ExitCode.DATA,
                    hypotheses + " has " + texts.size() + " texts and " + references + " has references for "
                            + groups.size()
                            + ", so it is not known what belongs together. Write one text a line, and an empty line between"
                            + " the references of one text and those of the next.");
        }
        List<List<String>> all = groups;
        return IntStream.range(0, texts.size())
                .mapToObj(i -> new Segment(texts.get(i), all.get(i)))
                .toList();
    }

    /**
     * One JSON object a line: {@code {"hypothesis": "...", "references": ["...", ...]}}; what else is in it does not matter.
     *
     * @throws SottoException if the file cannot be read or a line is something else
     */
    public static List<Segment> jsonLines(Path file) {
        List<Segment> segments = new ArrayList<>();
        List<String> lines = lines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                segments.add(segment(lines.get(i), file + ", line " + (i + 1)));
            }
        }
        if (segments.isEmpty()) {
            throw new SottoException(ExitCode.DATA, file + " holds no text, and there is nothing to measure.");
        }
        return segments;
    }

    private static Segment segment(String line, String place) {
        try {
            Map<String, Object> json = Json.readObject(line);
            List<Object> references =
                    Json.asArray(Objects.requireNonNullElse(json.get(REFERENCES), Json.NULL), REFERENCES);
            return new Segment(
                    text(json.get(HYPOTHESIS), HYPOTHESIS),
                    references.stream().map(each -> text(each, REFERENCES)).toList());
        } catch (IllegalArgumentException wrong) {
            throw new SottoException(
                    ExitCode.DATA,
                    place + ": " + wrong.getMessage() + " Each line is an object such as {\"hypothesis\": \"one text\","
                            + " \"references\": [\"another\", \"a third\"]}.",
                    wrong);
        }
    }

    private static String text(@Nullable Object value, String what) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(what + " is missing or holds something else than text.");
    }

    private static List<List<String>> groups(List<String> lines) {
        List<List<String>> groups = new ArrayList<>();
        boolean open = false;
        for (String line : lines) {
            if (line.isBlank()) {
                open = false;
            } else {
                if (!open) {
                    groups.add(new ArrayList<>());
                }
                groups.get(groups.size() - 1).add(line);
                open = true;
            }
        }
        return groups;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream().map(String::strip).toList();
        } catch (IOException cannotRead) {
            throw new SottoException(
                    ExitCode.DATA,
                    file + " cannot be read: " + Texts.why(cannotRead)
                            + ". Check the path, and that it is text in UTF-8.",
                    cannotRead);
        }
    }
}
