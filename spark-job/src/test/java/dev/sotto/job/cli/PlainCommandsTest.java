package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands that the launcher runs without Spark: neither it nor Hadoop is on their class path. */
class PlainCommandsTest {
    @TempDir
    private Path folder;

    private static String classPathWithoutSpark() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("org/apache/spark/") && !entry.contains("org/apache/hadoop/"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    @ParameterizedTest
    @CsvSource({
        "check-model --model nowhere, 4",
        "accountant epsilon --events nowhere --delta 1e-5, 2",
        "accountant calibrate --epsilon -1 --delta 1e-5 --sampling-probability 0.1 --steps 10, 2",
        "ledger verify nowhere, 7",
        "ledger show hdfs://nowhere/ledger, 2",
        "ledger verify --json, 2",
        "check-model --model ., 4",
        "score --hypotheses nowhere --references nowhere, 3"
    })
    void whatIsWrong_isSaidWithItsExitCode_withoutSpark(String arguments, int exitCode) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                classPathWithoutSpark(),
                Main.class.getName()));
        command.addAll(List.of(arguments.split(" ")));
        Path log = folder.resolve("log");
        int found = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        assertThat(Files.readString(log)).doesNotContain("NoClassDefFound", "internal error");
        assertThat(found).as(Files.readString(log)).isEqualTo(exitCode);
    }
}
