package dev.sotto.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.ExitCode;
import dev.sotto.job.OwnJvm;
import dev.sotto.job.cli.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sotto preflight} as a process of its own, on real Spark and real folders. */
class PreflightTest {

    private static final Map<String, String> LOCAL = Map.of("spark.master", "local[2]");

    @TempDir
    Path folder;

    private String told = "";

    private int preflight(Map<String, String> spark, Map<String, String> environment, String... options)
            throws Exception {
        Path log = folder.resolve("log.txt");
        List<String> arguments = new ArrayList<>(List.of("preflight"));
        arguments.addAll(List.of(options));
        Process process = OwnJvm.start(spark, environment, log, "dev.sotto.job.cli.Main", arguments);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        told = Files.readString(log);
        return process.exitValue();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(Path::toString)
                    .filter(name -> !name.endsWith("log.txt"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void goodMachine_passesAndKeepsNoTrace() throws Exception {
        Path model = TinyModel.in(folder);
        Path table = TinyModel.table(folder, "table.csv", 40);
        List<String> before = names();

        int code = preflight(
                LOCAL,
                Map.of(),
                "--model=" + model,
                "--table=" + table,
                "--output=" + folder.resolve("deep/out"),
                "--ledger=" + folder.resolve("ledger"));

        assertThat(code).as(told).isZero();
        assertThat(told)
                .contains(
                        "multiplies matrices",
                        "model family, driver: bert",
                        "can be written",
                        "0 runs",
                        "1 answered of 1")
                .contains("Nothing is wrong.")
                .doesNotContain("word5");
        assertThat(names()).isEqualTo(before);
    }

    @Test
    void everythingWrong_isToldAtOnceAndEndsAsTrainWould() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "in the way");

        int code = preflight(
                LOCAL,
                Map.of(),
                "--model=" + folder.resolve("nowhere"),
                "--table=" + folder.resolve("no.parquet"),
                "--ledger=" + file.resolve("ledger"));

        assertThat(code).as(told).isEqualTo(ExitCode.MODEL.code());
        assertThat(told.lines().filter(line -> line.startsWith("WRONG")))
                .as(told)
                .anyMatch(line -> line.contains("no model folder"))
                .anyMatch(line -> line.contains("no file at"))
                .anyMatch(line -> line.contains("ledger, driver"));
    }

    @Test
    void wrongSerializer_isToldBeforeATaskMeetsIt() throws Exception {
        int code = preflight(
                Map.of(
                        "spark.master", "local[2]",
                        "spark.serializer", "org.apache.spark.serializer.KryoSerializer"),
                Map.of());

        assertThat(code).as(told).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(told).contains("WRONG  spark.serializer", "org.apache.spark.serializer.JavaSerializer.");
    }

    @Test
    void executors_areAllAsked() throws Exception {
        try (var cluster = StandaloneCluster.start(folder, 2)) {
            int code = preflight(cluster.driverProperties(), Map.of(), "--executors=2", "--wait=120");

            assertThat(told)
                    .contains("2 answered of 2", "alike: ", "executor 0 on", "executor 1 on")
                    .contains("logs, driver, executor ", "tell nothing of rows");
            assertThat(code).as(told).isZero();
        }
    }

    @Test
    void executorsThatDoNotCome_areToldWithWhatToDo() throws Exception {
        try (var cluster = StandaloneCluster.start(folder, 1)) {
            int code = preflight(cluster.driverProperties(), Map.of(), "--executors=3", "--wait=15");

            assertThat(told).contains("1 answered of 3", "--executors");
            assertThat(code).as(told).isEqualTo(ExitCode.SETTINGS.code());
        }
    }
}
