package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.ExitCode;
import dev.sotto.job.report.Console;
import dev.sotto.job.train.TrainJob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs on a table that holds a row it was declared not to hold. */
class BadRowsRunTest {

    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A table of forty persons with one more row, as typed. */
    private int train(String badRow, String... more) throws IOException {
        Path table = TinyModel.table(folder, "table.csv", 400);
        Files.writeString(table, badRow + "\n", StandardOpenOption.APPEND);
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "--table=" + table,
                "--text-column=message",
                "--label-column=answer",
                "--labels=no,yes",
                "--privacy-unit-column=person",
                "--model=" + TinyModel.in(folder),
                "--batch-size=20",
                "--units=400",
                "--steps=3",
                "--epsilon=3",
                "--delta=1e-4",
                "--output=" + folder.resolve("out")));
        arguments.addAll(List.of(more));
        var console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8), false, Clock.systemUTC());
        return Sotto.commandLine(settings -> TrainJob.run(settings, console))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    p1,SECRET,maybe     | The label column answer holds a value (or null) outside the declared labels [no, yes]
                    p1,SECRET,          | The label column answer holds a value (or null) outside the declared labels [no, yes]
                    ,SECRET,yes         | The privacy-unit column person holds null
                    SECRET,,yes         | a missing or blank text
                    SECRET,"   ",yes    | a missing or blank text
                    """)
    void badRow_isRefusedBeforeTrainingAndNotShown(String row, String message) throws IOException {
        assertThat(train(row)).isEqualTo(ExitCode.DATA.code());
        assertThat(err.toString())
                .contains(message)
                .contains("Nothing was trained and no noise was drawn")
                .contains("--bad-rows zero")
                .doesNotContain("SECRET")
                .doesNotContain("maybe");
        assertThat(folder.resolve("out/privacy-report.json")).doesNotExist();
    }

    @Test
    void badRow_thatIsToContributeNothingIsNoCrashAndNotToldOf() throws IOException {
        assertThat(train("p1,SECRET,maybe\n,SECRET,yes\nSECRET,,yes", "--bad-rows=zero"))
                .as(err::toString)
                .isZero();
        assertThat(folder.resolve("out/privacy-report.json")).content().doesNotContain("SECRET");
        assertThat(out.toString(StandardCharsets.UTF_8) + err).doesNotContain("SECRET");
    }
}
