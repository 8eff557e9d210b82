package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LocalLedgerStore;
import dev.sotto.accountant.ledger.Run;
import dev.sotto.job.ExitCode;
import dev.sotto.job.OwnJvm;
import dev.sotto.job.store.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver is killed (SIGKILL) in the middle of a run, and the same command is given again. */
class DriverLossTest {

    private static final int STEPS = 160;
    private static final int EVERY = 10;

    @TempDir
    Path folder;

    private Path model = Path.of("");
    private Path table = Path.of("");

    private Process submit(String log) throws IOException {
        return OwnJvm.start(
                Map.of(),
                folder.resolve(log),
                Main.class,
                List.of(
                        "train",
                        "--table=" + table,
                        "--text-column=message",
                        "--label-column=answer",
                        "--labels=no,yes",
                        "--model=" + model,
                        "--noise-multiplier=1.5",
                        "--delta=1e-4",
                        "--batch-size=10",
                        "--steps=" + STEPS,
                        "--learning-rate=0.01",
                        "--run-id=week-7",
                        "--checkpoint-every=" + EVERY,
                        "--units=200",
                        "--no-usable-count",
                        "--ledger=" + folder.resolve("ledger"),
                        "--output=" + folder.resolve("out")));
    }

    @Test
    void killedDriver_isResumedOnTheSameTableAloneAndEveryDrawIsCharged() throws Exception {
        model = TinyModel.in(folder);
        table = TinyModel.table(folder, "table.csv", 200);

        Process first = submit("first.txt");
        long kept = awaitCheckpointBeyond(EVERY, first);
        assertThat(first.isAlive()).as("killed while it ran").isTrue();
        first.destroyForcibly().waitFor();
        assertThat(first.exitValue()).as("ended by SIGKILL").isEqualTo(128 + 9);
        long resumedAt = lastCheckpoint();
        assertThat(resumedAt).isBetween(kept, STEPS - EVERY - 1L);
        assertThat(ledger()).extracting(Run::id).containsExactly("week-7");
        assertThat(ledger().get(0).settled()).isEmpty();

        FileTime written = Files.getLastModifiedTime(table);
        String rows = Files.readString(table);
        Files.writeString(table, rows + "p1,word5 word6,yes\n");
        Process onGrown = submit("grown.txt");
        assertThat(onGrown.waitFor(8, TimeUnit.MINUTES)).isTrue();
        assertThat(onGrown.exitValue()).as(read("grown.txt")).isEqualTo(ExitCode.DATA.code());
        assertThat(read("grown.txt")).contains("has changed since the run began", "Nothing was charged");
        assertThat(ledger()).as("nothing is charged twice").hasSize(1);
        Files.writeString(table, rows);
        Files.setLastModifiedTime(table, written);

        Process second = submit("second.txt");
        assertThat(second.waitFor(8, TimeUnit.MINUTES)).isTrue();
        String said = Files.readString(folder.resolve("second.txt"));
        assertThat(second.exitValue()).as(said).isZero();
        assertThat(said).contains("Resuming run week-7 from step " + resumedAt + " of " + STEPS);

        assertThat(ledger()).extracting(Run::id).containsExactly("week-7", "week-7/3");
        assertThat(ledger()).extracting(DriverLossTest::steps).containsExactly(resumedAt + EVERY, STEPS - resumedAt);
        JsonNode report = new ObjectMapper()
                .readTree(Files.readString(folder.resolve("out").resolve("privacy-report.json")));
        DpEvent all =
                new DpEvent.Repeated(STEPS + EVERY, new DpEvent.PoissonSampled(10.0 / 200, new DpEvent.Gaussian(1.5)));
        assertThat(report.get("epsilon").asDouble())
                .isEqualTo(new BestAccountant().epsilon(all, 1e-4).upper());
        assertThat(folder.resolve("out").resolve(Checkpoints.FOLDER)).doesNotExist();
        assertThat(folder.resolve("out").resolve("model")).isDirectoryContaining("glob:**model.safetensors");
    }

    private static long steps(Run run) {
        return ((DpEvent.Repeated) run.charged()).count();
    }

    private List<Run> ledger() {
        return Ledger.open(new LocalLedgerStore(folder.resolve("ledger"))).runs();
    }

    private long awaitCheckpointBeyond(long step, Process run) throws Exception {
        Instant end = Instant.now().plus(Duration.ofMinutes(6));
        while (lastCheckpoint() <= step) {
            assertThat(run.isAlive()).as(() -> read("first.txt")).isTrue();
            assertThat(Instant.now()).isBefore(end);
            Thread.sleep(5);
        }
        return lastCheckpoint();
    }

    private String read(String log) {
        try {
            return Files.readString(folder.resolve(log));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private long lastCheckpoint() throws IOException {
        Path checkpoints = folder.resolve("out").resolve(Checkpoints.FOLDER);
        if (!Files.isDirectory(checkpoints)) {
            return -1;
        }
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".ckpt") && name.startsWith("attempt"))
                    .mapToLong(name -> Long.parseLong(name.replaceAll(".*-step-(\\d+).*", "$1")))
                    .max()
                    .orElse(-1);
        }
    }
}
