package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Budget;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LocalLedgerStore;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code sotto plan} as a user types it, and the run that it is a plan of. */
class PlanCommandTest {
    private static final double DELTA = 1e-4;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path seed = Path.of("");

    @BeforeEach
    void makeModel() throws IOException {
        seed = TinyModel.in(folder);
    }

    private CommandLine commands() {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var console = new Console(
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), false, Clock.systemUTC());
        return Sotto.commandLine(settings -> TrainJob.run(settings, console))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
    }

    /** The usual run, with some options given otherwise or besides, or taken away by an empty value; no such table is there. */
    private String[] words(String command, String... more) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("--table", folder.resolve("not-there.csv").toString());
        options.put("--text-column", "message");
        options.put("--max-length", "32");
        options.put("--label-column", "answer");
        options.put("--labels", "no,yes");
        options.put("--model", seed.toString());
        options.put("--units", "400");
        options.put("--batch-size", "20");
        options.put("--steps", "5");
        options.put("--epsilon", "3");
        options.put("--delta", "1e-4");
        options.put("--learning-rate", "0.01");
        for (String option : more) {
            String[] nameAndValue = option.split("=", 2);
            options.put(nameAndValue[0], nameAndValue.length == 1 ? "true" : nameAndValue[1]);
        }
        options.values().removeIf(String::isEmpty);
        List<String> words = new ArrayList<>(List.of(command));
        options.forEach((name, value) -> words.add(name + "=" + value));
        return words.toArray(String[]::new);
    }

    private JsonNode plan(String... more) throws IOException {
        int code = commands()
                .execute(words(
                        "plan",
                        Stream.concat(Stream.of("--json", "--no-probe"), Stream.of(more))
                                .toArray(String[]::new)));
        assertThat(code).as(err::toString).isZero();
        return new ObjectMapper().readTree(out.toString());
    }

    private static Stream<JsonNode> grid(JsonNode plan) {
        return StreamSupport.stream(plan.get("grid").spliterator(), false);
    }

    private static Optional<JsonNode> at(JsonNode plan, double batchSize, double epochs) {
        return grid(plan)
                .filter(cell -> cell.get("batch_size").asDouble() == batchSize
                        && cell.get("epochs").asDouble() == epochs)
                .findFirst();
    }

    /** All that decides the guarantee and what learns, to the digit. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--clipping=abadi",
                "--steps= --epochs=1.3",
                "--batch-size= --sampling-probability=0.07",
                "--method=lora+bitfit --rank=2",
                "--method=head --no-usable-count",
                "--method=adapter --bottleneck=2 --clipping-groups=head-and-body",
                "--epsilon= --noise-multiplier=0.9"
            })
    void planAndRun_areTheSame(String options) throws IOException {
        String[] given = options.split(" ");
        JsonNode asked = plan(given).get("asked");
        JsonNode model = new ObjectMapper().readTree(out.toString()).get("model");

        Path output = folder.resolve("out");
        List<String> more = new ArrayList<>(List.of(given));
        more.add("--table=" + TinyModel.table(folder, "table.csv", 400));
        more.add("--output=" + output);
        assertThat(commands().execute(words("train", more.toArray(String[]::new))))
                .as(err::toString)
                .isZero();
        JsonNode report = new ObjectMapper().readTree(Files.readString(output.resolve("privacy-report.json")));
        JsonNode mechanism = report.get("mechanism");
        assertThat(asked.get("noise_multiplier")).isEqualTo(mechanism.get("noise_multiplier"));
        assertThat(asked.get("sampling_probability")).isEqualTo(mechanism.get("sampling_probability"));
        assertThat(asked.get("steps").asLong())
                .isEqualTo(mechanism.get("steps_planned").asLong());
        assertThat(asked.get("epsilon")).isEqualTo(report.get("epsilon"));
        assertThat(model.get("trained_parameters")).isEqualTo(report.at("/model/trained_parameters"));
        assertThat(model.get("trained")).isEqualTo(report.at("/model/trained"));
    }

    @Test
    void everyCell_isARunOfItsOwn_withinTheEpsilonThatWasAsked() throws IOException {
        JsonNode plan = plan("--steps=", "--epochs=2", "--no-usable-count");
        assertThat(grid(plan)).hasSize(20).allSatisfy(cell -> {
            assertThat(cell.get("epsilon").asDouble()).isBetween(2.9, 3.0);
            DpEvent event = Calibration.sampledGaussian(
                    cell.get("noise_multiplier").asDouble(),
                    cell.get("sampling_probability").asDouble(),
                    cell.get("steps").asLong());
            assertThat(cell.get("epsilon").asDouble())
                    .isEqualTo(new BestAccountant().epsilon(event, DELTA).upper());
        });
        JsonNode cell = at(plan, 40, 4).orElseThrow();
        JsonNode itself = plan("--steps=", "--epochs=4", "--batch-size=40", "--no-usable-count")
                .get("asked");
        for (String key : List.of("noise_multiplier", "sampling_probability", "steps", "epsilon")) {
            assertThat(cell.get(key)).as(key).isEqualTo(itself.get(key));
        }
        assertThat(grid(plan).filter(each -> each.get("asked").asBoolean()))
                .singleElement()
                .isEqualTo(plan.get("asked"));
    }

    @Test
    void likelyBest_isWorthNearlyTheMost_andComputesTheLeast() throws IOException {
        JsonNode plan = plan("--units=40000", "--batch-size=400", "--steps=", "--epochs=3", "--delta=1e-6");
        int d = plan.at("/model/trained_parameters").asInt();
        assertThat(plan.get("likely_best")).hasSize(3);
        for (JsonNode best : plan.get("likely_best")) {
            double alignment = best.get("alignment").asDouble();
            double most = grid(plan)
                    .mapToDouble(cell -> worth(cell, d, alignment))
                    .max()
                    .orElseThrow();
            double found = best.get("steps_without_noise").asDouble();
            assertThat(found).isBetween(0.9 * most, most);
            assertThat(grid(plan)
                            .filter(cell -> cell.get("epochs").asDouble()
                                    < best.get("epochs").asDouble())
                            .mapToDouble(cell -> worth(cell, d, alignment)))
                    .allSatisfy(fewer -> assertThat(fewer).isLessThan(0.9 * most));
            assertThat(grid(plan)
                            .filter(cell -> cell.get("epochs").equals(best.get("epochs")))
                            .mapToDouble(cell -> worth(cell, d, alignment)))
                    .allSatisfy(other -> assertThat(other).isLessThanOrEqualTo(found * (1 + 1e-12)));
        }
        assertThat(plan.at("/likely_best/0/alignment").asDouble()).isEqualTo(0.1);
    }

    private static double worth(JsonNode cell, int d, double alignment) {
        double noise = cell.get("noise_multiplier").asDouble()
                * Math.sqrt(d)
                / (40000 * cell.get("sampling_probability").asDouble());
        return cell.get("steps").asLong() / (1 + noise * noise / (alignment * alignment));
    }

    @Test
    void ledger_isTold_leftAsItIs_andWhatTheRunThenMakesOfIt() throws IOException {
        Path ledger = folder.resolve("ledger");
        String[] options = {"--ledger=" + ledger, "--budget-epsilon=20", "--budget-delta=1e-4"};
        JsonNode first = plan(options).get("ledger");
        assertThat(first.get("fits").asBoolean()).isTrue();
        assertThat(first.at("/budget_before/counted").asDouble()).isZero();
        assertThat(ledger).as("nothing is written, not even to try").doesNotExist();

        String[] run = Stream.concat(
                        Stream.of(options),
                        Stream.of(
                                "--table=" + TinyModel.table(folder, "table.csv", 400),
                                "--output=" + folder.resolve("out")))
                .toArray(String[]::new);
        assertThat(commands().execute(words("train", run))).as(err::toString).isZero();
        Ledger kept = Ledger.open(new LocalLedgerStore(ledger));
        double counted = kept.standing(new Budget(20, DELTA)).counted();
        assertThat(first.at("/budget_after/counted").asDouble()).isEqualTo(counted);
        assertThat(first.get("epsilon_after").asDouble())
                .isEqualTo(kept.spent(DELTA).upper());

        String head = kept.head();
        JsonNode second = plan(options).get("ledger");
        assertThat(second.at("/budget_before/counted").asDouble()).isEqualTo(counted);
        assertThat(second.at("/budget_after/counted").asDouble()).isGreaterThan(counted);
        assertThat(kept.head()).isEqualTo(head);

        assertThat(commands()
                        .execute(words("plan", options[0], "--no-probe", "--budget-epsilon=4", "--budget-delta=1e-4")))
                .isEqualTo(ExitCode.BUDGET.code());
        assertThat(out.toString()).contains("would be REFUSED", "does not fit", "Likely", "batch size");
        assertThat(kept.head()).isEqualTo(head);
    }

    @Test
    void damagedLedger_isTold_andTheRestOfThePlanAllTheSame() throws IOException {
        Path ledger = Files.createDirectory(folder.resolve("ledger"));
        Files.writeString(ledger.resolve("line-000000000000.json"), "{}\n");
        JsonNode plan = plan("--ledger=" + ledger);
        assertThat(plan.at("/ledger/unread_because").asText()).contains("line");
        assertThat(plan.get("grid")).isNotEmpty();
    }

    @Test
    void estimate_isOfMadeUpRows_andGrowsWithTheBatch() throws IOException {
        Path picture = folder.resolve("plan.svg");
        assertThat(commands().execute(words("plan", "--json", "--svg=" + picture, "--cores=2", "--grid-epochs=0.25")))
                .as(err::toString)
                .isZero();
        JsonNode plan = new ObjectMapper().readTree(out.toString());
        JsonNode estimate = plan.get("estimate");
        assertThat(estimate.get("seconds_a_step").asDouble())
                .isEqualTo(estimate.get("seconds_of_gradients").asDouble()
                        + estimate.get("seconds_of_driver").asDouble());
        assertThat(estimate.at("/bytes/pass").asLong()).isPositive();
        assertThat(estimate.at("/bytes/weights").asLong()).isEqualTo(Files.size(seed.resolve("model.safetensors")));
        int d = plan.at("/model/trained_parameters").asInt();
        assertThat(plan.at("/bytes_a_step/to_each_executor").asLong()).isEqualTo(4L * d);
        assertThat(plan.at("/bytes_a_step/from_each_slot_at_most").asLong()).isGreaterThanOrEqualTo(8L * d);
        assertThat(grid(plan))
                .allSatisfy(cell -> assertThat(cell.get("seconds").asDouble()).isPositive());
        assertThat(picture).isNotEmptyFile();
    }

    @Test
    void picture_isWellFormed_andMarksTheBestAndTheAsked() throws Exception {
        Path picture = folder.resolve("plan.svg");
        assertThat(commands().execute(words("plan", "--no-probe", "--svg=" + picture)))
                .as(err::toString)
                .isZero();
        var svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(picture.toFile());
        assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(Files.readString(picture)).contains("stroke-dasharray", "stroke-width=\"4\"", "sigma");
        assertThat(commands().execute(words("plan", "--no-probe", "--svg=" + folder.resolve("no/such/plan.svg"))))
                .isEqualTo(ExitCode.OUTPUT.code());
        assertThat(err.toString()).contains("--svg");
    }

    @Test
    void runWithoutNoise_hasNoBestAndNoEpsilon() throws IOException {
        JsonNode plan = plan("--epsilon=", "--delta=", "--non-private");
        assertThat(plan.at("/privacy/private").asBoolean(true)).isFalse();
        assertThat(plan.at("/asked/epsilon").isNull()).isTrue();
        assertThat(plan.get("likely_best")).isEmpty();
        assertThat(commands().execute(words("plan", "--no-probe", "--epsilon=", "--delta=", "--non-private")))
                .isZero();
        assertThat(out.toString()).contains("NOT PRIVATE");
    }

    @Test
    void whatIsUnusual_isSaid() throws IOException {
        assertThat(plan("--epsilon=3000", "--no-usable-count").get("remarks").toString())
                .contains("at its floor", "promises little");
        assertThat(plan("--batch-size=400").get("remarks").toString()).contains("sampling probability is 1");
        assertThat(plan().get("remarks")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--grid-batch-sizes=0 | grid-batch-sizes",
                "--grid-batch-sizes=10,401 | grid-batch-sizes: 401 is more than the 400",
                "--grid-batch-sizes=ten | grid-batch-sizes",
                "--grid-epochs=-1 | grid-epochs",
                "--grid-epochs=NaN | grid-epochs",
                "--grid-epochs=1e9 | grid-epochs",
                "--cores=0 | cores",
                "--tokens=0 | tokens",
                "--rows-per-unit=2 | rows-per-unit",
                "--batch-size=401 | batch-size",
                "--units= | units",
                "--no-such=1 | no-such",
                "--epsilon=-1 | epsilon"
            })
    void whatIsWrong_isNamed(String option, String told) {
        assertThat(commands().execute(words("plan", option))).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains(told);
    }

    @Test
    void runInPhases_isNotPlanned() throws IOException {
        Path file = Files.writeString(
                folder.resolve("run.yaml"), "phases: [{method: head, steps: 2}, {method: bitfit, steps: 3}]\n");
        List<String> arguments = new ArrayList<>(List.of(words("plan")));
        arguments.add(file.toString());
        assertThat(commands().execute(arguments.toArray(String[]::new))).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("phases: a plan is of a run in one phase");
    }

    @Test
    void whatTrainRefuses_planRefusesWithItsCode() throws IOException {
        assertThat(commands().execute(words("plan", "--model=" + folder.resolve("none"))))
                .isEqualTo(ExitCode.MODEL.code());
        assertThat(commands().execute(words("plan", "--train-layers=9-12"))).isEqualTo(ExitCode.MODEL.code());
        assertThat(commands().execute(words("plan", "--method=lora", "--rank=1000")))
                .isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).contains("rank is 1000");
        assertThat(Files.exists(folder.resolve("not-there.csv"))).isFalse();
    }

    @Test
    void everyOption_hasHelp_andTheRunFileIsTrains() throws IOException {
        CommandLine options = new CommandLine(new PlanCommand());
        assertThat(options.getCommandSpec().options())
                .allSatisfy(option -> assertThat(String.join(" ", option.description()))
                        .as(option.longestName())
                        .hasSizeGreaterThan(10));
        assertThat(commands().execute("plan", "--help")).isZero();
        assertThat(out.toString())
                .contains("--grid-batch-sizes", "--grid-epochs", "--cores", "--tokens", "--rows-per-unit")
                .contains("--no-probe", "--json", "--svg", "--epsilon", "--method");
        Path run = Files.writeString(folder.resolve("run.yaml"), "batch-size: 10\ngrid-epochs: 3\n");
        List<String> words = new ArrayList<>(List.of(words("plan", "--batch-size=", "--no-probe")));
        words.add(1, run.toString());
        assertThat(commands().execute(words.toArray(String[]::new))).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("grid-epochs: the run file has no such key");
        Files.writeString(run, "batch-size: 10\n");
        assertThat(commands().execute(words.toArray(String[]::new)))
                .as(err::toString)
                .isZero();
        assertThat(out.toString()).contains("batch size 10 ");
    }

    /** Images and long lists of words, heads that learn alone and models that write: each by steps on rows of its own kind. */
    @Test
    void modelsOfOtherKinds_areProbedToo() throws IOException {
        Path images = Files.createDirectory(folder.resolve("images"));
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(LocalSpark.CHECKPOINTS.resolve("vit_cls").resolve(file), images.resolve(file));
        }
        int side = new ObjectMapper()
                .readTree(images.resolve("config.json").toFile())
                .get("image_size")
                .asInt();
        Files.writeString(
                images.resolve("preprocessor_config.json"),
                "{\"image_processor_type\": \"ViTImageProcessor\", \"do_normalize\": false, \"size\": {\"height\": %d, \"width\": %d}}"
                        .formatted(side, side));
        String[] ofImages = {"--model=" + images, "--text-column=", "--max-length=", "--image-column=picture"};
        Path writer = TinyModel.writer(Files.createDirectory(folder.resolve("writes")));
        String[] ofTexts = {"--model=" + writer, "--task=completion", "--labels="};
        for (String[] options : List.of(ofImages, ofTexts, new String[] {"--method=head"})) {
            String[] probed = Stream.concat(Stream.of(options), Stream.of("--json", "--cores=1", "--grid-epochs=0.25"))
                    .toArray(String[]::new);
            assertThat(commands().execute(words("plan", probed)))
                    .as(err::toString)
                    .isZero();
            JsonNode estimate = new ObjectMapper().readTree(out.toString()).get("estimate");
            assertThat(estimate.get("seconds_a_row").asDouble()).isPositive();
            assertThat(estimate.get("seconds_of_features_a_row").asDouble() > 0)
                    .isEqualTo(options[0].equals("--method=head"));
        }
    }
}
