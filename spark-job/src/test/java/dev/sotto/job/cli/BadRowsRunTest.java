package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LocalLedgerStore;
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
                "--model=" + TinyModel.in(folder),
                "--batch-size=20",
                "--steps=3",
                "--epsilon=3",
                "--delta=1e-4",
                "--output=" + folder.resolve("out")));
        arguments.addAll(List.of(more));
        if (arguments.stream().noneMatch(each -> each.startsWith("--labels="))) {
            arguments.add("--labels=no,yes");
        }
        var console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8), false, Clock.systemUTC());
        return Sotto.commandLine(settings -> TrainJob.run(settings, console))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    /** With every label undeclared there is nothing to learn from, and a run without the count would say epsilon 3 and be content. */
    @Test
    void tableMisreadAsAWhole_endsTheRunBeforeItsFirstStepForTheCountsCostAlone() throws IOException {
        Path ledger = folder.resolve("ledger");
        assertThat(train(
                        "p1,word5,no",
                        "--labels=nein,ja",
                        "--units=400",
                        "--ledger=" + ledger,
                        "--run-id=misread",
                        "--checkpoint-every=1"))
                .isEqualTo(ExitCode.DATA.code());
        assertThat(err.toString())
                .containsPattern("has about \\d\\d? units with a usable row, where units declares 400")
                .contains("sotto check-table", "--no-usable-count", "the count alone is charged")
                .contains("another --output and --run-id");
        assertThat(folder.resolve("out/privacy-report.json")).doesNotExist();

        double spent = Ledger.open(new LocalLedgerStore(ledger)).spent(1e-4).upper();
        assertThat(spent).as("epsilon of the count alone").isBetween(0.1, 1.0);
    }

    @Test
    void countOfUsableUnits_isReportedAndWithinTheAskedEpsilon() throws IOException {
        assertThat(train("p1,word5,no", "--units=400")).as(err::toString).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern("usable units: about [34]\\d\\d, by a charged count");
        JsonNode report = new ObjectMapper()
                .readTree(folder.resolve("out/privacy-report.json").toFile());
        assertThat(report.at("/mechanism/usable_units/found").asInt()).isBetween(360, 440);
        assertThat(report.get("epsilon").asDouble()).isBetween(2.9, 3.0);
    }

    @Test
    void runWithoutTheCount_trainsOnWhateverThereIs() throws IOException {
        assertThat(train("p1,word5,no", "--labels=nein,ja", "--units=400", "--no-usable-count"))
                .as(err::toString)
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("usable units");
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
        assertThat(train(row, "--privacy-unit-column=person", "--units=40"))
                .as(err::toString)
                .isZero();
        assertThat(folder.resolve("out/privacy-report.json")).content().doesNotContain("SECRET");
        assertThat(out.toString(StandardCharsets.UTF_8) + err)
                .doesNotContain("SECRET")
                .doesNotContain("maybe");
    }
}
