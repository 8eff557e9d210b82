package dev.sotto.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.ExitCode;
import dev.sotto.job.OwnJvm;
import dev.sotto.job.QuietLogs;
import dev.sotto.job.SharedClasses;
import dev.sotto.job.cli.HungryRow;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What driver and executors of a standalone cluster write, where rows are hostile. */
class QuietLogsTest {

    @TempDir
    Path folder;

    /** All that the executors of the cluster's n-th application wrote, from 0. */
    private List<String> executors(int application) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file ->
                            file.toString().matches(".*/work-\\d/app-\\d+-000" + application + "/\\d+/std(err|out)"))
                    .flatMap(file -> lines(file).stream())
                    .sorted()
                    .toList();
        }
    }

    /** Without times, ports, process ids, names of applications and folders. */
    private static List<String> lines(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> !line.startsWith("Spark Executor Command"))
                    .map(line -> line.replaceAll("/\\S+", "PATH").replaceAll("\\d+", "#"))
                    .toList();
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    private String fail(StandaloneCluster cluster, boolean debug) throws Exception {
        Map<String, String> spark = withProgramAsJar(cluster.driverProperties());
        spark.put("spark.ui.enabled", "false");
        spark.put(QuietLogs.DEBUG, Boolean.toString(debug));
        Path log = folder.resolve("driver-" + debug + ".txt");
        Process driver = OwnJvm.start(spark, log, FailingRow.class, List.of());
        assertThat(driver.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return Files.readString(log);
    }

    /** As spark-submit has it: the program is not there when an executor starts, and is fetched from the driver. */
    private static Map<String, String> withProgramAsJar(Map<String, String> properties) {
        Map<String, String> spark = new HashMap<>(properties);
        List<String> program = SharedClasses.ownJars();
        String others = Stream.of(spark.get("spark.executor.extraClassPath").split(File.pathSeparator))
                .filter(jar -> !program.contains(jar))
                .collect(Collectors.joining(File.pathSeparator));
        spark.put("spark.executor.extraClassPath", others);
        spark.put("spark.jars", String.join(",", program));
        return spark;
    }

    @Test
    void rowInATasksError_isInNoLogUnlessDebugging() throws Exception {
        try (var cluster = StandaloneCluster.start(folder, 1)) {
            assertThat(fail(cluster, false)).contains("failed").doesNotContain(FailingRow.ROW);
            assertThat(executors(0))
                    .as("an executor has run")
                    .isNotNull()
                    .noneMatch(line -> line.contains(FailingRow.ROW));

            assertThat(fail(cluster, true)).contains(FailingRow.ROW);
            assertThat(executors(1)).anyMatch(line -> line.contains(FailingRow.ROW));

            Map<String, String> spark = new HashMap<>(cluster.driverProperties());
            spark.put("spark.executor.memory", "480m");
            spark.put("spark.task.maxFailures", "1");
            Path log = folder.resolve("hungry.txt");
            Process hungry = OwnJvm.start(spark, log, HungryRow.class, List.of());
            assertThat(hungry.waitFor(5, TimeUnit.MINUTES)).isTrue();
            assertThat(Files.readString(log)).contains("out of memory").doesNotContain("internal error", HungryRow.ROW);
            assertThat(hungry.exitValue()).isEqualTo(ExitCode.INTERNAL.code());
            assertThat(executors(2)).isNotEmpty().noneMatch(line -> line.contains(HungryRow.ROW));
            assertThat(memoryDumps()).isEmpty();
        }
    }

    private List<Path> memoryDumps() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().matches(".*\\.hprof|hs_err.*|core.*"))
                    .toList();
        }
    }

    @Test
    void neighbouringTables_leaveTheSameLinesOnDriverAndExecutors() throws Exception {
        var one = new TinyRun(Files.createDirectory(folder.resolve("a")), 3);
        var other = new TinyRun(Files.createDirectory(folder.resolve("b")), 3);
        Files.writeString(
                other.table().resolve("part-0.csv"),
                "p-new,SECRET " + "word7 ".repeat(200_000)
                        + ",yes\np-new,word8,undeclared\np-new,,no\n,word9,no\np-new,\"word9\n",
                StandardOpenOption.APPEND);
        try (var cluster = StandaloneCluster.start(folder, 2)) {
            one.finish("run", one.start("run", cluster.driverProperties()));
            other.finish("run", other.start("run", cluster.driverProperties()));

            assertThat(other.weights("run")).as("the neighbour has taken part").isNotEqualTo(one.weights("run"));
            assertThat(lines(folder.resolve("b/run.txt")))
                    .containsExactlyInAnyOrderElementsOf(lines(folder.resolve("a/run.txt")));
            assertThat(executors(1)).isNotEmpty().isEqualTo(executors(0));
            assertThat(String.join("\n", executors(1)) + other.log("run")).doesNotContain("SECRET");
        }
    }
}
