package dev.sotto.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.job.ExitCode;
import dev.sotto.job.cli.TinyModel;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs on standalone clusters that lose what a cluster can lose, or wait for it, end where the undisturbed run does, to the bit. */
class ClusterFaultTest {

    private static final int STEPS = 48;
    private static final Pattern PROGRESS = Pattern.compile("step (\\d+)/" + STEPS);

    @TempDir
    static Path folder;

    private static TinyRun run;

    @BeforeAll
    static void runUndisturbed() throws Exception {
        run = new TinyRun(folder, STEPS);
        run.finish("undisturbed", run.start("undisturbed", Map.of("spark.master", "local[2]")));
    }

    /** Executors are killed as a container is that takes too much memory, one while the table is encoded; then a worker. */
    @Test
    void executorsAndWorkerKilledMidRun_changeNothingInTheResult_unlessTheTableHasGrownMeanwhile() throws Exception {
        try (var cluster = StandaloneCluster.start(folder.resolve("killed-cluster"), 2)) {
            Process driver = run.start("killed", bothExecutorsFirst(cluster.driverProperties()));

            await(() -> run.log("killed").contains("Encode the table"), "killed", driver);
            kill(cluster.executorOf(2), driver);
            assertThat(run.log("killed")).as("it was encoding").doesNotContain("usable units");
            awaitStep(8, "killed", driver);
            kill(cluster.executorOf(1), driver);
            awaitStep(step("killed") + 12, "killed", driver);
            kill(cluster.worker(2).toHandle(), driver);
            long atLastKill = step("killed");
            run.finish("killed", driver);

            assertThat(atLastKill).isLessThan(STEPS);
            assertThat(run.log("killed")).as("the loss was noticed").contains("Lost executor", "exited with code 137");

            Process onGrown = run.start("grown", cluster.driverProperties());
            awaitStep(8, "grown", onGrown);
            Path more = TinyModel.table(run.table(), "part-4.csv", 100);
            kill(cluster.executorOf(1), onGrown); // the next one reads the table again
            assertThat(onGrown.waitFor(5, TimeUnit.MINUTES)).isTrue();
            Files.delete(more);
            assertThat(onGrown.exitValue()).as(run.log("grown")).isEqualTo(ExitCode.DATA.code());
            assertThat(run.log("grown")).contains("has changed since this run opened it", "grown");
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
            Thread.sleep(2_000);
            signal("CONT", executor);
            assertThat(step("slow")).isLessThan(STEPS);
            run.finish("slow", driver);
        }
        assertThat(ended("slow"))
                .anyMatch(task -> task.contains("\"Speculative\":true") && task.contains("\"Success\""));
        assertEndsAsUndisturbed("slow");
    }

    /**
     * While the table is out of reach for a moment, tasks fail to read it. Half of the encoded table goes with an executor; its tasks are
     * made anew by the other, which has read the table, and fail to fetch what it read, for that is deleted.
     */
    @Test
    void failedFetchesAndTasks_changeNothingInTheResult() throws Exception {
        try (var cluster = StandaloneCluster.start(folder.resolve("torn-cluster"), 2)) {
            Map<String, String> spark = bothExecutorsFirst(withEventLog("torn", cluster.driverProperties()));
            spark.put("spark.task.maxFailures", "10000");
            spark.put("spark.eventLog.buffer.kb", "1"); // tells of tasks' ends at once, which logs keep to themselves
            Process driver = run.start("torn", spark);

            await(() -> run.log("torn").contains("Encode the table"), "torn", driver);
            Path away = run.table().resolveSibling("away");
            Files.move(run.table(), away);
            await(() -> hasEnded("torn", "\"ExceptionFailure\""), "torn", driver);
            Files.move(away, run.table());
            awaitStep(8, "torn", driver);
            assertThat(deleteShuffleFiles(folder.resolve("torn-cluster").resolve("local")))
                    .isPositive();
            boolean firstHasRead = ended("torn").stream()
                    .filter(task -> task.contains("ShuffleMapTask") && task.contains("\"Success\""))
                    .anyMatch(task -> task.contains("127.0.0.1"));
            kill(cluster.executorOf(firstHasRead ? 2 : 1), driver);
            assertThat(step("torn")).isLessThan(STEPS);
            run.finish("torn", driver);
        }
        assertThat(hasEnded("torn", "\"FetchFailed\"")).isTrue();
        assertThat(run.log("torn") + executors("torn-cluster"))
                .contains("Spark Executor Command")
                .doesNotContain("word5 ", "word6 "); // what all rows begin with
        assertEndsAsUndisturbed("torn");
    }

    /**
     * An executor stands still (SIGSTOP) while the table is encoded, and the other one in the middle of the steps: with the settings that
     * a run has by default each is given up and its share made anew; one goes on before it is ended, too late to count.
     */
    @Test
    void executorsThatStandStill_areGivenUpAndChangeNothingInTheResult() throws Exception {
        try (var cluster = StandaloneCluster.start(folder.resolve("frozen-cluster"), 2)) {
            Process driver = run.start("frozen", bothExecutorsFirst(cluster.driverProperties()));

            await(() -> run.log("frozen").contains("Encode the table"), "frozen", driver);
            signal("STOP", cluster.executorOf(1));
            await(() -> givenUp("frozen") == 1, "frozen", driver);
            assertThat(run.log("frozen")).as("it was encoding").doesNotContain("usable units");
            awaitStep(8, "frozen", driver);
            ProcessHandle second = cluster.executorOf(2);
            signal("STOP", second);
            await(() -> givenUp("frozen") == 2, "frozen", driver);
            signal("CONT", second);
            assertThat(step("frozen")).isLessThan(STEPS);
            run.finish("frozen", driver);
        }
        assertThat(run.log("frozen")).contains("exceeds timeout 20000 ms").doesNotContain("exceeds timeout 120000 ms");
        assertEndsAsUndisturbed("frozen");
    }

    private static int givenUp(String name) {
        return run.log(name).split("with no recent heartbeats", -1).length - 1;
    }

    private static Map<String, String> bothExecutorsFirst(Map<String, String> spark) {
        Map<String, String> more = new HashMap<>(spark);
        more.put("spark.cores.max", "2"); // both executors are there before the table is encoded
        more.put("spark.scheduler.minRegisteredResourcesRatio", "1.0");
        return more;
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

    private static boolean hasEnded(String name, String how) {
        try {
            return ended(name).stream().anyMatch(task -> task.contains(how));
        } catch (IOException notThereYet) {
            return false;
        }
    }

    /** All that a cluster's executors have printed. */
    private static String executors(String cluster) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(cluster))) {
            return files.filter(file -> file.toString().matches(".*/work-\\d/app-[^/]*/\\d+/std(err|out)"))
                    .flatMap(ClusterFaultTest::lines)
                    .collect(Collectors.joining("\n"));
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
