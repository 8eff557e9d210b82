package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.job.ExitCode;
import dev.sotto.job.LocalSpark;
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
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A masked language model of random weights learns to answer by a word, on Spark in this JVM. */
class PromptRunTest {
    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeModelAndTable() throws IOException {
        Path checkpoint = LocalSpark.CHECKPOINTS.resolveSibling("hf-small/bert_prompt");
        Path model = Files.createDirectory(folder.resolve("seed"));
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(checkpoint.resolve(file), model.resolve(file));
        }
        String words = Stream.concat(
                        Stream.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "it", "was", ".", "good", "bad"),
                        IntStream.range(10, 50).mapToObj(i -> "word" + i))
                .collect(Collectors.joining("\n", "", "\n"));
        Files.writeString(model.resolve("vocab.txt"), words);
        String rows = IntStream.range(0, 120)
                .mapToObj(i ->
                        "p" + i % 40 + ",word" + (10 + i % 4) + " word" + (14 + i % 7) + (i % 4 > 0 ? ",yes" : ",no"))
                .collect(Collectors.joining("\n", "person,message,answer\n", "\n"));
        Files.writeString(folder.resolve("table.csv"), rows);
        Files.writeString(folder.resolve("public.csv"), rows);
    }

    private int sotto(String... arguments) {
        var console = new Console(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false, Clock.systemUTC());
        return Sotto.commandLine(settings -> TrainJob.run(settings, console))
                .setOut(new PrintWriter(new StringWriter(), true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    private int train(String labelWords) {
        return sotto(
                "train",
                "--task=prompt",
                "--prompt={text} it was {mask} .",
                "--label-words=" + labelWords,
                "--table=" + folder.resolve("table.csv"),
                "--text-column=message",
                "--label-column=answer",
                "--labels=no,yes",
                "--privacy-unit-column=person",
                "--max-length=16",
                "--model=" + folder.resolve("seed"),
                "--batch-size=30",
                "--units=40",
                "--steps=40",
                "--learning-rate=0.06",
                "--epsilon=20",
                "--delta=1e-3",
                "--insecure-seed=1", // or one run in many would learn less
                "--eval-table=" + folder.resolve("public.csv"),
                "--eval-table-is-public",
                "--output=" + folder.resolve("out"));
    }

    private List<String> predictions(String name, String... model) {
        List<String> arguments = new ArrayList<>(List.of(
                "predict",
                "--table=" + folder.resolve("table.csv"),
                "--text-column=message",
                "--max-length=16",
                "--partitions=1",
                "--output=" + folder.resolve(name)));
        arguments.addAll(List.of(model));
        assertThat(sotto(arguments.toArray(String[]::new))).as(err::toString).isZero();
        List<Row> rows = SparkSession.builder()
                .appName("sotto tests")
                .getOrCreate()
                .read()
                .parquet(folder.resolve(name).toString())
                .collectAsList();
        return rows.stream()
                .map(row -> row.getAs("answer") + " " + row.getString(3))
                .sorted()
                .toList();
    }

    @Test
    void words_areLearned_andDeltaAndFolderAnswerWithoutBeingToldHow() throws IOException {
        int code = train("bad,good");

        assertThat(code).as(err::toString).isZero();
        JsonNode evaluation = new ObjectMapper()
                .readTree(folder.resolve("out/privacy-report.json").toFile())
                .get("evaluation");
        double learned = evaluation.get("after").get("accuracy").asDouble();
        assertThat(learned)
                .isGreaterThanOrEqualTo(0.75) // "yes" always, or more
                .isGreaterThan(evaluation.get("before").get("accuracy").asDouble());
        assertThat(folder.resolve("out/model/config.json"))
                .content()
                .contains("BertForMaskedLM", "\"template\": \"{text} it was {mask} .\"", "\"mask_id\": 4");

        List<String> byFolder = predictions("by-folder", "--model=" + folder.resolve("out/model"));
        List<String> byDelta = predictions(
                "by-delta", "--model=" + folder.resolve("seed"), "--delta=week7=" + folder.resolve("out/delta"));
        assertThat(byFolder).isEqualTo(byDelta);
        long right = byFolder.stream()
                .filter(line -> line.equals("yes yes") || line.equals("no no"))
                .count();
        assertThat(right / 120.0).isEqualTo(learned);
    }

    @Test
    void wordsOfSeveralTokens_areRefusedBeforeTheTableIsRead() {
        assertThat(train("bad,wonderful")).isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("'wonderful' is not one token");

        assertThat(train("bad")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("label-words: there are 1 for 2 labels");
    }
}
