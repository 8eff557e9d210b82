package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several labels a row, and a label a word, from a table to a trained model that answers for another: on Spark in this JVM. */
class LabelledRunTest {
    private static final String[] SETS = {
        "--task=multi-label", "--text-column=message", "--label-column=topics", "--labels=a,b,c"
    };
    private static final String[] WORDS = {
        "--task=token-classification", "--text-column=words", "--label-column=tags", "--labels=O,B-X,I-X"
    };

    @TempDir
    Path folder;

    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /** Word5 is of topic a, word6 of topic b, word7 of both; word5 begins a span that word6 goes on. */
    @BeforeEach
    void makeModelAndTable() throws IOException {
        TinyModel.in(folder);
        Files.writeString(
                folder.resolve("table.json"),
                IntStream.range(0, 120).mapToObj(LabelledRunTest::row).collect(Collectors.joining("\n")));
        Files.copy(folder.resolve("table.json"), folder.resolve("public.json"));
    }

    private static String row(int i) {
        int first = 5 + i % 3;
        List<Integer> numbers = List.of(first, 5 + i / 3 % 3, 10 + i % 7, 5);
        List<String> topics = first == 5 ? List.of("a") : first == 6 ? List.of("b") : List.of("a", "b");
        List<String> words = numbers.stream().map(number -> "word" + number).toList();
        List<String> tags = numbers.stream()
                .map(number -> number == 5 ? "B-X" : number == 6 ? "I-X" : "O")
                .toList();
        return "{\"id\": %d, \"person\": \"p%d\", \"message\": \"%s\", \"topics\": %s, \"words\": %s, \"tags\": %s}"
                .formatted(i, i % 40, words.get(0) + " " + words.get(2), json(topics), json(words), json(tags));
    }

    private static String json(List<String> texts) {
        return texts.stream().map(text -> "\"" + text + "\"").collect(Collectors.joining(", ", "[", "]"));
    }

    private int sotto(String command, String[] kind, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of(kind));
        arguments.addAll(List.of(more));
        var console = new Console(new PrintStream(told, true, StandardCharsets.UTF_8), false, Clock.systemUTC());
        return Sotto.commandLine(settings -> TrainJob.run(settings, console))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private int train(String[] kind, String... more) {
        return trainOn("table.json", kind, more);
    }

    private int trainOn(String table, String[] kind, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "--table=" + folder.resolve(table),
                "--max-length=16",
                "--model=" + folder.resolve("seed"),
                "--privacy-unit-column=person",
                "--batch-size=30",
                "--units=40",
                "--steps=30",
                "--learning-rate=0.04",
                "--epsilon=20",
                "--delta=1e-3",
                "--insecure-seed=1", // or one run in many would learn less
                "--eval-table=" + folder.resolve("public.json"),
                "--eval-table-is-public",
                "--output=" + folder.resolve("out")));
        arguments.addAll(List.of(more));
        return sotto("train", kind, arguments.toArray(String[]::new));
    }

    private JsonNode evaluation(String when) throws IOException {
        return new ObjectMapper()
                .readTree(folder.resolve("out/privacy-report.json").toFile())
                .get("evaluation")
                .get(when);
    }

    private List<Row> predict(String textColumn, int maxLength) {
        Path predicted = folder.resolve("predicted" + maxLength);
        int code = sotto(
                "predict",
                new String[0],
                "--table=" + folder.resolve("table.json"),
                "--text-column=" + textColumn,
                "--max-length=" + maxLength,
                "--model=" + folder.resolve("out/model"),
                "--output=" + predicted);
        assertThat(code).as(err::toString).isZero();
        SparkSession spark = SparkSession.builder().appName("sotto tests").getOrCreate();
        return spark.read().parquet(predicted.toString()).orderBy("id").collectAsList();
    }

    /** What it is given has features of every token. */
    @Test
    void headAloneOnWords_learns_fromFeaturesThatAreComputedOnce() throws IOException {
        int code = train(WORDS, "--train=head", "--microbatch-memory=200m");

        assertThat(code).as(err::toString).isZero();
        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains("computed once")
                .contains("keep within microbatch-memory");
        assertThat(evaluation("after").get("span_f1").asDouble())
                .isGreaterThan(evaluation("before").get("span_f1").asDouble() + 0.2);
    }

    @Test
    void memoryThatHoldsNoRow_isRefusedBeforeTheTableIsRead() {
        int code = train(WORDS, "--microbatch-memory=1k");

        assertThat(code).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString())
                .contains("microbatch-memory is 1024 bytes, and a pass of one row of the largest size takes");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void labelSets_areLearned_predicted_andMeasuredAlike() throws IOException {
        int code = train(SETS);

        assertThat(code).as(err::toString).isZero();
        double learned = evaluation("after").get("micro_f1").asDouble();
        assertThat(learned)
                .isGreaterThan(0.75)
                .isGreaterThan(evaluation("before").get("micro_f1").asDouble() + 0.1);

        long right = 0;
        long given = 0;
        long answered = 0;
        for (Row row : predict("message", 16)) {
            List<String> prediction = row.getList(row.fieldIndex("prediction"));
            List<String> topics = row.getList(row.fieldIndex("topics"));
            right += topics.stream().filter(prediction::contains).count();
            given += topics.size();
            answered += prediction.size();
            assertThat(prediction.contains("b")).isEqualTo(row.<Double>getAs("probability_b") > 0.5);
        }
        assertThat(2.0 * right / (given + answered)).isEqualTo(learned);
    }

    @Test
    void labelsOfWords_areLearned_predicted_andMeasuredAlike_andEmptyBeyondTheLength() throws IOException {
        int code = train(WORDS);

        assertThat(code).as(err::toString).isZero();
        double learned = evaluation("after").get("word_accuracy").asDouble();
        assertThat(learned).isGreaterThan(0.9);
        assertThat(evaluation("after").get("span_f1").asDouble()).isGreaterThan(0.8);

        long right = 0;
        for (Row row : predict("words", 16)) {
            List<String> prediction = row.getList(row.fieldIndex("prediction"));
            List<String> tags = row.getList(row.fieldIndex("tags"));
            assertThat(prediction).hasSameSizeAs(tags);
            assertThat(row.<Double>getList(row.fieldIndex("probability")))
                    .hasSameSizeAs(tags)
                    .allMatch(probability -> probability >= 1.0 / 3 && probability <= 1);
            right += IntStream.range(0, tags.size())
                    .filter(i -> tags.get(i).equals(prediction.get(i)))
                    .count();
        }
        assertThat(right / 480.0).isEqualTo(learned);

        for (Row row : predict("words", 5)) { // three words between the special tokens
            List<String> prediction = row.getList(row.fieldIndex("prediction"));
            assertThat(prediction).hasSize(4);
            assertThat(prediction.subList(0, 3)).doesNotContainNull();
            assertThat(prediction.get(3)).isNull();
        }

        code = sotto(
                "evaluate",
                new String[0],
                "--table=" + folder.resolve("public.json"),
                "--table-is-public",
                "--text-column=words",
                "--label-column=tags",
                "--max-length=16",
                "--model=" + folder.resolve("out/model"));
        assertThat(code).as(err::toString).isZero();
        assertThat(out.toString()).contains("word_accuracy %.4f".formatted(learned));
    }

    @Test
    void lengthWithoutRoomForText_isRefusedBeforeTheTableIsRead() {
        int code = sotto(
                "train",
                SETS,
                "--table=" + folder.resolve("table.json"),
                "--max-length=4",
                "--model=" + folder.resolve("seed"),
                "--batch-size=30",
                "--units=40",
                "--steps=1",
                "--learning-rate=0.02",
                "--epsilon=20",
                "--delta=1e-3",
                "--output=" + folder.resolve("out"));

        assertThat(code).isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("Set the maximum length to at least 5");
    }

    @Test
    void listsThatAreNone_areRefusedWithWhatToDo() {
        SparkSession.builder()
                .getOrCreate()
                .read()
                .json(folder.resolve("table.json").toString())
                .write()
                .parquet(folder.resolve("table.parquet").toString());
        int code = trainOn(
                "table.parquet",
                new String[] {"--task=multi-label", "--text-column=words", "--label-column=message", "--labels=a,b"});

        assertThat(code).as(err::toString).isEqualTo(ExitCode.DATA.code());
        assertThat(err.toString()).contains("column message is of type string").contains("array<string>");
    }
}
