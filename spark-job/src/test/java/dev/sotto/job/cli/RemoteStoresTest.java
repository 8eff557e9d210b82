package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LocalLedgerStore;
import dev.sotto.job.ExitCode;
import dev.sotto.job.report.Console;
import dev.sotto.job.store.Hdfs;
import dev.sotto.job.store.S3Server;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs of which everything lies elsewhere, in HDFS or in S3: table, model, deltas, output, checkpoints, ledger, predictions. */
class RemoteStoresTest {

    @TempDir
    static Path folder;

    private static Hdfs hdfs;
    private static S3Server s3;

    @BeforeAll
    static void start() throws Exception {
        hdfs = Hdfs.start(folder.resolve("hdfs"));
        s3 = S3Server.start(Files.createDirectory(folder.resolve("s3")));
        s3.settings().forEach((name, value) -> System.setProperty("spark.hadoop." + name, value));
    }

    @AfterAll
    static void stop() {
        s3.settings().keySet().forEach(name -> System.clearProperty("spark.hadoop." + name));
        hdfs.close();
        s3.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hdfs", "s3"})
    void run_leavesEverythingWhereItWasAsked(String kind) throws IOException {
        String root = kind.equals("hdfs") ? hdfs.uri("/clinic") : s3.uri("/clinic");
        var at = new org.apache.hadoop.fs.Path(root);
        Configuration settings = s3.configuration();
        FileSystem store = at.getFileSystem(settings);
        Path here = Files.createDirectory(folder.resolve("local-" + kind));
        put(store, TinyModel.in(here), at, "model");
        put(store, TinyModel.table(here, "table.csv", 100), at, "table.csv");

        var err = new StringWriter();
        int code = train(root, err);

        assertThat(code).as(err::toString).isZero();
        assertThat(names(store, at, "out"))
                .containsExactlyInAnyOrder(
                        "SHA256SUMS", "delta", "model", "privacy-report.html", "privacy-report.json");
        assertThat(names(store, at, "out/model")).contains("config.json", "model.safetensors");
        Path ledger = here.resolve("ledger");
        store.copyToLocalFile(
                false,
                new org.apache.hadoop.fs.Path(at, "ledger"),
                new org.apache.hadoop.fs.Path(ledger.toUri()),
                true);
        assertThat(Ledger.open(new LocalLedgerStore(ledger)).runs())
                .singleElement()
                .satisfies(run -> assertThat(run.settled())
                        .contains(new DpEvent.Repeated(4, new DpEvent.PoissonSampled(0.2, new DpEvent.Gaussian(1.5)))));
        ledgerIsReadWhereItLies(root, store);
        predictsAndEvaluates(root, store);
    }

    /** Looking writes nothing, not even where a store is tried by writing before a run trusts it. */
    private static void ledgerIsReadWhereItLies(String root, FileSystem store) throws IOException {
        var at = new org.apache.hadoop.fs.Path(root);
        List<String> before = names(store, at, "ledger");
        String report = folder.resolve("report.json").toString();
        store.copyToLocalFile(
                false,
                new org.apache.hadoop.fs.Path(at, "out/privacy-report.json"),
                new org.apache.hadoop.fs.Path(report),
                true);
        assertThat(sotto("ledger", "show", root + "/ledger", "--json")).isZero();
        assertThat(sotto("ledger", "verify", root + "/ledger", "--expect", report))
                .isZero();
        assertThat(sotto("ledger", "show", root + "/no-ledger")).isEqualTo(ExitCode.OUTPUT.code());
        assertThat(names(store, at, "ledger")).isEqualTo(before);
        assertThat(store.exists(new org.apache.hadoop.fs.Path(at, "no-ledger"))).isFalse();
        assertThat(sotto("ledger", "set-budget", root + "/ledger", "--epsilon=9", "--delta=1e-5"))
                .isZero();
        assertThat(names(store, at, "ledger")).hasSize(before.size() + 1);
    }

    private static int sotto(String... arguments) {
        return Sotto.commandLine(asked -> {}).execute(arguments);
    }

    /** The delta, and the trained folder by itself, predict on the table there; what they answer is then counted. */
    private static void predictsAndEvaluates(String root, FileSystem store) throws IOException {
        var at = new org.apache.hadoop.fs.Path(root);
        var err = new StringWriter();
        String delta = "--delta=a=" + root + "/out/delta";

        int ofDelta = rows(root, err, "predict", "--model=" + root + "/model", delta, "--output=" + root + "/of-delta");
        int ofFolder = rows(root, err, "predict", "--model=" + root + "/out/model", "--output=" + root + "/of-folder");
        int measured = rows(
                root,
                err,
                "evaluate",
                "--table-is-public",
                "--label-column=answer",
                "--model=" + root + "/model",
                delta,
                "--output=" + root + "/measured");

        assertThat(List.of(ofDelta, ofFolder, measured)).as(err::toString).containsOnly(0);
        List<Row> answers = read(root + "/of-delta");
        assertThat(answers).hasSize(100);
        assertThat(answers).extracting(row -> row.<String>getAs("message")).doesNotContainNull();
        assertThat(answers)
                .extracting(row -> row.<String>getAs("a_prediction"))
                .containsExactlyElementsOf(read(root + "/of-folder").stream()
                        .map(row -> row.<String>getAs("prediction"))
                        .toList());
        double right = answers.stream()
                .filter(row -> row.getAs("a_prediction").equals(row.getAs("answer")))
                .count();
        try (var file = store.open(new org.apache.hadoop.fs.Path(at, "measured/evaluation.json"))) {
            assertThat(new String(file.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"name\":\"a\",\"rows\":100,\"left_out\":0,\"accuracy\":" + right / 100);
        }
    }

    private static int rows(String root, StringWriter err, String command, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of(command, "--table=" + root + "/table.csv", "--text-column=message"));
        arguments.addAll(List.of(more));
        return Sotto.commandLine(asked -> {})
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private static List<Row> read(String folder) {
        SparkSession spark = SparkSession.builder().appName("sotto tests").getOrCreate();
        try {
            s3.settings()
                    .forEach((name, value) ->
                            spark.sparkContext().hadoopConfiguration().set(name, value));
            return spark.read().parquet(folder).orderBy("message", "person").collectAsList();
        } finally {
            spark.stop(); // the next run brings its own
        }
    }

    private static int train(String root, StringWriter err) {
        var console = new Console(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false, Clock.systemUTC());
        Map<String, String> options = Map.ofEntries(
                Map.entry("--table", root + "/table.csv"),
                Map.entry("--text-column", "message"),
                Map.entry("--label-column", "answer"),
                Map.entry("--labels", "no,yes"),
                Map.entry("--model", root + "/model"),
                Map.entry("--batch-size", "20"),
                Map.entry("--steps", "4"),
                Map.entry("--learning-rate", "0.01"),
                Map.entry("--noise-multiplier", "1.5"),
                Map.entry("--delta", "1e-4"),
                Map.entry("--checkpoint-every", "2"),
                Map.entry("--ledger", root + "/ledger"),
                Map.entry("--units", "100"),
                Map.entry("--no-usable-count", "true"),
                Map.entry("--output", root + "/out"));
        List<String> arguments = new ArrayList<>(List.of("train"));
        options.forEach((name, value) -> arguments.add(name + "=" + value));
        return Sotto.commandLine(asked -> TrainJob.run(asked, console))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private static void put(FileSystem store, Path local, org.apache.hadoop.fs.Path at, String name)
            throws IOException {
        store.copyFromLocalFile(new org.apache.hadoop.fs.Path(local.toUri()), new org.apache.hadoop.fs.Path(at, name));
    }

    private static List<String> names(FileSystem store, org.apache.hadoop.fs.Path at, String name) throws IOException {
        return Arrays.stream(store.listStatus(new org.apache.hadoop.fs.Path(at, name)))
                .map(FileStatus::getPath)
                .map(org.apache.hadoop.fs.Path::getName)
                .toList();
    }
}
