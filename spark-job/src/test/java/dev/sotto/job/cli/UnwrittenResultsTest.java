package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LocalLedgerStore;
import dev.sotto.job.ExitCode;
import dev.sotto.job.report.Console;
import dev.sotto.job.store.Checkpoints;
import dev.sotto.job.train.TrainJob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run whose results cannot be written when it is done, though its output could be when it began. */
class UnwrittenResultsTest {

    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Path seed = Path.of("");
    private Path table = Path.of("");
    private Path output = Path.of("");

    @BeforeEach
    void makeModelAndTable() throws IOException {
        seed = TinyModel.in(folder);
        table = TinyModel.table(folder, "table.csv", 400);
        output = folder.resolve("out");
    }

    /** Does something to the stores when the last step is done. */
    private static final class Meddling extends PrintStream {
        private final Runnable whenDone;

        Meddling(OutputStream out, Runnable whenDone) {
            super(out, true, StandardCharsets.UTF_8);
            this.whenDone = whenDone;
        }

        @Override
        public void println(String line) {
            super.println(line);
            if (line.startsWith("step 3/3")) {
                whenDone.run();
            }
        }
    }

    private int train(Runnable whenDone) {
        var console = new Console(new Meddling(out, whenDone), false, Clock.systemUTC());
        return Sotto.commandLine(settings -> TrainJob.run(settings, console))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "train",
                        "--table=" + table,
                        "--text-column=message",
                        "--label-column=answer",
                        "--labels=no,yes",
                        "--model=" + seed,
                        "--units=400",
                        "--batch-size=20",
                        "--steps=3",
                        "--epsilon=3",
                        "--delta=1e-4",
                        "--learning-rate=0.01",
                        "--run-id=week-7",
                        "--ledger=" + folder.resolve("ledger"),
                        "--output=" + output);
    }

    private double spent() {
        return Ledger.open(new LocalLedgerStore(folder.resolve("ledger")))
                .spent(1e-4)
                .upper();
    }

    private static void make(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void results_areWrittenByTheSameCommandWithoutAnotherStepOrRow() throws IOException {
        Path inTheWay = output.resolve("privacy-report.json").resolve("full");
        assertThat(train(() -> make(inTheWay))).as(err::toString).isEqualTo(ExitCode.OUTPUT.code());
        assertThat(err.toString())
                .contains("The run is done, but its results could not be written", "give the same command again");
        double paid = spent();

        Files.delete(inTheWay);
        Files.delete(inTheWay.getParent());
        Files.delete(table);
        Files.writeString(table, "person,message,answer\n"); // no row is there to be read
        out.reset();
        assertThat(train(() -> {})).as(err::toString).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Resuming run week-7 from step 3 of 3")
                .doesNotContain("step 1/3");
        assertThat(new ObjectMapper()
                        .readTree(Files.readString(output.resolve("privacy-report.json")))
                        .get("epsilon")
                        .asDouble())
                .isEqualTo(paid)
                .isEqualTo(spent());
        assertThat(output.resolve("model")).isDirectoryContaining("glob:**model.safetensors");
        assertThat(output.resolve(Checkpoints.FOLDER)).doesNotExist();
    }

    @Test
    void whereTheStateCannotBeKeptInTheOutput_itIsKeptHereAndMovedThere() throws IOException {
        Path inTheWay = output.resolve("privacy-report.json").resolve("full");
        Path notAFolder = output.resolve(Checkpoints.FOLDER);
        assertThat(train(() -> {
                    make(inTheWay);
                    make(notAFolder.resolve("attempt-000001")); // a claim is a file
                    make(notAFolder.resolve("attempt-000002-step-000000000003.last.ckpt"));
                }))
                .as(err::toString)
                .isEqualTo(ExitCode.OUTPUT.code());
        Matcher told =
                Pattern.compile("is kept in (\\S+), to be moved to (\\S+)\\. ").matcher(err.toString());
        assertThat(told.find()).as(err::toString).isTrue();
        assertThat(told.group(2)).isEqualTo(notAFolder.toString());
        FileUtil.fullyDelete(inTheWay.getParent().toFile());
        FileUtil.fullyDelete(notAFolder.toFile());
        Files.move(Path.of(told.group(1)), notAFolder);

        assertThat(train(() -> {})).as(err::toString).isZero();
        assertThat(output.resolve("model")).isDirectoryContaining("glob:**model.safetensors");
    }
}
