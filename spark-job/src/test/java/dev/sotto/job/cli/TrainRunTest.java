package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LocalLedgerStore;
import dev.sotto.accountant.ledger.Run;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.checkpoint.BiasDelta;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.job.ExitCode;
import dev.sotto.job.report.Console;
import dev.sotto.job.train.TrainJob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs of {@code sotto train} on Spark in this JVM, as a user types them. */
class TrainRunTest {

    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Path seed = Path.of("");
    private Path table = Path.of("");
    private Path output = Path.of("");
    private String breaksAt = "";

    @BeforeEach
    void makeModelAndTable() throws IOException {
        seed = TinyModel.in(folder);
        table = TinyModel.table(folder, "table.csv", 400);
        output = folder.resolve("out");
    }

    /** Ends the run in the middle of it, at a line that begins so. */
    private static final class Breaking extends PrintStream {
        private final String at;

        Breaking(ByteArrayOutputStream out, String at) {
            super(out, true, StandardCharsets.UTF_8);
            this.at = at;
        }

        @Override
        public void println(String line) {
            if (!at.isEmpty() && line.startsWith(at)) {
                throw new IllegalStateException("broken off");
            }
            super.println(line);
        }
    }

    /** The usual run, with some options given otherwise or besides. */
    private int train(String... more) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("--table", table.toString());
        options.put("--text-column", "message");
        options.put("--label-column", "answer");
        options.put("--labels", "no,yes");
        options.put("--model", seed.toString());
        options.put("--batch-size", "20");
        options.put("--units", "400");
        options.put("--steps", "5");
        options.put("--learning-rate", "0.01");
        options.put("--output", output.toString());
        for (String option : more) {
            String[] nameAndValue = option.split("=", 2);
            options.put(nameAndValue[0], nameAndValue.length == 1 ? "true" : nameAndValue[1]);
        }
        List<String> arguments = new ArrayList<>(List.of("train"));
        options.values().removeIf(String::isEmpty);
        options.forEach((name, value) -> arguments.add(name + "=" + value));
        var console = new Console(new Breaking(out, breaksAt), false, Clock.systemUTC());
        return Sotto.commandLine(settings -> TrainJob.run(settings, console))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper().readTree(Files.readString(output.resolve("privacy-report.json")));
    }

    @Test
    void sumsThatTheDriverMayNotTake_areRefusedBeforeAnythingIsCharged() {
        Path ledger = folder.resolve("ledger");
        System.setProperty("spark.driver.maxResultSize", "10k"); // less than one sum
        int code;
        try {
            code = train("--epsilon=3", "--delta=1e-4", "--ledger=" + ledger);
        } finally {
            System.clearProperty("spark.driver.maxResultSize");
        }

        assertThat(code).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("spark.driver.maxResultSize", "Nothing was charged");
        assertThat(Ledger.open(new LocalLedgerStore(ledger)).runs()).isEmpty();
        assertThat(output).doesNotExist();
    }

    @Test
    void personLevelRun_leavesModelDeltaAndReport() throws IOException {
        int code = train(
                "--privacy-unit-column=person",
                "--max-rows-per-unit=4",
                "--units=40",
                "--epsilon=3",
                "--delta=1e-4",
                "--eval-table=" + TinyModel.table(folder, "public.csv", 60),
                "--eval-table-is-public");

        assertThat(code).as(err::toString).isZero();
        JsonNode report = report();
        assertThat(report.get("private").asBoolean()).isTrue();
        double epsilon = report.get("epsilon").asDouble();
        assertThat(epsilon).isBetween(2.9, 3.0);
        assertThat(report.at("/attacker/right_guesses_at_most").asDouble())
                .as("between a coin and what epsilon alone allows")
                .isBetween(0.5, 1 / (1 + Math.exp(-epsilon)));
        assertThat(report.get("mechanism").get("units").asLong()).isEqualTo(40);
        assertThat(report.at("/software/commit").asText()).matches("unknown|\\S*[0-9a-f]{12}(-dirty)?");
        assertThat(report.get("evaluation").get("rows").asLong()).isEqualTo(60);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("step 5/5").contains("epsilon 3.000 at delta 1e-4");
        try (SeedModel trained = SeedModel.open(
                output.resolve("model"), new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES_AND_HEAD))) {
            assertThat(trained.begun()).isEmpty();
        }
        assertThat(output.resolve("delta")).isDirectoryContaining("glob:**delta.safetensors");
        assertThat(output.resolve("privacy-report.html")).content().contains("40");
        assertThat(output.resolve("model")).isDirectoryNotContaining("glob:**.crc");
        sumsAreOfAllFiles(report);
    }

    /** The folder, with updates in its weights, and the delta on the seed, without, say the same. */
    @Test
    void runWithLowRankUpdates_leavesThemMerged_asADelta_andAsAnAdapter() throws IOException {
        int code = train(
                "--method=lora+bitfit",
                "--rank=2",
                "--target-modules=query,*.dense",
                "--learning-rate=0.1",
                "--epsilon=3",
                "--delta=1e-4");

        assertThat(code).as(err::toString).isZero();
        assertThat(report().at("/model/trained").asText())
                .isEqualTo("biases and head, LoRA of rank 2 and alpha 16.0 on query, *.dense");
        assertThat(output.resolve("adapter"))
                .isDirectoryContaining("glob:**adapter_config.json")
                .isDirectoryContaining("glob:**adapter_model.safetensors");
        sumsAreOfAllFiles(report());
        Path delta = output.resolve("delta/delta.safetensors");
        var batch =
                new TokenBatch(1, 5, new int[] {2, 7, 8, 9, 3}, new int[] {1, 1, 1, 1, 1}, new int[5], new float[1]);
        try (var onSeed = TrainableModel.load(seed, BiasDelta.purpose(delta).spec());
                var merged = TrainableModel.load(
                        output.resolve("model"), new ModelSpec(Task.CLASSIFICATION, 2, Trained.HEAD))) {
            float[] learned = BiasDelta.read(delta, onSeed.seed());
            float[] logits = merged.logits(batch, merged.initial());
            assertThat(onSeed.logits(batch, learned)).containsExactly(logits, within(1e-5f));
            assertThat(logits).isNotEqualTo(onSeed.logits(batch, onSeed.initial()));
        }
        output = folder.resolve("other");
        err.getBuffer().setLength(0);
        refused(ExitCode.MODEL, "rank is 1000", "--method=lora", "--rank=1000", "--epsilon=3", "--delta=1e-4");
    }

    /** As {@code sha256sum --check SHA256SUMS} finds them, and as the reports tell them. */
    private void sumsAreOfAllFiles(JsonNode report) throws IOException {
        Map<String, String> actual = new TreeMap<>();
        try (Stream<Path> files = Files.walk(output)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                actual.put(output.relativize(file).toString(), DigestUtils.sha256Hex(Files.readAllBytes(file)));
            }
        }
        actual.remove("SHA256SUMS");
        assertThat(Files.readString(output.resolve("SHA256SUMS")).lines())
                .containsExactlyElementsOf(actual.entrySet().stream()
                        .map(each -> each.getValue() + "  " + each.getKey())
                        .toList());
        String page = Files.readString(output.resolve("privacy-report.html"));
        String ofPage = actual.remove("privacy-report.html");
        assertThat(actual).containsKeys("model/model.safetensors", "delta/delta.safetensors");
        assertThat(page).contains(actual.values()).doesNotContain(ofPage);
        actual.remove("privacy-report.json");
        assertThat(report.get("files_sha256")).isEqualTo(new ObjectMapper().<JsonNode>valueToTree(actual));
    }

    @Test
    void seedWithANaN_orARuleThatMatchesNothing_isRefusedBeforeAnythingIsCharged() throws IOException {
        String[] charged = {"--epsilon=3", "--delta=1e-4", "--ledger=" + folder.resolve("ledger")};
        assertThat(train(charged[0], charged[1], charged[2], "--train-names=zzz*"))
                .isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("train-names zzz* matches no parameter");

        assertThat(train(with(charged, "--clipping-groups=named", "--clipping-shares=zzz*=1,*=1")))
                .isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("clipping-shares: The group zzz* matches no parameter that learns");

        Path weights = seed.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - Float.BYTES, Float.NaN);
        Files.write(weights, bytes);
        assertThat(train(charged)).isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("holds a NaN or an infinity in classifier.weight");

        assertThat(output).doesNotExist();
        assertThat(folder.resolve("ledger")).doesNotExist();
    }

    @Test
    void runWithoutNoise_saysThatItIsNotPrivate() throws IOException {
        assertThat(train("--non-private")).as(err::toString).isZero();

        assertThat(report().get("private").asBoolean()).isFalse();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("NOT PRIVATE");
        assertThat(output.resolve("privacy-report.html")).content().contains("NOT PRIVATE");
    }

    @Test
    void runWithAnInsecureSeed_saysThatItIsNotPrivate() throws IOException {
        assertThat(train("--epsilon=3", "--delta=1e-4", "--insecure-seed=1"))
                .as(err::toString)
                .isZero();

        assertThat(report().get("private").asBoolean()).isFalse();
    }

    private void refused(ExitCode expected, String message, String... more) {
        assertThat(train(more)).as(err::toString).isEqualTo(expected.code());
        assertThat(err.toString()).contains(message).doesNotContain("internal error");
        assertThat(output.resolve("privacy-report.json")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "--optimizer=sgd --momentum=0.9 --nesterov --schedule=constant --warmup-steps=2 --learning-rate-body=0.001,"
                + " 'sgd, Nesterov''s momentum 0.9, learning rate 0.01 after 2 steps of warm-up; that of the body 0.001'",
        "--optimizer=lamb --beta1=0.8 --schedule=cosine,"
                + " 'lamb, beta1 0.8, beta2 0.999, epsilon 1e-6, learning rate 0.01, falling to 0 along half a cosine'",
        "--optimizer=adamw --noise-correction=0.1 --schedule=constant,"
                + " 'adamw, beta1 0.9, beta2 0.999, epsilon 1e-8, the noise''s variance taken out of the mean square down to 0.1 of it, learning rate 0.01'",
    })
    void everyRule_trainsAndIsReported(String options, String told) throws IOException {
        List<String> all = new ArrayList<>(List.of(options.split(" ")));
        all.addAll(List.of("--epsilon=3", "--delta=1e-4", "--no-usable-count"));
        assertThat(train(all.toArray(String[]::new))).as(err::toString).isZero();
        assertThat(report().at("/model/optimizer").asText()).isEqualTo(told);
    }

    /**
     * After one step the average has gone nine tenths of the way, in the body at a tenth of the rate. Errors of a number are figures that two
     * models do not share.
     */
    @Test
    void movingAverageAndRateOfTheBody_areThoseOfWhatIsMeasuredExportedAndReported() throws IOException {
        Path measured = TinyModel.table(folder, "public.csv", 60);
        String[] number = {
            "--columns=number=cast(length(message) as double) / 10", "--label-column=number", "--text-column=message"
        };
        String[] run = {
            "--task=regression",
            "--labels=",
            "--eval-table=" + measured,
            "--eval-table-is-public",
            "--noise-multiplier=1",
            "--delta=1e-4",
            "--no-usable-count",
            "--insecure-seed=3",
            "--steps=1",
            "--learning-rate=0.5"
        };
        assertThat(train(with(number, run))).as(err::toString).isZero();
        Map<String, float[]> last = delta();
        assertThat(report().at("/model/optimizer").asText()).doesNotContain("average");

        output = folder.resolve("averaged");
        assertThat(train(with(number, with(run, "--ema-decay=0.9", "--learning-rate-body=0.05"))))
                .as(err::toString)
                .isZero();
        assertThat(report().at("/model/optimizer").asText())
                .endsWith(
                        "; that of the body 0.05; the result is the exponential moving average of the parameters, decay 0.9");
        try (var before = Safetensors.open(seed.resolve("model.safetensors"))) {
            String body = "bert.encoder.layer.0.output.dense.bias";
            String head = "classifier.bias";
            assertMoved(before.floats(body), last.get(body), 0.9f / 10, delta().get(body));
            assertMoved(new float[1], last.get(head), 0.9f, delta().get(head));
        }

        var printed = new StringWriter();
        assertThat(Sotto.commandLine(settings -> {})
                        .setOut(new PrintWriter(printed, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(with(
                                number,
                                "evaluate",
                                "--table=" + measured,
                                "--table-is-public",
                                "--model=" + output.resolve("model"))))
                .as(err::toString)
                .isZero();
        assertThat(printed.toString())
                .contains("rmse %.4f"
                        .formatted(report().at("/evaluation/after/rmse").asDouble()));
    }

    /** That the second way goes this share of the first. */
    private static void assertMoved(float[] from, float @Nullable [] to, float share, float @Nullable [] then) {
        assertThat(to).hasSameSizeAs(from).isNotEqualTo(from);
        float[] expected = new float[from.length];
        for (int i = 0; i < from.length; i++) {
            expected[i] = from[i] + share * (to[i] - from[i]);
        }
        assertThat(then).containsExactly(expected, within(1e-6f));
    }

    @Test
    void rateOfABodyBesideNoHead_isRefusedBeforeAnythingIsCharged() throws IOException {
        Path writer = TinyModel.writer(Files.createDirectory(folder.resolve("gpt2")));
        String[] run = {"--epsilon=3", "--delta=1e-4", "--learning-rate-body=0.001", "--train=biases"};
        assertThat(train(with(run, "--model=" + writer, "--ledger=" + folder.resolve("ledger"))))
                .isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("of this model nothing of a head learns with what train chooses");
        assertThat(folder.resolve("ledger")).doesNotExist();
    }

    @Test
    void oneGroupOfClipping_isTheWhole() throws IOException {
        String[] step = {"--noise-multiplier=1", "--delta=1e-4", "--no-usable-count", "--insecure-seed=3", "--steps=1"};
        assertThat(train(with(step, "--train=head"))).as(err::toString).isZero();
        Map<String, float[]> whole = delta();
        assertThat(report().at("/mechanism").has("clipping_groups")).isFalse();

        output = folder.resolve("layer");
        assertThat(train(with(step, "--train=head", "--clipping-groups=layer")))
                .as(err::toString)
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("All that learns is one group");
        assertThat(delta()).usingRecursiveComparison().isEqualTo(whole);
    }

    private static String[] with(String[] some, String... more) {
        return Stream.of(more, some).flatMap(Stream::of).toArray(String[]::new);
    }

    /** The trained numbers. */
    private Map<String, float[]> delta() throws IOException {
        var numbers = new TreeMap<String, float[]>();
        try (var file = Safetensors.open(output.resolve("delta/delta.safetensors"))) {
            for (String name : file.tensors().keySet()) {
                numbers.put(name, file.floats(name));
            }
        }
        return numbers;
    }

    @Test
    void missingModel_isRefused() {
        refused(
                ExitCode.MODEL,
                "There is no model folder",
                "--model=" + folder.resolve("none"),
                "--epsilon=3",
                "--delta=1e-4");
    }

    @Test
    void unsupportedArchitecture_isNamed() throws IOException {
        Files.writeString(seed.resolve("config.json"), "{\"model_type\": \"mamba\"}");

        refused(ExitCode.MODEL, "mamba", "--epsilon=3", "--delta=1e-4");
    }

    @Test
    void runThatWouldPassTheBudget_isRefusedAndNotCharged() throws IOException {
        Path ledger = folder.resolve("ledger");
        String[] budget = {
            "--units=400",
            "--ledger=" + ledger,
            "--budget-epsilon=3.1",
            "--budget-delta=1e-4",
            "--epsilon=3",
            "--delta=1e-4"
        };
        assertThat(train(budget)).as(err::toString).isZero();
        JsonNode first = report().get("ledger");
        assertThat(first.get("entries").asInt()).isEqualTo(1);
        assertThat(first.get("epsilon").asDouble()).isBetween(2.5, 3.0);

        output = folder.resolve("second");
        refused(ExitCode.BUDGET, "does not fit", budget);
        assertThat(Ledger.open(new LocalLedgerStore(ledger)).runs()).hasSize(1);
    }

    @Test
    void runThatFailsBeforeTheFirstNoise_isSettledToNothing() {
        Path ledger = folder.resolve("ledger");

        assertThat(train(
                        "--eval-table=" + folder.resolve("nowhere.csv"),
                        "--eval-table-is-public",
                        "--ledger=" + ledger,
                        "--epsilon=3",
                        "--delta=1e-4"))
                .isEqualTo(ExitCode.DATA.code());

        assertThat(Ledger.open(new LocalLedgerStore(ledger)).spent(1e-4).upper())
                .isZero();
    }

    /** It drew nothing and was charged nothing, so nothing was paid for. */
    @Test
    void runThatCameToNothing_beginsAgainUnderItsName() {
        Path ledger = folder.resolve("ledger");
        String[] run = {"--units=400", "--ledger=" + ledger, "--run-id=week-7", "--epsilon=3", "--delta=1e-4"};
        breaksAt = "Encode the table"; // charged, and not begun
        assertThat(train(run)).isEqualTo(ExitCode.INTERNAL.code());
        assertThat(train(run)).isEqualTo(ExitCode.INTERNAL.code());

        breaksAt = "";
        assertThat(train(run)).as(err::toString).isZero();

        assertThat(Ledger.open(new LocalLedgerStore(ledger)).runs())
                .extracting(Run::id)
                .containsExactly("week-7", "week-7/2", "week-7/3");
        output = folder.resolve("second");
        err.getBuffer().setLength(0);
        refused(ExitCode.SETTINGS, "week-7/3 is in the ledger", run);
    }

    /** Steps that were charged and are taken again cost twice; the run that goes on keeps what was asked for, or says that it does not. */
    @ParameterizedTest
    @ValueSource(strings = {"stop-at-epsilon", "keep-steps"})
    void resumedRun_keepsTheEpsilonAskedFor_orSaysThatItPasses(String onResume) throws IOException {
        String[] run = {
            "--units=400",
            "--ledger=" + folder.resolve("ledger"),
            "--run-id=week-7",
            "--epsilon=3",
            "--delta=1e-4",
            "--steps=20",
            "--checkpoint-every=4",
            "--on-resume=" + onResume
        };
        breaksAt = "step 10/";
        assertThat(train(run)).isEqualTo(ExitCode.INTERNAL.code());
        breaksAt = "";
        assertThat(train(run)).as(err::toString).isZero();

        double epsilon = report().get("epsilon").asDouble();
        String said = out.toString(StandardCharsets.UTF_8);
        JsonNode chain = report().get("chain");
        if (onResume.equals("keep-steps")) {
            assertThat(epsilon).isGreaterThan(3);
            assertThat(chain.get("passes_epsilon_asked").asBoolean()).isTrue();
            assertThat(said).contains("step 20/20", "more than the 3 that was asked for");
        } else {
            assertThat(epsilon).isBetween(2.5, 3.0);
            assertThat(chain.get("passes_epsilon_asked").asBoolean()).isFalse();
            assertThat(chain.get("steps_left_out").asLong()).isPositive();
            assertThat(said).contains("it ends after step", "steps early to keep the epsilon that was asked for");
        }
        assertThat(Ledger.open(new LocalLedgerStore(folder.resolve("ledger"))).runs())
                .extracting(Run::id)
                .containsExactly("week-7", "week-7/2");
    }

    @Test
    void runThatFailsBehindItsLastStep_goesOnWithoutAnotherStepOrCharge() throws IOException {
        Path ledger = folder.resolve("ledger");
        String[] run = {
            "--units=400",
            "--ledger=" + ledger,
            "--run-id=week-7",
            "--epsilon=3",
            "--delta=1e-4",
            "--eval-table=" + TinyModel.table(folder, "public.csv", 20),
            "--eval-table-is-public"
        };
        breaksAt = "Measure the trained model";
        assertThat(train(run)).isEqualTo(ExitCode.INTERNAL.code());
        breaksAt = "";
        out.reset();
        assertThat(train(run)).as(err::toString).isZero();

        assertThat(out.toString(StandardCharsets.UTF_8)).doesNotContain("step 1/5");
        assertThat(report().get("epsilon").asDouble())
                .isEqualTo(Ledger.open(new LocalLedgerStore(ledger)).spent(1e-4).upper())
                .isLessThanOrEqualTo(3);
    }

    @Test
    void finishedRun_startedAgain_saysSoAndDoesNothing() throws IOException {
        Path ledger = folder.resolve("ledger");
        String[] named = {
            "--run-id=week-7",
            "--epsilon=3",
            "--delta=1e-4",
            "--clipping-groups=head-and-body",
            "--clipping-shares=head=3,backbone=4",
            "--clipping-norm=0.5"
        };
        String[] run = with(named, "--ledger=" + ledger);
        assertThat(train(run)).as(err::toString).isZero();
        assertGroups(0.3, 0.4);
        String report = Files.readString(output.resolve("privacy-report.json"));
        long lines = Ledger.open(new LocalLedgerStore(ledger)).lines();

        assertThat(train(run)).isZero();
        assertThat(err.toString()).contains("Run week-7 is finished").contains("Nothing was done");
        assertThat(Files.readString(output.resolve("privacy-report.json"))).isEqualTo(report);
        assertThat(Ledger.open(new LocalLedgerStore(ledger)).lines()).isEqualTo(lines);

        for (String other : new String[] {
            "--steps=6",
            "--learning-rate=0.02",
            "--clipping-shares=head=2",
            "--clipping=abadi",
            "--where=answer = 'yes'",
            "--max-length=8",
            "--privacy-unit-column=person"
        }) {
            err.getBuffer().setLength(0);
            assertThat(train(with(new String[] {other}, named))).as(other).isEqualTo(ExitCode.OUTPUT.code());
            assertThat(err.toString()).as(other).contains("it is another run");
        }
    }

    /** That the report tells the bounds of both groups, beside the function and the bound of the whole. */
    private void assertGroups(double head, double backbone) throws IOException {
        JsonNode mechanism = report().at("/mechanism");
        assertThat(mechanism.at("/clipping").asText()).isEqualTo("auto-s");
        assertThat(mechanism.at("/clipping_norm").asDouble()).isEqualTo(0.5);
        assertThat(mechanism.at("/clipping_groups/head").asDouble()).isCloseTo(head, within(1e-12));
        assertThat(mechanism.at("/clipping_groups/backbone").asDouble()).isCloseTo(backbone, within(1e-12));
        assertThat(mechanism.at("/clipping_groups")).hasSize(2);
    }

    /** As one sum the two would have cost far less than what a person with several rows has paid. */
    @Test
    void rowLevelRun_isNotChargedToALedgerOfPersons() {
        Path ledger = folder.resolve("ledger");
        String[] persons = {
            "--privacy-unit-column=person", "--units=40", "--ledger=" + ledger, "--epsilon=3", "--delta=1e-4"
        };
        assertThat(train(persons)).as(err::toString).isZero();

        output = folder.resolve("second");
        refused(
                ExitCode.BUDGET,
                "privacy unit is one row",
                "--units=400",
                "--ledger=" + ledger,
                "--epsilon=1",
                "--delta=1e-4");
        assertThat(Ledger.open(new LocalLedgerStore(ledger)).runs()).hasSize(1);
    }

    @Test
    void report_tellsTheHeadByWhichALostLineShows() throws Exception {
        Path ledger = folder.resolve("ledger");
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Path secret = pem("ledger.key", "PRIVATE KEY", keys.getPrivate().getEncoded());
        Path open = pem("ledger.pub", "PUBLIC KEY", keys.getPublic().getEncoded());
        assertThat(train("--units=400", "--ledger=" + ledger, "--ledger-key=" + secret, "--epsilon=3", "--delta=1e-4"))
                .as(err::toString)
                .isZero();
        JsonNode told = report().get("ledger");
        assertThat(told.get("lines").asLong()).isEqualTo(2);
        assertThat(output.resolve("privacy-report.html"))
                .content()
                .contains(told.get("head").asText());

        String[] verify = {
            "ledger",
            "verify",
            ledger.toString(),
            "--expect",
            output.resolve("privacy-report.json").toString(),
            "--public-key",
            open.toString()
        };
        assertThat(sotto(verify)).isZero();
        Files.delete(ledger.resolve("line-000000000002.json"));
        Files.delete(ledger.resolve("line-000000000001.json"));
        assertThat(sotto(verify)).isEqualTo(ExitCode.OUTPUT.code());
    }

    private Path pem(String name, String kind, byte[] content) throws IOException {
        return Files.writeString(
                folder.resolve(name),
                "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END "
                        + kind + "-----\n");
    }

    private static int sotto(String... arguments) {
        return Sotto.commandLine(settings -> {}).execute(arguments);
    }

    @Test
    void ledgerInTheOutputFolder_isRefused() {
        refused(
                ExitCode.SETTINGS,
                "lie one in the other",
                "--units=400",
                "--ledger=" + output.resolve("ledger"),
                "--epsilon=3",
                "--delta=1e-4");
        assertThat(output).doesNotExist();
    }

    @Test
    void sameRunId_isRefused() {
        String[] run = {
            "--units=400", "--ledger=" + folder.resolve("ledger"), "--run-id=week-7", "--epsilon=3", "--delta=1e-4"
        };
        assertThat(train(run)).as(err::toString).isZero();

        output = folder.resolve("second");
        refused(ExitCode.SETTINGS, "week-7 is in the ledger", run);
    }

    @Test
    void missingTable_isRefused() {
        refused(
                ExitCode.DATA,
                "nowhere.csv",
                "--table=" + folder.resolve("nowhere.csv"),
                "--epsilon=3",
                "--delta=1e-4");
    }

    @Test
    void missingColumn_isRefused() {
        refused(ExitCode.DATA, "Did you mean message?", "--text-column=massage", "--epsilon=3", "--delta=1e-4");
    }

    @Test
    void batchLargerThanTheTable_isRefused() {
        refused(
                ExitCode.SETTINGS,
                "batch-size: 5000 is more than the 400 privacy units",
                "--batch-size=5000",
                "--epsilon=3",
                "--delta=1e-4");
    }

    @Test
    void deltaAboveOneOverN_isRefused() {
        refused(ExitCode.SETTINGS, "delta: 0.01 is not below 1/N", "--epsilon=3", "--delta=0.01");
    }

    @Test
    void outputFolderThatHoldsSomething_isRefusedAndKept() throws IOException {
        Files.createDirectories(output);
        Files.writeString(output.resolve("last-year.txt"), "results");

        refused(ExitCode.OUTPUT, "is not empty", "--epsilon=3", "--delta=1e-4");
        assertThat(output.resolve("last-year.txt")).content().isEqualTo("results");
    }
}
