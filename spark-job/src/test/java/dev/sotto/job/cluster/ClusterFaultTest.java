package dev.sotto.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on standalone clusters that lose what a cluster can lose, or wait for it, end where the undisturbed run does, to the bit. */
class ClusterFaultTest {

    private static final int STEPS = 80;
    private static final Pattern PROGRESS = Pattern.compile("step (\\d+)/" + STEPS);

    @TempDir
    static Path folder;

    private static TinyRun run;

    @BeforeAll
    static void runUndisturbed() throws Exception {
        run = new TinyRun(folder, STEPS);
        run.finish("undisturbed", run.start("undisturbed", Map.of("spark.master", "local[2]")));
    }

    @Test
    void executorAndWorkerKilledMidRun_changeNothingInTheResult() throws Exception {
        try (var cluster = StandaloneCluster.start(folder.resolve("killed-cluster"), 2)) {
            Process driver = run.start("killed", cluster.driverProperties());

            awaitStep(8, "killed", driver);
            kill(cluster.executorOf(1), driver);
            awaitStep(step("killed") + 12, "killed", driver);
            kill(cluster.worker(2).toHandle(), driver);
            long atLastKill = step("killed");
            run.finish("killed", driver);

            assertThat(atLastKill).isLessThan(STEPS);
            assertThat(run.log("killed")).as("the loss was noticed").contains("Lost executor");
        }
        assertEndsAsUndisturbed("killed");
    }

    /** One of two executors stands still for a while (SIGSTOP): copies of its tasks run on the other, which has each partition, too. */
    @Test
    void copiesOfSlowTasks_changeNothingInTheResult() throws Exception {
        try (var cluster = StandaloneCluster.start(folder.resolve("slow-cluster"), 2)) {
            Map<String, String> spark = withEventLog("slow", cluster.driverProperties());
            spark.put("spark.speculation", "true");
            spark.put("spark.speculation.interval", "50ms");
            spark.put("spark.speculation.quantile", "0.5");
            Process driver = run.start("slow", spark, "--storage-level=memory_and_disk_2");

            awaitStep(8, "slow", driver);
            ProcessHandle executor = cluster.executorOf(1);
            signal("STOP", executor);
            Thread.sleep(5_000);
            signal("CONT", executor);
            assertThat(step("slow")).isLessThan(STEPS);
            run.finish("slow", driver);
        }
        assertThat(ended("slow"))
                .anyMatch(task -> task.contains("\"Speculative\":true") && task.contains("\"Success\""));
        assertEndsAsUndisturbed("slow");
    }

    /**
     * Half of the encoded table goes with an executor. Its tasks are made anew by the other, whose part of the encoding's shuffle is
     * deleted, so that they fail to fetch it; and while the table is out of reach for a moment, tasks fail to read it.
     */
    @Test
    void failedFetchesAndTasks_changeNothingInTheResult() throws Exception {
        try (var cluster = StandaloneCluster.start(folder.resolve("torn-cluster"), 2)) {
            Map<String, String> spark = withEventLog("torn", cluster.driverProperties());
            spark.put("spark.task.maxFailures", "10000");
            spark.put("spark.cores.max", "2"); // both executors are there before the table is encoded
            spark.put("spark.scheduler.minRegisteredResourcesRatio", "1.0");
            // why a task failed, which tells when the table is missed, is logged by --debug alone
            Process driver = run.start("torn", spark, "--debug");

            awaitStep(8, "torn", driver);
            assertThat(deleteShuffleFiles(folder.resolve("torn-cluster").resolve("local")))
                    .isPositive();
            Path away = run.table().resolveSibling("away");
            Files.move(run.table(), away);
            kill(cluster.executorOf(1), driver);
            await(() -> run.log("torn").contains("FILE_NOT_EXIST"), "torn", driver);
            Files.move(away, run.table());
            assertThat(step("torn")).isLessThan(STEPS);
            run.finish("torn", driver);
        }
        assertThat(ended("torn")).anyMatch(task -> task.contains("\"FetchFailed\""));
        assertThat(ended("torn")).anyMatch(task -> task.contains("\"ExceptionFailure\""));
        assertEndsAsUndisturbed("torn");
    }

    private static void assertEndsAsUndisturbed(String name) throws IOException {
        assertThat(run.weights(name)).isEqualTo(run.weights("undisturbed"));
        assertThat(released(name)).isEqualTo(released("undisturbed")).isEqualTo(STEPS);
    }

    private static Map<String, String> withEventLog(String name, Map<String, String> spark) throws IOException {
        Map<String, String> more = new HashMap<>(spark);
        more.put("spark.eventLog.enabled", "true");
        more.put("spark.eventLog.compress", "false");
        more.put(
                "spark.eventLog.dir",
                Files.createDirectories(folder.resolve(name + "-events"))
                        .toUri()
                        .toString());
        return more;
    }

    /** What Spark has noted of each end of a task. */
    private static List<String> ended(String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(name + "-events"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("events_"))
                    .flatMap(ClusterFaultTest::lines)
                    .filter(line -> line.contains("SparkListenerTaskEnd"))
                    .toList();
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long deleteShuffleFiles(Path disks) throws IOException {
        try (Stream<Path> files = Files.walk(disks)) {
            return files.filter(file -> file.getFileName().toString().startsWith("shuffle_"))
                    .filter(file -> file.toFile().delete())
                    .count();
        }
    }

    private static void signal(String name, ProcessHandle process) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid())
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    private static void kill(ProcessHandle victim, Process driver) throws Exception {
        assertThat(victim.isAlive()).isTrue();
        assertThat(driver.isAlive()).as("the run goes on when it happens").isTrue();
        victim.destroyForcibly();
        victim.onExit().get(1, TimeUnit.MINUTES);
        assertThat(driver.isAlive()).isTrue();
    }

    private static void awaitStep(long wanted, String name, Process driver) throws Exception {
        await(() -> step(name) >= wanted, name, driver);
    }

    private static void await(BooleanSupplier wanted, String name, Process driver) throws Exception {
        Instant end = Instant.now().plus(Duration.ofMinutes(6));
        while (!wanted.getAsBoolean()) {
            assertThat(driver.isAlive()).as(() -> run.log(name)).isTrue();
            assertThat(Instant.now()).as(() -> run.log(name)).isBefore(end);
            Thread.sleep(20);
        }
    }

    /** The last step that it has told of: every twentieth part of the way. */
    private static long step(String name) {
        long last = 0;
        Matcher told = PROGRESS.matcher(run.log(name));
        while (told.find()) {
            last = Long.parseLong(told.group(1));
        }
        return last;
    }

    private static long released(String name) throws IOException {
        return new ObjectMapper()
                .readTree(Files.readString(folder.resolve(name).resolve("privacy-report.json")))
                .get("mechanism")
                .get("steps_released")
                .asLong();
    }
}
