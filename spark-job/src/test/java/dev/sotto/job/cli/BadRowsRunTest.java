package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    @ValueSource(
            strings = {
                "p1,SECRET,maybe",
                "p1,SECRET,",
                ",SECRET,yes",
                "SECRET,,yes",
                "SECRET,\"   \",yes",
                "p1,SECRET,maybe\n,SECRET,yes\nSECRET,,yes"
            })
    void badRow_endsNoRunAndIsNotToldOf(String row) throws IOException {
        assertThat(train(row)).as(err::toString).isZero();
        assertThat(folder.resolve("out/privacy-report.json")).content().doesNotContain("SECRET");
        assertThat(out.toString(StandardCharsets.UTF_8) + err)
                .doesNotContain("SECRET")
                .doesNotContain("maybe");
    }
}
