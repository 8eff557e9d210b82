package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.SeedModel;
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
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A GPT-2 of random weights learns to write a column of texts, on Spark in this JVM. */
class CompletionRunTest {
    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeModelAndTable() throws IOException {
        TinyModel.writer(folder);
        String rows = IntStream.range(0, 100)
                .mapToObj(i -> "p" + i % 20 + "," + (i % 2 == 0 ? "ab,xyz" : "ba,zyx"))
                .collect(Collectors.joining("\n", "person,meaning,text\n", "\n"));
        Files.writeString(folder.resolve("table.csv"), rows);
    }

    private int train(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "--task=completion",
                "--table=" + folder.resolve("table.csv"),
                "--text-column=meaning",
                "--label-column=text",
                "--max-length=16",
                "--model=" + folder.resolve("seed"),
                "--batch-size=20",
                "--units=20",
                "--steps=40",
                "--learning-rate=0.05",
                "--output=" + folder.resolve("out")));
        arguments.addAll(List.of(more));
        var console = new Console(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false, Clock.systemUTC());
        return Sotto.commandLine(settings -> TrainJob.run(settings, console))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    @Test
    void privateRun_makesTheTextsLikelier_andLeavesALanguageModel() throws IOException {
        int code = train(
                "--privacy-unit-column=person",
                "--epsilon=20",
                "--delta=1e-3",
                "--eval-table=" + Files.copy(folder.resolve("table.csv"), folder.resolve("public.csv")),
                "--eval-table-is-public");

        assertThat(code).as(err::toString).isZero();
        JsonNode evaluation = new ObjectMapper()
                .readTree(folder.resolve("out/privacy-report.json").toFile())
                .get("evaluation");
        double before = evaluation.get("before").get("loss").asDouble();
        assertThat(evaluation.get("after").get("loss").asDouble()).isLessThan(before - 0.1);
        var spec = new ModelSpec(Task.CAUSAL_LM, 1, Trained.BIASES_AND_HEAD);
        try (SeedModel trained = SeedModel.open(folder.resolve("out/model"), spec)) {
            assertThat(trained.begun()).isEmpty();
        }
    }

    @Test
    void optionsOfOtherTasks_areFaults() {
        assertThat(train("--epsilon=3", "--delta=1e-4", "--labels=a,b", "--pair-column=person"))
                .isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("labels", "pair-column");
    }
}
