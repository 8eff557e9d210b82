package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code scripts/sotto} refuses before it builds or starts anything. */
class LauncherTest {

    private record Ended(int code, String told) {}

    private static Ended launch(String memory, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("bash", "../scripts/sotto"));
        command.addAll(Arrays.asList(words));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SOTTO_MEMORY", memory);
        Process process = builder.start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), told);
    }

    @ParameterizedTest
    @CsvSource({
        "--master foo:// train, spark://host:7077",
        "--master train run.yaml, local[4]",
        "--deploy-mode near train, client nor cluster",
        "--conf spark.executor.memory train, NAME=VALUE",
        "--conf==8g train, NAME=VALUE",
        "--conf, needs a value",
        "--driver-memory banana train, such as 800m or 4g",
        "--executor-memory=0 train, such as 800m or 4g",
        "--epsilon 3 train run.yaml, train run.yaml --epsilon"
    })
    void oddSparkOptions_areRefusedInOneLine(String words, String advice) throws Exception {
        Ended ended = launch("4g", words.split(" "));

        assertThat(ended.code()).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(ended.told().lines())
                .singleElement()
                .asString()
                .startsWith("sotto: ")
                .contains(advice);
    }

    @Test
    void oddMemory_isRefusedInOneLine() throws Exception {
        Ended ended = launch("banana", "accountant", "--help");

        assertThat(ended.code()).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(ended.told().lines()).singleElement().asString().contains("SOTTO_MEMORY", "4g");
    }
}
