package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.method.Adapter;
import dev.sotto.core.method.Compacter;
import dev.sotto.core.method.Grouping;
import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.method.Trained;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.pass.ComputeMode;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.job.ExitCode;
import dev.sotto.job.config.ClippingFunction;
import dev.sotto.job.config.ComputeSettings;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.DeclaredLabels;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.ModelSettings;
import dev.sotto.job.config.OptimizerSettings;
import dev.sotto.job.config.OutputSettings;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.TableStorage;
import dev.sotto.job.config.TrainSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class TrainCommandTest {
    @TempDir
    Path folder;

    private final List<TrainSettings> started = new ArrayList<>();
    private final StringWriter err = new StringWriter();

    private static final String EVERY_KEY =
            """
            table: s3a://clinic/messages
            format: csv
            reader-options: {sep: ";", nullValue: "a,b"}
            schema: year INT, message STRING
            columns: {answer: "coalesce(reply, '')", department: lower(dept)}
            where: year = 2025
            text-column: message
            pair-column: answer
            max-length: 64
            task: classification
            label-column: department
            labels: [no, "a, b", 'say "c"']
            privacy-unit-column: patient_id
            max-rows-per-unit: 5
            units: 3000
            partitions: 7
            eval-table: public.parquet
            eval-where: year = 2024
            eval-table-is-public: true
            model: models/seed
            method: lora+norms
            rank: 4
            alpha: 8
            target-modules: [query, "*.dense"]
            train: norms+head
            train-layers: 6-11
            train-names: "*.output.*"
            train-key-biases: true
            add-biases: true
            new-head: false
            peft-adapter: updates/one
            epsilon: 3
            delta: 1e-5
            batch-size: 256
            epochs: 10
            clipping: auto-v
            clipping-norm: 0.5
            clipping-groups: named
            clipping-shares: {"*.dense.*": 3, "*": 0.5}
            row-independence: rounding
            insecure-seed: 7
            optimizer: adamw
            learning-rate: 1e-3
            learning-rate-body: 1e-4
            beta1: 0.8
            beta2: 0.99
            noise-correction: 0.1
            weight-decay: 0.01
            schedule: cosine
            warmup-steps: 10
            ema-decay: 0.99
            microbatch-tokens: 1024
            microbatch-rows: 16
            recompute: true
            precision: bfloat16
            microbatch-memory: 2g
            output: runs/one
            run-id: week-7
            checkpoint-every: 50
            ledger: s3a://clinic/ledger
            budget-epsilon: 10
            budget-delta: 1e-5
            non-private: false
            on-resume: keep-steps
            ledger-key: ledger.key
            seed-data-is-disjoint: true
            no-usable-count: false
            measure-phases: true
            storage-level: memory_only
            reader-options-file: src/test/resources/reader-options.properties
            """;

    private static final Map<String, String> COLUMNS =
            Map.of("answer", "coalesce(reply, '')", "department", "lower(dept)");

    private static final TrainSettings EVERY_SETTING = new TrainSettings(
            new DataSettings(
                    new TableSource(
                            "s3a://clinic/messages",
                            TableFormat.CSV,
                            Map.of("sep", ";", "nullValue", "a,b", "encoding", "ISO-8859-1"),
                            "year INT, message STRING",
                            COLUMNS,
                            "year = 2025",
                            null),
                    new Input.Text("message", "answer", 64),
                    new DataSettings.Target.Classes("department", List.of("no", "a, b", "say \"c\"")),
                    new PrivacyUnit.Column("patient_id", 5),
                    7,
                    TableStorage.MEMORY_ONLY,
                    new TableSource("public.parquet", TableFormat.PARQUET, Map.of(), COLUMNS, "year = 2024", null)),
            new ModelSettings(
                    "models/seed",
                    new Trained(
                            Trained.Part.NORMS_AND_HEAD,
                            new Trained.Layers(6, 11),
                            "*.output.*",
                            true,
                            true,
                            new Lora(4, 8, List.of("query", "*.dense"))),
                    false,
                    "updates/one",
                    new ComputeMode(true, ComputeMode.Precision.BFLOAT16),
                    2L << 30),
            new PrivacySettings(
                    3000,
                    true,
                    new PrivacySettings.Noise.Target(3, 1e-5),
                    ClippingFunction.AUTO_V,
                    0.5,
                    new Grouping(Grouping.By.NAMED, Map.of("*.dense.*", 3.0, "*", 0.5)),
                    new PrivacySettings.Sampling.BatchSize(256),
                    new PrivacySettings.Duration.Epochs(10),
                    RowIndependence.ROUNDING,
                    7L),
            new OptimizerSettings(
                    new Optimizer.Averaged(new Optimizer.AdamW(0.8, 0.99, 1e-8, 0.01, 0.1), 0.99),
                    1e-3,
                    1e-4,
                    new OptimizerSettings.Schedule(OptimizerSettings.Schedule.Shape.COSINE, 10)),
            new ComputeSettings(1024, 16),
            new OutputSettings(
                    "runs/one",
                    "week-7",
                    new OutputSettings.LedgerSettings(
                            "s3a://clinic/ledger", new OutputSettings.Budget(10, 1e-5), "ledger.key"),
                    50L,
                    OutputSettings.OnResume.KEEP_STEPS,
                    true,
                    true));

    private static final String LEAST =
            """
            table: t.parquet
            text-column: message
            label-column: department
            labels: [a, b]
            model: seed
            units: 100000
            epsilon: 3
            delta: 1e-6
            batch-size: 256
            steps: 100
            output: out
            """;

    @Test
    void runFile_givesEverySettingAsTyped() throws IOException {
        assertThat(sotto("train", runFile(EVERY_KEY))).as(err::toString).isZero();
        assertThat(started).containsExactly(EVERY_SETTING);
    }

    @ParameterizedTest
    @CsvSource({
        "learning-rate: 1e30, 'learning-rate: it must be above 0 and at most 1 with adam, found 1e30'",
        "learning-rate: 2, learning-rate: it must be",
        "'learning-rate: 1e7\noptimizer: sgd', learning-rate: it must be above 0 and at most 1000000 with sgd",
        "weight-decay: 1e9, 'weight-decay: it must be at least 0 and below 1, and its product with the learning rate at most 1, found 1e9'",
        "weight-decay: 1, weight-decay: it must be at least 0 and below 1",
        "'learning-rate-body: 1\nweight-decay: 0.9\noptimizer: sgd\nlearning-rate: 2', weight-decay: it must be at least 0",
        "learning-rate-body: 0, 'learning-rate-body: it must be above 0 and at most 1 with adam, found 0'",
        "'learning-rate-body: 2\noptimizer: lamb', learning-rate-body: it must be above 0 and at most 1 with lamb",
        "noise-correction: 0, 'noise-correction: it must be above 0 and at most 1, found 0'",
        "noise-correction: 1.5, 'noise-correction: it must be above 0 and at most 1, found 1.5'",
        "ema-decay: 1, 'ema-decay: it must be above 0 and below 1, found 1'",
        "ema-decay: NaN, 'ema-decay: it must be above 0 and below 1, found NaN'",
        "clipping-groups: layers, 'clipping-groups: '",
        "'clipping-groups: named', clipping-groups: named groups have their names from clipping-shares",
        "'clipping-shares: {head: 1, backbone: 2}', 'clipping-shares: with clipping-groups: joint there are no groups'",
        "'clipping-groups: block\nclipping-shares: [head=1]', 'clipping-shares: with clipping-groups: block there are no groups'",
        "'clipping-groups: head-and-body\nclipping-shares: {body: 1}', 'clipping-shares: the groups of head-and-body are head and backbone, found body'",
        "'clipping-groups: head-and-body\nclipping-shares: {head: 0}', 'clipping-shares: that of head must be a number between 1e-6 and 1000000, found 0'",
        "'clipping-groups: head-and-body\nclipping-shares: {head: -1}', clipping-shares: that of head must be",
        "'clipping-groups: head-and-body\nclipping-shares: {head: NaN}', clipping-shares: that of head must be",
        "'clipping-groups: named\nclipping-shares: {\"*\": much}', 'clipping-shares: that of * must be a number between 1e-6 and 1000000, found much'",
        "'clipping-groups: named\nclipping-shares: [head]', clipping-shares: \'head\' is no name and share",
        "'clipping-groups: named\nclipping-shares: [a=1, a=2]', clipping-shares: a is named twice",
        "clipping-norm: 1e30, 'clipping-norm: it must be between 1e-6 and 1000000, found 1e30'",
        "steps: 1000000000000, 'steps: that is 1e12 steps, and at most 10000000 are taken'",
    })
    void numbersThatNobodyMeans_areRefused(String lines, String told) throws IOException {
        String others = LEAST.lines()
                .filter(line -> !lines.startsWith(line.substring(0, line.indexOf(':') + 1)))
                .collect(Collectors.joining("\n"));
        assertThat(sotto("train", runFile(others + "\n" + lines.replace("\\n", "\n") + "\n")))
                .isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains(told);
        assertThat(started).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "nesterov: true, 'nesterov: it contradicts optimizer: adam'",
        "'optimizer: sgd\nnesterov: true', nesterov: without a momentum it does nothing",
        "'optimizer: sgd\nmomentum: 0\nnesterov: true', nesterov: without a momentum it does nothing",
        "'optimizer: lamb\nmomentum: 0.9', 'momentum: it contradicts optimizer: lamb'",
        "'optimizer: sgd\nbeta1: 0.9', 'beta1: it contradicts optimizer: sgd'",
        "'optimizer: sgd\nnoise-correction: 0.1', 'noise-correction: it contradicts optimizer: sgd'",
        "'optimizer: lamb\nnoise-correction: 0.1', 'noise-correction: it contradicts optimizer: lamb'",
        "'non-private: true\nnoise-correction: 0.1', 'noise-correction: it contradicts non-private'",
        "'train: head\nlearning-rate-body: 1e-3', nothing but the head learns",
        "'train: head\nclipping-groups: head-and-body', 'clipping-groups: head-and-body clips what is the head''s apart'",
        "'task: completion\nclipping-groups: head-and-body', a model has no head that could learn",
        "'train: norms\nlearning-rate-body: 1e-3', nothing of the head learns",
        "'task: completion\nlearning-rate-body: 1e-3', a model has no head that could learn",
        "'task: prompt\nprompt: \"{text} It was {mask}.\"\nlabel-words: [bad, good]\nlearning-rate-body: 1e-3', a model has no head",
    })
    void rulesThatDoNotGoTogether_areRefused(String lines, String told) throws IOException {
        String others = LEAST;
        if (lines.startsWith("non-private")) {
            others = LEAST.replaceAll("(?m)^(epsilon|delta): .*\\n", "");
        } else if (lines.contains("completion")) {
            others = LEAST.replaceAll("(?m)^labels: .*\\n", "");
        }
        assertThat(sotto("train", runFile(others + lines + "\n"))).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains(told);
        assertThat(err.toString().lines().filter(line -> line.startsWith("  - ")))
                .hasSize(1);
        assertThat(started).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "adapter, 64, HEAD",
        "adapter+bitfit, 64, BIASES_AND_HEAD",
        "'adapter+norms\nbottleneck: 8', 8, NORMS_AND_HEAD",
    })
    void adapters_areChosenAloneOrWithWhatTheModelHas(String method, int bottleneck, Trained.Part part)
            throws IOException {
        assertThat(started(LEAST + "method: " + method + "\n").model().trained())
                .isEqualTo(Trained.of(part).with(new Adapter(bottleneck)));
    }

    @ParameterizedTest
    @CsvSource({
        "prefix, 16, HEAD",
        "prefix+bitfit, 16, BIASES_AND_HEAD",
        "'prefix+norms\nprefix-length: 5', 5, NORMS_AND_HEAD",
    })
    void prefix_isChosenAloneOrWithWhatTheModelHas(String method, int length, Trained.Part part) throws IOException {
        assertThat(started(LEAST + "method: " + method + "\n").model().trained())
                .isEqualTo(Trained.of(part).with(new Prefix(length)));
    }

    @ParameterizedTest
    @CsvSource({
        "compacter, 64, 4, 1, HEAD",
        "compacter+bitfit, 64, 4, 1, BIASES_AND_HEAD",
        "'compacter+norms\nbottleneck: 24\nphm-dim: 3\nphm-rank: 2', 24, 3, 2, NORMS_AND_HEAD",
    })
    void compacter_isChosenAloneOrWithWhatTheModelHas(String method, int bottleneck, int n, int rank, Trained.Part part)
            throws IOException {
        assertThat(started(LEAST + "method: " + method + "\n").model().trained())
                .isEqualTo(Trained.of(part).with(new Compacter(bottleneck, n, rank)));
    }

    @ParameterizedTest
    @CsvSource({
        "'method: adapter\nbottleneck: 0', 'bottleneck: it must be at least 1, found 0'",
        "bottleneck: 8, 'bottleneck: it is an option of method: adapter, which is not chosen'",
        "'method: lora\nbottleneck: 8', 'bottleneck: it is an option of method: adapter'",
        "'method: adapter\nrank: 8', 'rank: it is an option of method: lora'",
        "method: lora+adapter, method: lora and adapter are not combined",
        "method: lora+adapter+compacter, method: lora and adapter and compacter are not combined",
        "'method: compacter\nbottleneck: 30', 'phm-dim: it must divide the bottleneck, and 30 is no multiple of 4. Set bottleneck to a multiple of it, such as 32'",
        "method: prefix+adapter, method: adapter and prefix are not combined",
        "'method: prefix\nprefix-length: 0', 'prefix-length: it must be at least 1, found 0'",
        "prefix-length: 4, 'prefix-length: it is an option of method: prefix, which is not chosen'",
        "'method: compacter\nphm-dim: 0', 'phm-dim: it must be at least 1, found 0'",
        "'method: compacter\nphm-rank: 0', 'phm-rank: it must be at least 1, found 0'",
        "'method: adapter\nphm-rank: 2', 'phm-rank: it is an option of method: compacter, which is not chosen'",
        "'method: compacter\nrank: 2', 'rank: it is an option of method: lora'",
        "method: adapters, 'method: ''adapters'' is none. Choose bitfit, head, norms, lora, adapter, compacter, prefix'",
    })
    void methodsAndOptionsThatDoNotGoTogether_areRefused(String lines, String told) throws IOException {
        assertThat(sotto("train", runFile(LEAST + lines + "\n"))).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains(told);
        assertThat(err.toString().lines().filter(line -> line.startsWith("  - ")))
                .hasSize(1);
        assertThat(started).isEmpty();
    }

    @Test
    void everyRuleAndSchedule_canBeChosen() throws IOException {
        assertThat(started(LEAST + "optimizer: sgd\nmomentum: 0.9\nnesterov: true\nlearning-rate-body: 1e-3\n")
                        .optimizer()
                        .optimizer())
                .isEqualTo(new Optimizer.Sgd(0.9, 0, true));
        assertThat(started(LEAST + "optimizer: lamb\nbeta2: 0.99\nschedule: constant\nwarmup-steps: 5\n")
                        .optimizer())
                .isEqualTo(new OptimizerSettings(
                        new Optimizer.Lamb(0.9, 0.99, 1e-6, 0),
                        5e-3,
                        null,
                        new OptimizerSettings.Schedule(OptimizerSettings.Schedule.Shape.CONSTANT, 5)));
    }

    /** What LoRA adds is the body's, with whatever else learns. */
    @Test
    void headAndUpdates_areTwoSides() throws IOException {
        TrainSettings settings =
                started(LEAST + "method: lora\nclipping-groups: head-and-body\nlearning-rate-body: 1e-3\n");
        assertThat(settings.privacy().clippingGroups()).isEqualTo(new Grouping(Grouping.By.HEAD_AND_BODY, Map.of()));
    }

    @Test
    void epochsOfTooManySteps_areRefused() throws IOException {
        String epochs = LEAST.replace("steps: 100", "epochs: 1e9");
        assertThat(sotto("train", runFile(epochs))).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("epochs: that is").contains("at most 10000000 are taken");
    }

    @Test
    void labelsOfAMapping_areValuesWithNames() throws IOException {
        String[] ways = {"{0: neg, 1: pos}", "[0=neg, 1=pos]"};
        for (String way : ways) {
            assertThat(sotto("train", runFile(LEAST.replace("labels: [a, b]", "labels: " + way))))
                    .as(err::toString)
                    .isZero();
        }
        assertThat(started)
                .extracting(settings -> settings.data().target())
                .containsOnly(new DataSettings.Target.Classes(
                        "department", new DeclaredLabels(List.of("neg", "pos"), List.of("0", "1"))));
    }

    @Test
    void commandLine_meansTheSameAsTheRunFile() throws IOException {
        List<String> arguments = new ArrayList<>(List.of("train"));
        for (String line : EVERY_KEY.lines().toList()) {
            String key = line.substring(0, line.indexOf(':'));
            String value = line.substring(line.indexOf(':') + 2);
            switch (key) {
                case "labels" -> arguments.add("--labels=x,y,z");
                case "reader-options" -> {
                    arguments.add("--reader-options=sep=;");
                    arguments.add("--reader-options=nullValue=a,b");
                }
                case "columns" -> {
                    arguments.add("--columns=answer=coalesce(reply, '')");
                    arguments.add("--columns=department=lower(dept)");
                }
                case "eval-table-is-public" -> arguments.add("--eval-table-is-public");
                case "train-key-biases", "add-biases", "recompute", "measure-phases", "seed-data-is-disjoint" ->
                    arguments.add("--" + key);
                case "clipping-shares" -> arguments.add("--clipping-shares=*=0.5,*.dense.*=3");
                case "target-modules" -> arguments.add("--target-modules=query,*.dense");
                case "train-names" -> arguments.add("--train-names=*.output.*");
                case "non-private", "new-head" -> {}
                default -> arguments.add("--" + key + "=" + value);
            }
        }
        assertThat(sotto(arguments.toArray(String[]::new))).as(err::toString).isZero();
        assertThat(sotto("train", runFile(EVERY_KEY.replaceAll("(?m)^labels: .*$", "labels: [x, y, z]"))))
                .as(err::toString)
                .isZero();
        assertThat(started).hasSize(2);
        assertThat(started.get(0)).isEqualTo(started.get(1));
    }

    @Test
    void everyOption_isAKeyOfTheTestFile() {
        CommandLine options = new CommandLine(new TrainOptions());
        for (OptionSpec option : options.getCommandSpec().options()) {
            String key = option.longestName().substring(2);
            // The alternatives to options that the file has, and the options of images and prompts.
            if (!List.of(
                            "image-column",
                            "image-size",
                            "prompt",
                            "label-words",
                            "noise-multiplier",
                            "sampling-probability",
                            "steps",
                            "momentum",
                            "nesterov",
                            "bottleneck",
                            "phm-dim",
                            "phm-rank",
                            "prefix-length")
                    .contains(key)) {
                assertThat(EVERY_KEY).contains(key + ":");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--method=lara | 'lara' is none. Choose bitfit, head, norms, lora",
                "--method=bitfit+norms | bitfit and norms are not combined",
                "--method=lora --rank=0 | it must be at least 1, found 0",
                "--method=lora --alpha=0 | it must be finite and above 0",
                "--method=lora --target-modules=query,,value | a name is empty",
                "--method=bitfit --rank=4 | it is an option of method: lora",
                "--target-modules=query | it is an option of method: lora",
                "--method=head --train=biases | biases contradicts method: head",
                "--method=lora --train=norms+head | norms+head contradicts method: lora",
                "--method=bitfit --train=biases --new-head | and with train: biases its weights do not"
            })
    void methodsThatContradictThemselves_areFaults(String options, String told) throws IOException {
        List<String> all = new ArrayList<>(List.of("train", runFile(LEAST)));
        all.addAll(List.of(options.split(" ")));
        assertThat(sotto(all.toArray(String[]::new))).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains(told);
    }

    @Test
    void commandLine_winsOverTheRunFile() throws IOException {
        assertThat(sotto("train", runFile(LEAST), "--epsilon", "8", "--labels", "c,d,e"))
                .as(err::toString)
                .isZero();
        TrainSettings settings = started.get(0);
        assertThat(settings.privacy().noise()).isEqualTo(new PrivacySettings.Noise.Target(8, 1e-6));
        assertThat(settings.data().target().outputs()).isEqualTo(3);
    }

    @Test
    void optionGivenTwice_isRefused() throws IOException {
        assertThat(sotto("train", runFile(LEAST), "--model=a", "--epsilon=2", "--model", "b"))
                .isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("--model is given twice");
    }

    @Test
    void everyOption_hasHelpThatEndsASentence() {
        CommandLine options = new CommandLine(new TrainOptions());
        assertThat(options.getCommandSpec().options()).hasSizeGreaterThan(40).allSatisfy(option -> assertThat(
                        String.join(" ", option.description()))
                .as(option.longestName())
                .hasSizeGreaterThan(10)
                .matches("(?s).*([.]|--help|--model <folder>)"));
        assertThat(sotto("train", "--help")).isZero();
    }

    @Test
    void nullAndNothing_areNoValues() throws IOException {
        for (String line : List.of(
                "labels: [a, null]",
                "labels: [a, ~]",
                "labels: [a, '']",
                "labels: [a,, b]",
                "where: null",
                "where:",
                "columns: {x: null}")) {
            String others = line.startsWith("labels") ? LEAST.replaceAll("(?m)^labels: .*\\n", "") : LEAST;
            assertThat(sotto("train", runFile(others + line + "\n"))).as(line).isEqualTo(ExitCode.SETTINGS.code());
        }
        assertThat(sotto("train", runFile(LEAST.replaceAll("(?m)^labels: .*$", "labels: [a, 'null']"))))
                .as("in quotes it is a text")
                .isZero();
        assertThat(started.get(0).data().target().names()).containsExactly("a", "null");
        for (String unset : List.of("--ledger=", "--where= ", "--labels=a,,b", "--run-id=")) {
            assertThat(sotto("train", runFile(LEAST), unset)).as(unset).isEqualTo(ExitCode.SETTINGS.code());
            assertThat(err.toString()).contains("it is empty");
        }
        assertThat(sotto("quickstart-data", "--output=")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(sotto("generate", "--model=", "--prompt=x")).isEqualTo(ExitCode.SETTINGS.code());
    }

    @Test
    void oneColumnInTwoRoles_isRefused() throws IOException {
        String column = started(LEAST).data().target().column();
        assertThat(sotto("train", runFile(LEAST), "--privacy-unit-column=" + column))
                .isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("privacy-unit-column: it is the column " + column + ", as label-column is");
        assertThat(sotto("train", runFile(LEAST), "--text-column=" + column)).isEqualTo(ExitCode.SETTINGS.code());
    }

    private TrainSettings started(String yaml) throws IOException {
        assertThat(sotto("train", runFile(yaml))).as(err::toString).isZero();
        return started.get(started.size() - 1);
    }

    @Test
    void warmUp_endsBeforeTheRun() throws IOException {
        long steps = started(LEAST).privacy().steps();
        assertThat(sotto("train", runFile(LEAST), "--warmup-steps=" + (steps - 1)))
                .as(err::toString)
                .isZero();
        assertThat(sotto("train", runFile(LEAST), "--warmup-steps=" + steps)).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("warmup-steps: they must be fewer than the run's steps");
    }

    @Test
    void sparkOptionsBehindTheCommand_areSentBeforeIt() throws IOException {
        for (String[] words : List.of(
                new String[] {"train", runFile(LEAST), "--master", "local[2]"},
                new String[] {"train", "--master", "local[2]"},
                new String[] {"predict", "--conf=spark.x=y"})) {
            assertThat(sotto(words)).isEqualTo(ExitCode.SETTINGS.code());
        }
        assertThat(err.toString().lines()).hasSize(3).allSatisfy(line -> assertThat(line)
                .contains("Spark options stand before the command: sotto --"));
    }

    @Test
    void emptyRunFile_holdsNoSettings() throws IOException {
        for (String text : List.of("", "# none\n", "null\n")) {
            assertThat(sotto("train", runFile(text))).isEqualTo(ExitCode.SETTINGS.code());
        }
        assertThat(err.toString().lines()).hasSize(3).allSatisfy(line -> assertThat(line)
                .contains("holds no settings"));
    }

    @Test
    void unknownKey_namesTheNearestKnownOne() throws IOException {
        assertThat(sotto("train", runFile(LEAST + "learning-rat: 1\nxyzzyxyzzy: 2\n")))
                .isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString())
                .contains("learning-rat: the run file has no such key. Did you mean learning-rate?")
                .contains("xyzzyxyzzy: the run file has no such key. See all keys");
    }

    @Test
    void unknownOption_namesTheNearestKnownOne() throws IOException {
        assertThat(sotto("train", runFile(LEAST), "--epsilonn=3")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("Did you mean --epsilon?");
    }

    @Test
    void duplicateKey_isRefused() throws IOException {
        assertThat(sotto("train", runFile(LEAST + "epsilon: 100\n"))).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("duplicate key epsilon");
    }

    @Test
    void faults_areAllToldTogether() throws IOException {
        String file = runFile(
                """
                table: t.xyz
                text-column: message
                image-column: scan
                label-column: department
                labels: [a]
                epsilon: -1
                noise-multiplier: 0.01
                batch-size: twelve
                epochs: 3
                steps: 0
                learning-rate: NaN
                eval-table: e.csv
                where: x > (select avg(x) from t)
                columns: {a: "rank() over (order by x)", b: rand(), c: "x +", d: max(x), e: length(x)}
                max-rows-per-unit: 3
                budget-epsilon: 1
                beta1: 1
                storage-level: maybe
                nested: {a: {b: c}}
                partitions:
                """);
        assertThat(sotto("train", file, "--momentum=2")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString())
                .contains("- format: the suffix of table 't.xyz' tells no format")
                .contains("- text-column: it contradicts image-column")
                .contains("- labels: there must be at least 2, found 1")
                .contains("- epsilon: it must be finite and above 0, found -1")
                .contains("- noise-multiplier: it must be between")
                .contains("- epsilon: it contradicts noise-multiplier")
                .contains("- delta: it is missing")
                .contains("- batch-size: 'twelve' cannot be read. Give a number")
                .contains("- steps: it must be at least 1")
                .contains("- steps: it contradicts epochs")
                .contains("- learning-rate: it must be above 0 and at most 1 with adam, found NaN")
                .contains("- eval-table: measurements on it are printed")
                .contains("- where: 'x > (select avg(x) from t)' has a sub-query")
                .contains("- columns: a: 'rank() over (order by x)' has the window function rank")
                .contains("- columns: b: 'rand()' has the function rand, which gives another value each time")
                .contains("- columns: c: 'x +' is not an expression of Spark SQL")
                .contains("- columns: d: 'max(x)' has the aggregate function max")
                .doesNotContain("- columns: e")
                .contains("- max-rows-per-unit: it is given without privacy-unit-column")
                .contains("- budget-delta: it is missing")
                .contains("- ledger: a budget is given without the ledger")
                .contains("- beta1: it must be at least 0 and below 1")
                .contains("- momentum: it must be at least 0 and below 1")
                .contains(
                        "- storage-level: 'maybe' cannot be read. Give one of memory_and_disk, memory_only, memory_and_disk_2.")
                .contains("- nested: its value")
                .contains("- partitions: its value")
                .contains("- model: it is missing")
                .contains("- output: it is missing")
                .doesNotContain("batch-size: it is missing");
        assertThat(started).isEmpty();
    }

    @Test
    void partOfTheTable_canBeDeclaredPublicAndIsNotTrainedOn() throws IOException {
        assertThat(sotto("train", runFile(LEAST), "--eval-where=year = 2024", "--eval-table-is-public"))
                .as(err::toString)
                .isZero();
        DataSettings data = started.get(0).data();
        assertThat(data.table()).isInstanceOfSatisfying(TableSource.class, table -> assertThat(table.except())
                .isEqualTo("year = 2024"));
        assertThat(data.evalTable())
                .isEqualTo(new TableSource("t.parquet", TableFormat.PARQUET, Map.of(), Map.of(), "year = 2024", null));
    }

    @Test
    void wholePrivateTable_cannotBeDeclaredPublic() throws IOException {
        assertThat(sotto("train", runFile(LEAST), "--eval-table=t.parquet", "--eval-table-is-public"))
                .isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("eval-table: it is the private table itself");
    }

    @Test
    void readerThatLooksAtAllRowsToReadOne_isRefused() throws IOException {
        assertThat(sotto("train", runFile(LEAST), "--reader-options=inferSchema=true"))
                .isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("reader-options: inferSchema is not among the options that");
    }

    @Test
    void deltaAtOneOverN_isRefusedWithABetterOne() throws IOException {
        assertThat(sotto("train", runFile(LEAST), "--units=2000", "--delta=5e-4"))
                .isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("1/N").contains("such as 1e-5");
    }

    @Test
    void batchAboveTheUnits_isRefused() throws IOException {
        assertThat(sotto("train", runFile(LEAST), "--units=200")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("batch-size: 256 is more than the 200 privacy units");
    }

    @Test
    void commandLine_winsOverAnotherWayOfSayingItInTheFile() throws IOException {
        assertThat(sotto("train", runFile(LEAST), "--noise-multiplier=1.5", "--epochs=4", "--sampling-probability=0.1"))
                .as(err::toString)
                .isZero();
        assertThat(started.get(0).privacy().noise()).isEqualTo(new PrivacySettings.Noise.Multiplier(1.5, 1e-6));
        assertThat(started.get(0).privacy().duration()).isEqualTo(new PrivacySettings.Duration.Epochs(4));
        assertThat(started.get(0).privacy().sampling()).isEqualTo(new PrivacySettings.Sampling.Probability(0.1));
    }

    @Test
    void nonPrivateRun_isNamedSoAndTakesNoEpsilon() throws IOException {
        assertThat(sotto("train", runFile(LEAST + "non-private: true\n"))).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(sotto("train", runFile(LEAST.replace("epsilon: 3\n", "")), "--non-private"))
                .as(err::toString)
                .isZero();
        assertThat(started.get(0).privacy().isPrivate()).isFalse();
    }

    @Test
    void insecureSeed_isNotPrivate() throws IOException {
        assertThat(sotto("train", runFile(LEAST), "--insecure-seed=1")).isZero();
        assertThat(started.get(0).privacy().isPrivate()).isFalse();
    }

    @Test
    void everyExample_isARunFileWithoutFault() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../scripts/examples"))) {
            List<Path> examples =
                    files.filter(file -> file.toString().endsWith(".yaml")).toList();
            assertThat(examples).isNotEmpty();
            examples.forEach(example -> assertThat(sotto("train", example.toString()))
                    .as(() -> example + ": " + err)
                    .isZero());
        }
    }

    @Test
    void missingRunFile_isASettingsFaultWithoutStack() {
        assertThat(sotto("train", folder.resolve("none.yaml").toString())).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("cannot be read").doesNotContain("\tat ");
    }

    @Test
    void debug_showsTheStack() {
        sotto("--debug", "train", folder.resolve("none.yaml").toString());
        assertThat(err.toString()).contains("\tat ");
    }

    @Test
    void bug_isAnInternalErrorWithoutItsMessage() throws IOException {
        CommandLine commands = Sotto.commandLine(settings -> {
            throw new IllegalStateException("row 17 said: secret");
        });
        commands.setErr(new PrintWriter(err));
        assertThat(commands.execute("train", runFile(LEAST))).isEqualTo(ExitCode.INTERNAL.code());
        assertThat(err.toString())
                .contains("internal error: IllegalStateException")
                .doesNotContain("secret");
    }

    private int sotto(String... arguments) {
        CommandLine commands = Sotto.commandLine(started::add);
        commands.setErr(new PrintWriter(err));
        commands.setOut(new PrintWriter(new StringWriter()));
        return commands.execute(arguments);
    }

    private String runFile(String yaml) throws IOException {
        return Files.writeString(folder.resolve("run.yaml"), yaml).toString();
    }

    @Test
    void numberOfUnits_isDeclaredAndNeverCounted() throws IOException {
        assertThat(sotto("train", runFile(LEAST.replace("units: 100000\n", ""))))
                .isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString())
                .contains("- units: it is missing.", "an exact count tells whether one unit is there");
    }
}
