package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckTableCommandTest {
    private static final Path PHOTOS = Path.of("../model-core/src/test/resources/vectors/photos/vit");

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int check(String rows, String... more) throws IOException {
        Path table = TinyModel.table(folder, "table.csv", 400);
        Files.writeString(table, rows, StandardOpenOption.APPEND);
        return check(table, more);
    }

    private int check(Path table, String... more) throws IOException {
        Path run = Files.writeString(
                folder.resolve("run.yaml"),
                """
                table: %s
                text-column: message
                label-column: answer
                labels: [no, yes]
                model: %s
                max-length: 16
                epsilon: 3
                output: %s
                """
                        .formatted(table, TinyModel.in(folder), folder.resolve("out")));
        List<String> arguments = new ArrayList<>(List.of("check-table", run.toString()));
        arguments.addAll(List.of(more));
        return Sotto.commandLine(settings -> {})
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    @Test
    void whatIsWrong_isCountedAndShown() throws IOException {
        String bad = "p1,word5,maybe\np2,word5,maybe\np2,word5,\n,word9,yes\np-blank,,no\np-blank,\"  \",no\n"
                + "p-long," + "word7 ".repeat(300) + ",yes\n";

        assertThat(check(bad, "--privacy-unit-column=person", "--max-rows-per-unit=10"))
                .as(err::toString)
                .isZero();

        assertThat(out.toString().lines().findFirst().orElseThrow()).startsWith("PRIVATE");
        assertThat(out.toString())
                .contains("rows: 407, usable: 401", "units: 42, with a usable row: 41")
                .contains("rows whose person is null, which contribute nothing: 1", "text: 'word9'")
                .contains("rows beyond max-rows-per-unit 10, which are left out: 3")
                .contains("missing or blank, or fails in the tokenizer: 2", "unit: 'p-blank'")
                .contains("as long as what is read of it, or longer: 1")
                .contains("rows whose answer is not what was declared: 3", "'maybe': 2", "    null: 1");
        assertThat(err.toString()).isEmpty();
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void anotherEncoding_isCountedAndNamed() throws IOException {
        Path table = Files.write(
                folder.resolve("latin.csv"),
                "message,answer\nM\u00fcller,no\nword1,yes\n".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(check(table)).as(err::toString).isZero();
        assertThat(out.toString())
                .contains("rows with characters that could not be decoded", "ISO-8859-1, say): 1", "M\ufffdller");
    }

    /** Of which a run makes no row, and says nothing. */
    @Test
    void lineBeyondTheLimit_isCounted() throws IOException {
        assertThat(check("p-huge," + "x".repeat(33 << 20) + ",yes\n"))
                .as(err::toString)
                .isZero();
        assertThat(out.toString()).contains("rows: 400, usable: 400", "lines of more than 4 MiB, which are no rows: 1");
    }

    @Test
    void imagesThatAreNotRead_areCountedByWhatTheyAre() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        for (int i = 0; i < 3; i++) {
            Files.writeString(images.resolve(i + ".webp"), "RIFF    WEBPVP8 ");
        }
        Files.writeString(images.resolve("3.gif"), "GIF89a");
        Files.write(images.resolve("4.jpg"), new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xDA});
        int code = Sotto.commandLine(settings -> {})
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "check-table",
                        "--table=" + images,
                        "--format=binaryfile",
                        "--columns=kind=regexp_extract(path, '[.]([a-z]+)$', 1)",
                        "--image-column=content",
                        "--label-column=kind",
                        "--labels=webp,gif,jpg",
                        "--model=" + PHOTOS);

        assertThat(code).as(err::toString).isZero();
        assertThat(out.toString())
                .contains("rows: 5, usable: 0")
                .contains("but WebP: 3", "but GIF: 1", "    image that cannot be decoded (no JPEG frame): 1");
    }

    @Test
    void goodTable_hasNothingWrong() throws IOException {
        assertThat(check("")).as(err::toString).isZero();
        assertThat(out.toString())
                .contains("rows: 400, usable: 400", "units: 400, with a usable row: 400")
                .doesNotContain("such as");
    }

    @Test
    void settingsThatItNeeds_areToldTogether() throws IOException {
        assertThat(check("", "--image-column=x", "--max-rows-per-unit=0")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("- text-column: it contradicts image-column", "- max-rows-per-unit");
        assertThat(out.toString()).isEmpty();
    }
}
