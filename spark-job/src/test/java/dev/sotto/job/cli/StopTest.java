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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run that is asked to end (SIGTERM, SIGINT) while its tasks are inside libtorch ends in order, and the same command goes on: again and again,
 * until it is done. {@code -Dsotto.test.stops=20} asks more often.
 */
class StopTest {

    private static final int STOPS = Integer.getInteger("sotto.test.stops", 3);
    private static final int INTERRUPT = 2;
    private static final int TERMINATED = 128 + 15;
    private static final int STEPS = 6 * STOPS;
    private static final Pattern STOPPED = Pattern.compile(
            "sotto: stopped, as a signal asked, after step (\\d+) of " + STEPS + ";.*goes on from there");

    @TempDir
    Path folder;

    private Process submit(Path table, String log) throws IOException {
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
                        "--model=" + Path.of("../scripts/seed-encoder/model").toAbsolutePath(),
                        "--noise-multiplier=1.5",
                        "--delta=1e-4",
                        "--units=2000",
                        "--no-usable-count",
                        "--batch-size=800",
                        "--steps=" + STEPS,
                        "--learning-rate=0.01",
                        "--run-id=week-7",
                        "--checkpoint-every=1",
                        "--ledger=" + folder.resolve("ledger"),
                        "--output=" + folder.resolve("out")));
    }

    @Test
    void signalledRun_endsInOrderAndGoesOnWithNothingChargedTwice() throws Exception {
        Path table = TinyModel.table(folder, "table.csv", 2000);
        long seed = new Random().nextLong();
        var random = new Random(seed);
        long behind = 0;
        for (int stop = 0; stop < STOPS; stop++) {
            String log = "run-" + stop + ".txt";
            Process run = submit(table, log);
            awaitCheckpointBeyond(behind, run, log);
            Thread.sleep(random.nextInt(500)); // somewhere in a step
            signal(run, stop % 2 == 0 || ignoresInterrupts(run) ? "TERM" : "INT");

            assertThat(run.waitFor(2, TimeUnit.MINUTES))
                    .as("seed %d, %s", seed, read(log))
                    .isTrue();
            String said = read(log);
            assertThat(run.exitValue()).as("seed %d, %s", seed, said).isEqualTo(ExitCode.STOPPED.code());
            assertThat(said).doesNotContain("internal error", "\tat ", "SIGSEGV", "Exception");
            assertThat(Path.of("hs_err_pid" + run.pid() + ".log")).doesNotExist();
            Matcher told = STOPPED.matcher(said);
            assertThat(told.find()).as(said).isTrue();
            long now = Long.parseLong(told.group(1));
            assertThat(now).as(said).isGreaterThan(behind);
            assertThat(ledger()).hasSize(stop + 1);
            assertThat(steps(ledger().get(stop)))
                    .as("charged is what was drawn")
                    .isEqualTo(now - behind);
            behind = now;
        }

        Process last = submit(table, "last.txt");
        assertThat(last.waitFor(8, TimeUnit.MINUTES)).isTrue();
        assertThat(last.exitValue()).as(read("last.txt")).isZero();
        assertThat(read("last.txt")).contains("from step " + behind + " of " + STEPS);
        JsonNode report = new ObjectMapper()
                .readTree(Files.readString(folder.resolve("out").resolve("privacy-report.json")));
        DpEvent all = new DpEvent.Repeated(STEPS, new DpEvent.PoissonSampled(0.4, new DpEvent.Gaussian(1.5)));
        assertThat(report.get("epsilon").asDouble())
                .isEqualTo(new BestAccountant().epsilon(all, 1e-4).upper());
    }

    /** Most of these moments are before Spark is up, when the JVM ends by the signal itself. */
    @ParameterizedTest
    @ValueSource(ints = {700, 1400, 2100, 2800})
    void signalWhileSparkStarts_isNotToldAsWrongOptions(int milliseconds) throws Exception {
        Process run = submit(TinyModel.table(folder, "table.csv", 2000), "run.txt");
        Thread.sleep(milliseconds);
        signal(run, "TERM");

        assertThat(run.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(run.exitValue()).as(read("run.txt")).isIn(TERMINATED, ExitCode.STOPPED.code());
        assertThat(read("run.txt")).doesNotContain("Spark did not start", "internal error", "\tat ");
    }

    /** As everything does that a shell starts in the background. */
    private static boolean ignoresInterrupts(Process process) throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        long ignored = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                .findFirst()
                .orElseThrow();
        return (ignored >> (INTERRUPT - 1) & 1) == 1;
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static long steps(Run run) {
        return run.settled().orElseThrow() instanceof DpEvent.Repeated many ? many.count() : 1;
    }

    private List<Run> ledger() {
        return Ledger.open(new LocalLedgerStore(folder.resolve("ledger"))).runs();
    }

    private void awaitCheckpointBeyond(long step, Process run, String log) throws Exception {
        Instant end = Instant.now().plus(Duration.ofMinutes(6));
        while (lastCheckpoint() <= step) {
            assertThat(run.isAlive()).as(() -> read(log)).isTrue();
            assertThat(Instant.now()).isBefore(end);
            Thread.sleep(5);
        }
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
