package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.ImageEncoder;
import dev.sotto.core.batch.ImageSettingsFile;
import dev.sotto.core.batch.TextEncoder;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.batch.TokenizerFiles;
import dev.sotto.core.checkpoint.BiasDelta;
import dev.sotto.core.checkpoint.ModelExport;
import dev.sotto.core.engine.SafetensorsWriter;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Adapter;
import dev.sotto.core.method.Addition;
import dev.sotto.core.method.Compacter;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.SavedModel;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.job.ExitCode;
import dev.sotto.job.LocalSpark;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole runs of {@code predict} and {@code evaluate} on Spark in this JVM, held against the model called row by row. */
class PredictCommandTest {
    private static final List<String> LABELS = List.of("no", "yes");
    private static final ModelSpec CLASSES = new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES_AND_HEAD);
    private static final ModelSpec NUMBER = new ModelSpec(Task.REGRESSION, 1, Trained.HEAD);
    private static final double ROUNDING = 1e-5; // rows share passes of other lengths and sizes

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeModel() throws IOException {
        TinyModel.in(folder);
    }

    private int sotto(String command, String... more) {
        List<String> arguments = new ArrayList<>(List.of(command, "--text-column=message", "--max-length=16"));
        arguments.addAll(List.of(more));
        return Sotto.commandLine(settings -> {})
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private int predict(Path table, String output, String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("--table=" + table, "--model=" + folder.resolve("seed"), "--output=" + folder.resolve(output)));
        arguments.addAll(List.of(more));
        return sotto("predict", arguments.toArray(String[]::new));
    }

    /** A table of ten messages of different lengths, with a number that tells them apart. */
    private Path table() throws IOException {
        StringBuilder lines = new StringBuilder("number,message,answer,amount\n");
        for (int i = 0; i < 10; i++) {
            lines.append("%d,%s,%s,%s\n".formatted(i, message(i), i % 3 == 0 ? "yes" : "no", i * 0.25));
        }
        return Files.writeString(folder.resolve("table.csv"), lines);
    }

    private static String message(int i) {
        return String.join(
                " ",
                IntStream.rangeClosed(0, i)
                        .mapToObj(k -> "word" + (5 + (i * 7 + k * 3) % 100))
                        .toList());
    }

    /** Writes a delta whose every number is the seed's with some noise; gives its numbers. */
    private float[] delta(String name, ModelSpec spec, List<String> labels) throws IOException {
        try (SeedModel seed = SeedModel.open(folder.resolve("seed"), spec)) {
            float[] trained = seed.initial();
            var random = new Random(name.hashCode());
            for (int i = 0; i < trained.length; i++) {
                trained[i] += (float) (0.5 * random.nextGaussian());
            }
            BiasDelta.write(seed, trained, labels, folder.resolve(name + ".safetensors"));
            return trained;
        }
    }

    private String named(String name) {
        return "--delta=" + name + "=" + folder.resolve(name + ".safetensors");
    }

    /** The model's outputs for one message, called by itself. */
    private static float[] outputs(TrainableModel model, float[] trained, String message) {
        try (TextEncoder encoder =
                TextEncoder.open(TokenizerFiles.read(model.seed().path(), 16))) {
            int[] ids = encoder.encode(message).ids();
            var batch = TokenBatch.padded(
                    new int[][] {ids}, new int[][] {new int[ids.length]}, new float[] {0}, 0, ids.length);
            return model.logits(batch, trained);
        }
    }

    private static double probability(float[] outputs, int of) {
        double sum = 0;
        for (float output : outputs) {
            sum += Math.exp(output);
        }
        return Math.exp(outputs[of]) / sum;
    }

    private List<Row> read(String format, String name) {
        SparkSession spark = SparkSession.builder().appName("sotto tests").getOrCreate();
        return spark.read()
                .format(format)
                .option("header", "true")
                .load(folder.resolve(name).toString())
                .orderBy("number")
                .collectAsList();
    }

    /** Linux gives a process 65,530 mappings in all. */
    @Test
    void hundredDeltas_leaveTheOneModelMapped_andNoneOfTheirFiles() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        assumeTrue(Files.exists(maps), "Skipped: no " + maps);
        List<String> arguments = new ArrayList<>(List.of("--keep=number"));
        for (int i = 0; i < 100; i++) {
            delta("d" + i, CLASSES, LABELS);
            arguments.add(named("d" + i));
        }

        assertThat(predict(table(), "out", arguments.toArray(String[]::new)))
                .as(err::toString)
                .isZero();

        assertThat(read("parquet", "out").get(0).schema().fieldNames()).hasSize(1 + 100 * 3);
        String here = folder.toRealPath().toString();
        try (Stream<String> lines = Files.lines(maps)) {
            assertThat(lines.filter(line -> line.contains(here)))
                    .singleElement()
                    .asString()
                    .endsWith("seed/model.safetensors");
        }
    }

    @Test
    void predictions_areThoseOfTheModelRowByRow_forManyDeltasInOnePass() throws IOException {
        float[] first = delta("a", CLASSES, LABELS);
        float[] second = delta("b", CLASSES, LABELS);
        float[] third = delta("c", NUMBER, List.of("amount"));

        int code =
                predict(table(), "out", named("a"), named("b"), named("c"), "--keep=number,message", "--partitions=3");

        assertThat(code).as(err::toString).isZero();
        assertThat(out.toString()).contains("as private as the table");
        List<Row> rows = read("parquet", "out");
        assertThat(rows).hasSize(10);
        assertThat(rows.get(0).schema().fieldNames())
                .containsExactly(
                        "number",
                        "message",
                        "a_prediction",
                        "a_probability_no",
                        "a_probability_yes",
                        "b_prediction",
                        "b_probability_no",
                        "b_probability_yes",
                        "c_prediction");
        try (TrainableModel classes = TrainableModel.load(folder.resolve("seed"), CLASSES);
                TrainableModel number = TrainableModel.load(folder.resolve("seed"), NUMBER)) {
            for (Row row : rows) {
                String message = row.getAs("message");
                for (var delta : Map.of("a", first, "b", second).entrySet()) {
                    float[] outputs = outputs(classes, delta.getValue(), message);
                    assertThat(row.<String>getAs(delta.getKey() + "_prediction"))
                            .isEqualTo(outputs[1] > outputs[0] ? "yes" : "no");
                    assertThat(row.<Double>getAs(delta.getKey() + "_probability_yes"))
                            .isCloseTo(probability(outputs, 1), within(ROUNDING));
                    assertThat(row.<Double>getAs(delta.getKey() + "_probability_no"))
                            .isCloseTo(probability(outputs, 0), within(ROUNDING));
                }
                assertThat(row.<Double>getAs("c_prediction"))
                        .isCloseTo(outputs(number, third, message)[0], within(ROUNDING));
            }
        }
    }

    static Stream<Addition> additions() {
        return Stream.of(new Adapter(4), new Compacter(4, 2, 1), new Prefix(4));
    }

    /** The folder that a run with adapters leaves answers as its delta on the seed does. */
    @ParameterizedTest
    @MethodSource("additions")
    void adapters_answerFromTheirFolder_asFromTheirDelta(Addition addition) throws IOException {
        Path trainedFolder = folder.resolve("trained");
        ModelSpec adapters = new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES_AND_HEAD.with(addition));
        float[] trained = delta("a", adapters, LABELS);
        try (SeedModel seed = SeedModel.open(folder.resolve("seed"), adapters)) {
            ModelExport.write(seed, trained, LABELS, trainedFolder);
        }
        Path table = table();

        assertThat(predict(table, "delta", named("a"), "--keep=number,message"))
                .as(err::toString)
                .isZero();
        assertThat(sotto(
                        "predict",
                        "--table=" + table,
                        "--model=" + trainedFolder,
                        "--output=" + folder.resolve("whole"),
                        "--keep=number"))
                .as(err::toString)
                .isZero();

        List<Row> byDelta = read("parquet", "delta");
        List<Row> byFolder = read("parquet", "whole");
        try (TrainableModel model = TrainableModel.load(folder.resolve("seed"), adapters)) {
            for (int i = 0; i < byDelta.size(); i++) {
                double yes = byDelta.get(i).<Double>getAs("a_probability_yes");
                assertThat(yes)
                        .isCloseTo(
                                probability(
                                        outputs(model, trained, byDelta.get(i).getAs("message")), 1),
                                within(ROUNDING));
                assertThat(byFolder.get(i).<Double>getAs("probability_yes")).isCloseTo(yes, within(ROUNDING));
            }
        }
    }

    @Test
    void twoDeltasInOnePass_areTwoRuns() throws IOException {
        delta("a", CLASSES, LABELS);
        delta("b", CLASSES, LABELS);
        Path table = table();

        assertThat(predict(table, "both", named("a"), named("b")))
                .as(err::toString)
                .isZero();
        assertThat(predict(table, "first", named("a"))).as(err::toString).isZero();
        assertThat(predict(table, "second", named("b"))).as(err::toString).isZero();

        List<Row> both = read("parquet", "both");
        List<Row> first = read("parquet", "first");
        List<Row> second = read("parquet", "second");
        assertThat(both).hasSize(10);
        for (int i = 0; i < 10; i++) {
            for (String column : List.of("prediction", "probability_no", "probability_yes")) {
                assertThat(both.get(i).<Object>getAs("a_" + column))
                        .isEqualTo(first.get(i).getAs("a_" + column));
                assertThat(both.get(i).<Object>getAs("b_" + column))
                        .isEqualTo(second.get(i).getAs("b_" + column));
            }
        }
    }

    @Test
    void rowsThatCannotBeRead_areKeptWithNulls_inEveryFormatAndTheirOrder() throws IOException {
        delta("a", CLASSES, LABELS);
        Path table = table();
        Files.writeString(table, "90,,no,1\n91,\"  \",no,1\n92,word9,,\n", StandardOpenOption.APPEND);

        for (String format : List.of("parquet", "json", "csv")) {
            int code = predict(table, format, named("a"), "--keep=number", "--output-format=" + format);
            assertThat(code).as(err::toString).isZero();
            List<Row> rows = read(format, format);
            assertThat(rows).hasSize(13);
            for (Row row : rows) {
                boolean broken =
                        row.getAs("number").equals("90") || row.getAs("number").equals("91");
                for (String column : List.of("a_prediction", "a_probability_no", "a_probability_yes")) {
                    assertThat(row.isNullAt(row.fieldIndex(column)))
                            .as("%s of %s", column, row)
                            .isEqualTo(broken);
                }
            }
        }
        try (var files = Files.list(folder.resolve("csv"))) {
            Path only = files.filter(file -> file.toString().endsWith(".csv"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Files.readAllLines(only).stream().skip(1).map(line -> line.split(",", -1)[0]))
                    .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "90", "91", "92");
        }
    }

    @Test
    void trainedModelByItself_answersWithItsOwnLabels() throws IOException {
        float[] trained = delta("a", CLASSES, LABELS);
        try (SeedModel seed = SeedModel.open(folder.resolve("seed"), CLASSES)) {
            ModelExport.write(seed, trained, LABELS, folder.resolve("model"));
        }
        Path table = table();

        assertThat(predict(table, "delta", named("a"))).as(err::toString).isZero();
        assertThat(sotto(
                        "predict",
                        "--table=" + table,
                        "--model=" + folder.resolve("model"),
                        "--output=" + folder.resolve("whole")))
                .as(err::toString)
                .isZero();

        List<Row> delta = read("parquet", "delta");
        List<Row> whole = read("parquet", "whole");
        for (int i = 0; i < 10; i++) {
            assertThat(whole.get(i).<String>getAs("prediction"))
                    .isEqualTo(delta.get(i).getAs("a_prediction"));
            assertThat(whole.get(i).<String>getAs("answer")).isNotNull();
        }
    }

    @Test
    void rowsOfManyBlocks_keepCountOrderAndAnswers() throws IOException {
        delta("a", CLASSES, LABELS);
        int rows = 4500; // two whole blocks and a part of one
        String table = IntStream.range(0, rows)
                .mapToObj(i -> i + "," + (i % 11 == 10 ? "" : message(i % 11)) + ",no,0\n")
                .collect(Collectors.joining("", "number,message,answer,amount\n", ""));
        Path large = Files.writeString(folder.resolve("large.csv"), table);

        assertThat(predict(table(), "few", named("a"), "--keep=number"))
                .as(err::toString)
                .isZero();
        assertThat(predict(large, "many", named("a"), "--keep=number", "--output-format=csv"))
                .as(err::toString)
                .isZero();

        List<Row> few = read("parquet", "few");
        try (var files = Files.list(folder.resolve("many"))) {
            List<String> written = new ArrayList<>();
            for (Path file : files.filter(each -> each.toString().endsWith(".csv"))
                    .sorted()
                    .toList()) {
                List<String> lines = Files.readAllLines(file);
                written.addAll(lines.subList(1, lines.size())); // each has a header
            }
            assertThat(written).hasSize(rows);
            for (int i = 0; i < rows; i++) {
                String[] fields = written.get(i).split(",", -1);
                assertThat(fields[0]).isEqualTo(Integer.toString(i));
                if (i % 11 == 10) {
                    assertThat(fields).containsExactly(fields[0], "", "", "");
                } else {
                    assertThat(Double.parseDouble(fields[3]))
                            .isCloseTo(few.get(i % 11).<Double>getAs("a_probability_yes"), within(ROUNDING));
                }
            }
        }
    }

    @Test
    void images_areAnsweredFor_andOneThatIsNotReadSaysWhy() throws Exception {
        Path model = Files.createDirectory(folder.resolve("vit"));
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(LocalSpark.CHECKPOINTS.resolve("vit_cls").resolve(file), model.resolve(file));
        }
        Files.writeString(
                model.resolve("preprocessor_config.json"),
                "{\"do_resize\": true, \"size\": {\"height\": 32, \"width\": 32}, \"resample\": 2, \"do_rescale\": true,"
                        + " \"do_normalize\": true, \"image_mean\": [0.5, 0.5, 0.5], \"image_std\": [0.5, 0.5, 0.5]}");
        Path images = Files.createDirectory(folder.resolve("images"));
        for (int i = 0; i < 4; i++) {
            var image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
            for (int k = 0; k < 32 * 32; k++) {
                image.setRGB(k % 32, k / 32, (i + 1) * 7919 * (k + 13));
            }
            ImageIO.write(image, "png", images.resolve(i + ".png").toFile());
        }
        Files.writeString(images.resolve("4.png"), "RIFF    WEBPVP8 ");

        int code = Sotto.commandLine(settings -> {})
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "predict",
                        "--table=" + images,
                        "--format=binaryfile",
                        "--columns=number=regexp_extract(path, '([0-9]+)[.]png', 1)",
                        "--image-column=content",
                        "--model=" + model,
                        "--output=" + folder.resolve("out"));

        assertThat(code).as(err::toString).isZero();
        List<Row> rows = read("parquet", "out");
        assertThat(rows).hasSize(5);
        assertThat(rows.get(0).schema().fieldNames())
                .contains("path", "number", "probability_LABEL_0")
                .doesNotContain("content");
        assertThat(rows.get(4).<Object>getAs("prediction")).isNull();
        assertThat(rows.get(4).<String>getAs("unanswered")).isEqualTo("image that is neither PNG nor JPEG but WebP");
        assertThat(rows.get(3).<String>getAs("unanswered")).isNull();
        SavedModel saved = SavedModel.of(model);
        var encoder = new ImageEncoder(ImageSettingsFile.read(model));
        try (TrainableModel loaded = TrainableModel.load(model, saved.spec())) {
            for (int i = 0; i < 4; i++) {
                float[] pixels = encoder.normalise(encoder.encode(Files.readAllBytes(images.resolve(i + ".png"))));
                float[] outputs =
                        loaded.logits(new ImageBatch(1, 3, 32, 32, pixels, new float[] {0}), loaded.initial());
                for (int label = 0; label < outputs.length; label++) {
                    assertThat(rows.get(i).<Double>getAs("probability_LABEL_" + label))
                            .isCloseTo(probability(outputs, label), within(ROUNDING));
                }
            }
        }
    }

    @Test
    void deltaOfAnotherSeed_isRefusedBeforeTheTableIsRead() throws IOException {
        delta("a", CLASSES, LABELS);
        Path weights = folder.resolve("seed/model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);

        int code = predict(folder.resolve("nowhere.csv"), "out", named("a"));

        assertThat(code).isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("sotto.seed_sha256");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void deltaOfTheFirstFormat_isRefused() throws IOException {
        SafetensorsWriter.write(folder.resolve("old.safetensors"), Map.of("sotto.format", "1"), List.of());

        assertThat(predict(table(), "out", named("old"))).isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("sotto.format = 1 where 2 is expected");
    }

    @Test
    void faults_areToldTogether() {
        int code = sotto("predict", "--pair-colum=x", "--delta=a=b", "--delta=a=c", "--delta=d", "--partitions=0");

        assertThat(code).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString())
                .contains("table: it is missing", "model: it is missing", "output: it is missing")
                .contains("Did you mean --pair-column?", "the name a is given twice", "'d' is not NAME=URI")
                .contains("partitions: it must be at least 1");
    }

    @Test
    void columnThatWouldStandTwice_isRefused() throws IOException {
        delta("a", CLASSES, LABELS);

        int code = predict(table(), "out", named("a"), "--columns=A_Prediction=number");

        assertThat(code).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("two columns a_prediction");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void labelsThatWouldBeOneColumn_areNamedAsTheCause() throws IOException {
        Path config = folder.resolve("seed/config.json");
        String labels = "{\"id2label\": {\"0\": \"Yes\", \"1\": \"yes\"},";
        Files.writeString(config, Files.readString(config).replaceFirst("\\{", labels));

        assertThat(predict(table(), "out")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("two of the model's labels", "probability_yes", "id2label");
    }

    private static final String LEFT_OUT = " on 10 rows; 2 left out";

    @Test
    void evaluation_isWhatIsCountedByHand() throws IOException {
        float[] first = delta("a", CLASSES, LABELS);
        float[] second = delta("b", CLASSES, LABELS);
        Path table = table();
        Files.writeString(table, "90,,no,1\n91,word9,maybe,1\n", StandardOpenOption.APPEND);

        int code = sotto(
                "evaluate",
                "--table=" + table,
                "--table-is-public",
                "--label-column=answer",
                "--model=" + folder.resolve("seed"),
                named("a"),
                named("b"),
                "--output=" + folder.resolve("measured"));

        assertThat(code).as(err::toString).isZero();
        try (TrainableModel model = TrainableModel.load(folder.resolve("seed"), CLASSES)) {
            assertThat(out.toString().lines())
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith(byHand("a", model, first))
                                    .contains(", majority 0.6000")
                                    .endsWith(LEFT_OUT),
                            line -> assertThat(line).startsWith("  no: 6 rows, "),
                            line -> assertThat(line).startsWith("  yes: 4 rows, "),
                            line -> assertThat(line)
                                    .startsWith(byHand("b", model, second))
                                    .endsWith(LEFT_OUT),
                            line -> assertThat(line).startsWith("  no: 6 rows, "),
                            line -> assertThat(line).startsWith("  yes: 4 rows, "));
        }
        assertThat(folder.resolve("measured/evaluation.json"))
                .content()
                .contains("\"name\":\"a\",\"rows\":10,\"left_out\":2,\"accuracy\":", "\"confusion\":[[");
    }

    private static String byHand(String name, TrainableModel model, float[] trained) {
        int[][] counts = new int[2][2];
        for (int i = 0; i < 10; i++) {
            float[] outputs = outputs(model, trained, message(i));
            counts[i % 3 == 0 ? 1 : 0][outputs[1] > outputs[0] ? 1 : 0]++;
        }
        double accuracy = (counts[0][0] + counts[1][1]) / 10.0;
        double no = 2.0 * counts[0][0] / (2 * counts[0][0] + counts[0][1] + counts[1][0]);
        double yes = 2.0 * counts[1][1] / (2 * counts[1][1] + counts[0][1] + counts[1][0]);
        return String.format(Locale.ROOT, "%s: accuracy %.4f, macro_f1 %.4f, ", name, accuracy, (no + yes) / 2);
    }

    @Test
    void evaluationOfNumbers_isWhatIsCountedByHand() throws IOException {
        float[] trained = delta("c", NUMBER, List.of("amount"));

        int code = sotto(
                "evaluate",
                "--table=" + table(),
                "--table-is-public",
                "--label-column=amount",
                "--model=" + folder.resolve("seed"),
                named("c"));

        assertThat(code).as(err::toString).isZero();
        double[] answers = new double[10];
        try (TrainableModel model = TrainableModel.load(folder.resolve("seed"), NUMBER)) {
            Arrays.setAll(answers, i -> outputs(model, trained, message(i))[0]);
        }
        double mean = Arrays.stream(answers).average().orElseThrow();
        double squared = 0;
        double products = 0;
        double ofAnswers = 0;
        double ofTargets = 0;
        for (int i = 0; i < 10; i++) {
            double target = i * 0.25;
            squared += (answers[i] - target) * (answers[i] - target);
            products += (answers[i] - mean) * (target - 1.125);
            ofAnswers += (answers[i] - mean) * (answers[i] - mean);
            ofTargets += (target - 1.125) * (target - 1.125);
        }
        assertThat(out.toString().strip())
                .isEqualTo(String.format(
                        Locale.ROOT,
                        "c: rmse %.4f, pearson %.4f on 10 rows",
                        Math.sqrt(squared / 10),
                        products / Math.sqrt(ofAnswers * ofTargets)));
    }

    @Test
    void evaluationOfATableThatIsNotDeclaredPublic_isRefused() throws IOException {
        int code =
                sotto("evaluate", "--table=" + table(), "--label-column=answer", "--model=" + folder.resolve("seed"));

        assertThat(code).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("table-is-public", "without noise");
    }
}
