package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.json.Json;
import dev.sotto.job.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCommandTest {
    private static final String ONE = "The ward is open.";
    private static final String OTHER = "Bring the X-ray to ward five tonight.";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int score(String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "score";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return Sotto.commandLine(settings -> {})
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private Map<String, Object> json() {
        return Json.readObject(out.toString().strip());
    }

    @Test
    void groupsOfReferences_goToTheirTexts() throws IOException {
        String texts = file("texts", ONE + "\n" + OTHER + "\n");
        String references = file("references", "Open is the ward.\n" + ONE + "\n\n" + OTHER + "\nStay.\n");

        assertThat(score("--hypotheses=" + texts, "--references=" + references)).isZero();

        assertThat(json()).containsEntry("texts", 2L).containsEntry("bleu", 1.0).containsEntry("rouge_l", 1.0);
        assertThat(json().keySet())
                .containsExactly("texts", "bleu", "bleu_cased", "nist", "rouge_l", "cider", "meteor_exact_stem");
        assertThat(err.toString()).contains("bleu 1.0000").contains("on 2 texts");
    }

    @Test
    void referencesWithoutEmptyLines_areOneATextEach() throws IOException {
        String texts = file("texts", ONE + "\n" + OTHER + "\n");
        String references = file("references", ONE + "\n" + OTHER.toUpperCase(java.util.Locale.ROOT) + "\n");

        assertThat(score("--hypotheses=" + texts, "--references=" + references)).isZero();

        assertThat(json()).containsEntry("bleu", 1.0);
        assertThat((double) json().get("bleu_cased")).isBetween(0.0, 0.9);
    }

    @Test
    void jsonLines_sayTheSame() throws IOException {
        String texts = file("texts", ONE + "\n" + OTHER + "\n");
        String references = file("references", "Open it is.\n\nStay here tonight.\nTake the X-ray to a ward.\n");
        assertThat(score("--hypotheses=" + texts, "--references=" + references)).isZero();
        Map<String, Object> sideBySide = json();
        out.getBuffer().setLength(0);

        String lines = file(
                "lines",
                Json.write(Map.of("hypothesis", ONE, "references", java.util.List.of("Open it is."), "prompt", 1L))
                        + "\n"
                        + Json.write(Map.of(
                                "hypothesis",
                                OTHER,
                                "references",
                                java.util.List.of("Stay here tonight.", "Take the X-ray to a ward.")))
                        + "\n");
        assertThat(score("--texts=" + lines)).isZero();
        assertThat(json()).isEqualTo(sideBySide);
    }

    @Test
    void whatDoesNotFit_isRefused() throws IOException {
        String two = file("two", "a\nb\n");
        String three = file("three", "a\n\nb\n\nc\n");
        assertThat(score("--hypotheses=" + two, "--references=" + three)).isEqualTo(ExitCode.DATA.code());
        assertThat(err.toString()).contains("2 texts", "3");
        assertThat(score("--hypotheses=" + two)).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(score("--texts=" + two)).isEqualTo(ExitCode.DATA.code());
        assertThat(score("--texts=" + folder.resolve("none"))).isEqualTo(ExitCode.DATA.code());
        assertThat(score("--texts=" + file("half", "{\"hypothesis\": \"a\"}"))).isEqualTo(ExitCode.DATA.code());
        assertThat(err.toString()).contains("line 1").doesNotContain("internal error");
    }
}
