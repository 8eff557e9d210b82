package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A seed that brings its own head: its outputs mean what the seed calls them, in whichever order labels are declared. */
class KeptHeadRunTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] CLASSES = {"--text-column=message", "--label-column=answer"};
    private static final String[] NEXT_TO_NOTHING = {"--train=biases", "--steps=1", "--learning-rate=1e-9"};

    @TempDir
    Path folder;

    private Path seed = Path.of("");
    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeModelAndTable() throws IOException {
        seed = TinyModel.in(folder);
        TinyModel.table(folder, "table.csv", 60);
    }

    private void seedSays(String savedClass, String problem, String... names) throws IOException {
        Path file = seed.resolve("config.json");
        ObjectNode config = (ObjectNode) JSON.readTree(file.toFile());
        config.putArray("architectures").add(savedClass);
        if (!problem.isEmpty()) {
            config.put("problem_type", problem);
        }
        ObjectNode labels = config.putObject("id2label");
        for (int i = 0; i < names.length; i++) {
            labels.put(Integer.toString(i), names[i]);
        }
        Files.writeString(file, config.toString());
    }

    private int sotto(String command, String[] kind, String... more) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("--table", folder.resolve("table.csv").toString());
        List<String> given = new ArrayList<>(List.of(kind));
        given.addAll(List.of(more));
        for (String option : given) {
            String[] nameAndValue = option.split("=", 2);
            options.put(nameAndValue[0], nameAndValue.length == 1 ? "true" : nameAndValue[1]);
        }
        List<String> arguments = new ArrayList<>(List.of(command));
        options.forEach((name, value) -> arguments.add(name + "=" + value));
        var console = new Console(new PrintStream(told, true, StandardCharsets.UTF_8), false, Clock.systemUTC());
        return Sotto.commandLine(settings -> TrainJob.run(settings, console))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private int train(String[] kind, String... more) {
        List<String> all = new ArrayList<>(List.of(kind));
        all.addAll(List.of(NEXT_TO_NOTHING));
        all.addAll(List.of(
                "--model=" + seed,
                "--batch-size=10",
                "--units=60",
                "--non-private",
                "--max-length=16",
                "--output=" + folder.resolve("out")));
        all.addAll(List.of(more));
        return sotto("train", all.toArray(String[]::new));
    }

    private List<Row> predict(String text, String name, String... model) {
        List<String> all = new ArrayList<>(
                List.of("--text-column=" + text, "--max-length=16", "--output=" + folder.resolve(name)));
        all.addAll(List.of(model));
        assertThat(sotto("predict", all.toArray(String[]::new)))
                .as(err::toString)
                .isZero();
        SparkSession spark = SparkSession.builder().appName("sotto tests").getOrCreate();
        return spark.read().parquet(folder.resolve(name).toString()).collectAsList();
    }

    private List<String> exportedNames() throws IOException {
        JsonNode config = JSON.readTree(folder.resolve("out/model/config.json").toFile());
        JsonNode names = config.get("id2label");
        IntStream.range(0, names.size()).forEach(i -> assertThat(
                        config.get("label2id").get(names.get("" + i).asText()).asInt())
                .isEqualTo(i));
        return IntStream.range(0, names.size())
                .mapToObj(i -> names.get("" + i).asText())
                .toList();
    }

    private JsonNode before() throws IOException {
        return JSON.readTree(folder.resolve("out/privacy-report.json").toFile())
                .get("evaluation")
                .get("before");
    }

    private static void assertAlike(List<Row> expected, List<Row> actual, String prefix, String... labels) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int row = 0; row < expected.size(); row++) {
            for (String label : labels) {
                assertThat(actual.get(row).<Double>getAs(prefix + "probability_" + label))
                        .isCloseTo(expected.get(row).<Double>getAs("probability_" + label), within(1e-6));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no,yes", "yes,no"})
    void eachName_keepsItsOutput_inWhicheverOrderItIsDeclared(String declared) throws IOException {
        seedSays("BertForSequenceClassification", "", "yes", "no");
        List<Row> expected = predict("message", "expected", "--model=" + seed);
        long right = expected.stream()
                .filter(row -> row.getAs("answer").equals(row.getAs("prediction")))
                .count();

        int code = train(
                CLASSES,
                "--labels=" + declared,
                "--eval-table=" + TinyModel.table(folder, "public.csv", 60),
                "--eval-table-is-public");

        assertThat(code).as(err::toString).isZero();
        assertThat(told.toString(StandardCharsets.UTF_8)).contains("its class numbers: 0 yes, 1 no");
        assertThat(before().get("accuracy").asDouble()).isCloseTo(right / 60.0, within(1e-9));
        assertThat(exportedNames()).containsExactly("yes", "no");
        assertAlike(expected, predict("message", "model", "--model=" + folder.resolve("out/model")), "", "yes", "no");
        assertAlike(
                expected,
                predict("message", "delta", "--model=" + seed, "--delta=d=" + folder.resolve("out/delta")),
                "d_",
                "yes",
                "no");
    }

    @Test
    void labelsOfASet_keepTheirOutputs() throws IOException {
        seedSays("BertForSequenceClassification", "multi_label_classification", "yes", "no");
        Files.writeString(
                folder.resolve("sets.json"), "{\"message\": \"word5 word7\", \"answer\": [\"no\"]}\n".repeat(60));
        String[] sets = {
            "--task=multi-label",
            "--text-column=message",
            "--label-column=answer",
            "--table=" + folder.resolve("sets.json")
        };
        List<Row> expected = predict("message", "expected", "--model=" + seed);

        assertThat(train(sets, "--labels=no,yes")).as(err::toString).isZero();

        assertThat(exportedNames()).containsExactly("yes", "no");
        assertAlike(expected, predict("message", "model", "--model=" + folder.resolve("out/model")), "", "yes", "no");
    }

    @Test
    void labelsOfWords_keepTheirOutputs() throws IOException {
        seedSays("BertForTokenClassification", "", "O", "B-X");
        Files.writeString(
                folder.resolve("words.json"),
                IntStream.range(0, 60)
                        .mapToObj(i ->
                                "{\"words\": [\"word%d\", \"word%d\"], \"tags\": [0, 1]}".formatted(5 + i, 60 + i % 50))
                        .collect(Collectors.joining("\n")));
        String[] words = {
            "--task=token-classification",
            "--text-column=words",
            "--label-column=tags",
            "--schema=tags ARRAY<INT>",
            "--table=" + folder.resolve("words.json")
        };
        List<Row> expected = predict("words", "expected", "--model=" + seed, words[4]);

        assertThat(train(words, "--labels=1=B-X,0=O")).as(err::toString).isZero();

        assertThat(exportedNames()).containsExactly("O", "B-X");
        assertThat(predict("words", "model", "--model=" + folder.resolve("out/model"), words[4]).stream()
                        .map(row -> row.getList(row.fieldIndex("prediction")))
                        .toList())
                .isEqualTo(expected.stream()
                        .map(row -> row.getList(row.fieldIndex("prediction")))
                        .toList());
    }

    @Test
    void otherNames_areRefused_bothListsAreShown_andTheWaysOutWork() throws IOException {
        seedSays("BertForSequenceClassification", "", "negative", "positive");

        int code = train(CLASSES, "--labels=no,yes");

        assertThat(code).isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString())
                .contains("Its labels: negative, positive. Declared: no, yes.")
                .contains("labels: no=negative,yes=positive")
                .contains("--new-head");
        assertThat(folder.resolve("out")).doesNotExist();

        assertThat(train(CLASSES, "--labels=yes=positive,no=negative"))
                .as(err::toString)
                .isZero();
        assertThat(exportedNames()).containsExactly("negative", "positive");

        code = train(CLASSES, "--labels=no,yes", "--new-head", "--train=head", "--output=" + folder.resolve("anew"));
        assertThat(code).as(err::toString).isZero();
        assertThat(told.toString(StandardCharsets.UTF_8)).contains("The head begins anew");
        List<Row> old = predict("message", "old", "--model=" + seed);
        List<Row> anew = predict("message", "new", "--model=" + folder.resolve("anew/model"));
        assertThat(anew.get(0).<Double>getAs("probability_no"))
                .isNotCloseTo(old.get(0).<Double>getAs("probability_negative"), within(1e-4));
    }

    @Test
    void namesThatNobodyGave_takeLabelsByTheirPlaces() throws IOException {
        seedSays("BertForSequenceClassification", "", "LABEL_0", "LABEL_1");

        assertThat(train(CLASSES, "--labels=yes,no")).as(err::toString).isZero();

        assertThat(exportedNames()).containsExactly("yes", "no");
    }

    @Test
    void headForMoreLabels_beginsAnew_andThatIsSaid() throws IOException {
        seedSays("BertForSequenceClassification", "", "yes", "no");

        assertThat(train(CLASSES, "--labels=no,yes,maybe", "--train=head"))
                .as(err::toString)
                .isZero();

        assertThat(told.toString(StandardCharsets.UTF_8))
                .contains(
                        "The model's own head has 2 outputs (yes, no), and 3 labels were declared: the head begins anew.");
    }

    @Test
    void newHead_whoseWeightsWouldNotLearn_isRefused() {
        assertThat(train(CLASSES, "--labels=no,yes", "--new-head")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString())
                .contains("a head that begins anew has to learn")
                .contains("biases+head");
    }

    /** Numbers as a column holds them, with the model's own names, to learn from and to be measured by. */
    @Test
    void numbersOfClasses_areLearnedAndMeasuredByTheirNames() throws IOException {
        seedSays("BertForSequenceClassification", "", "yes", "no");
        String[] numbered = {"--text-column=message", "--label-column=number"};
        String column = "--columns=number=cast(if(answer = 'yes', 1, 0) as bigint)";

        assertThat(train(numbered, column, "--labels=no,yes")).isEqualTo(ExitCode.DATA.code());
        assertThat(err.toString())
                .contains("column number is bigint, its values read 0, 1, 2")
                .contains("0=yes,1=no");
        assertThat(folder.resolve("out")).doesNotExist();

        assertThat(train(numbered, column, "--labels=0=no,1=yes"))
                .as(err::toString)
                .isZero();
        assertThat(exportedNames()).containsExactly("yes", "no");

        Path model = folder.resolve("out/model");
        assertThat(sotto("evaluate", numbered, column, "--table-is-public", "--model=" + model, "--labels=1=yes,0=no"))
                .as(err::toString)
                .isZero();
        assertThat(sotto("evaluate", CLASSES, "--table-is-public", "--model=" + model))
                .as(err::toString)
                .isZero();
        List<String> lines =
                out.toString().lines().filter(line -> line.contains("accuracy")).toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo(lines.get(1));
    }
}
