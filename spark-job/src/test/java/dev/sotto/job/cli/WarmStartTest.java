package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LocalLedgerStore;
import dev.sotto.accountant.ledger.Run;
import dev.sotto.core.checkpoint.BiasDelta;
import dev.sotto.core.checkpoint.PeftAdapter;
import dev.sotto.core.checkpoint.Provenance;
import dev.sotto.core.checkpoint.Provenance.Link;
import dev.sotto.core.method.Adapter;
import dev.sotto.core.method.Addition;
import dev.sotto.core.method.Compacter;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.SavedModel;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.io.FileUtils;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training on from a model that was itself trained on private data. */
class WarmStartTest {

    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Path seed = Path.of("");
    private Path table = Path.of("");

    @BeforeEach
    void makeModelAndTable() throws IOException {
        seed = TinyModel.in(folder);
        table = TinyModel.table(folder, "table.csv", 400);
    }

    private int night(String name, Path model, String... more) {
        err.getBuffer().setLength(0);
        out.reset();
        Map<String, String> options = new LinkedHashMap<>();
        options.put("--table", table.toString());
        options.put("--text-column", "message");
        options.put("--label-column", "answer");
        options.put("--labels", "no,yes");
        options.put("--model", model.toString());
        options.put("--units", "400");
        options.put("--no-usable-count", "true"); // the sums are of steps alone
        options.put("--batch-size", "20");
        options.put("--steps", "5");
        options.put("--learning-rate", "0.01");
        options.put("--delta", "1e-4");
        options.put("--run-id", name);
        options.put("--output", folder.resolve(name).toString());
        for (String option : more) {
            String[] nameAndValue = option.split("=", 2);
            options.put(nameAndValue[0], nameAndValue.length == 1 ? "true" : nameAndValue[1]);
        }
        List<String> arguments = new ArrayList<>(List.of("train"));
        options.forEach((option, value) -> arguments.add(option + "=" + value));
        var console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8), false, Clock.systemUTC());
        return Sotto.commandLine(settings -> TrainJob.run(settings, console))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    private void learns(String name, Path model, String... more) {
        assertThat(night(name, model, more)).as(err::toString).isZero();
    }

    private void refused(ExitCode code, String why, String name, Path model, String... more) {
        assertThat(night(name, model, more)).as(err::toString).isEqualTo(code.code());
        assertThat(err.toString()).contains(why).doesNotContain("internal error");
        assertThat(folder.resolve(name)).doesNotExist();
    }

    private Path model(String night) {
        return folder.resolve(night).resolve("model");
    }

    private Path ledger() {
        return folder.resolve("ledger");
    }

    private JsonNode report(String night) throws IOException {
        return new ObjectMapper()
                .readTree(Files.readString(folder.resolve(night).resolve("privacy-report.json")));
    }

    private double epsilon(String night) throws IOException {
        return report(night).get("epsilon").asDouble();
    }

    /** Of what the nights drew, by their reports. */
    private double composed(String... nights) throws IOException {
        List<DpEvent> all = new ArrayList<>();
        for (String night : nights) {
            JsonNode mechanism = report(night).get("mechanism");
            all.add(new DpEvent.Repeated(
                    mechanism.get("steps_released").asLong(),
                    new DpEvent.PoissonSampled(
                            mechanism.get("sampling_probability").asDouble(),
                            new DpEvent.Gaussian(
                                    mechanism.get("noise_multiplier").asDouble()))));
        }
        return new BestAccountant().epsilon(new DpEvent.Composed(all), 1e-4).upper();
    }

    private List<String> charged() {
        return Ledger.open(new LocalLedgerStore(ledger())).runs().stream()
                .map(Run::id)
                .toList();
    }

    @Test
    void onTheSameLedger_epsilonIsThatOfTheWholeChain() throws IOException {
        String kept = "--ledger=" + ledger();
        learns("night-1", seed, "--epsilon=3", kept);
        learns("night-2", model("night-1"), "--epsilon=1", kept);

        assertThat(epsilon("night-2")).isGreaterThan(3).isCloseTo(composed("night-1", "night-2"), Offset.offset(0.02));
        assertThat(report("night-2").at("/chain/epsilon_of_this_run").asDouble())
                .isBetween(0.9, 1.0);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("whole chain", "night-1", "costs 1.000");
        assertThat(folder.resolve("night-2/privacy-report.html")).content().contains("whole chain");

        learns("night-3", model("night-2"), "--epsilon=1", kept);
        assertThat(epsilon("night-3")).isCloseTo(composed("night-1", "night-2", "night-3"), Offset.offset(0.02));
        assertThat(charged()).containsExactly("night-1", "night-2", "night-3");
        Provenance last = Provenance.of(model("night-3"));
        assertThat(last.links()).extracting(Provenance.Link::run).containsExactly("night-1", "night-2", "night-3");
        assertThat(BiasDelta.provenance(folder.resolve("night-3/delta/delta.safetensors")))
                .isEqualTo(last);
    }

    /** What no other format holds is what the next run begins with. */
    @ParameterizedTest
    @ValueSource(strings = {"adapter", "compacter"})
    void adapters_areTrainedOn(String method) throws IOException {
        String[] adapters = {"--method=" + method, "--bottleneck=4", "--epsilon=3", "--ledger=" + ledger()};
        learns("first", seed, adapters);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("It has adapters");
        learns("second", model("first"), adapters);
        refused(
                ExitCode.MODEL,
                "holds such already",
                "third",
                model("second"),
                "--method=" + method,
                "--epsilon=3",
                "--ledger=" + ledger(),
                "--bottleneck=8");
        Addition addition = method.equals("adapter") ? new Adapter(4) : new Compacter(4, 4, 1);
        try (SeedModel first = opened("first", addition);
                SeedModel second = opened("second", addition)) {
            assertThat(second.layout()).isEqualTo(first.layout());
            assertThat(second.initial()).isNotEqualTo(first.initial());
            first.layout().entries().forEach(each -> assertThat(each.of(first.initial()))
                    .as(each.name())
                    .isNotEqualTo(each.of(second.initial())));
        }
    }

    /** A prefix comes back from the model's folder, and from peft's layout, which is written beside it; texts have to leave it room. */
    @Test
    void prefix_isTrainedOn_fromEitherFolder() throws IOException {
        String kept = "--ledger=" + ledger();
        String[] prefix = {"--method=prefix", "--prefix-length=4", "--max-length=16", "--epsilon=3", kept};
        learns("first", seed, prefix);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("It has adapters or a prefix");
        learns("second", model("first"), prefix);
        Path adapter = folder.resolve("first").resolve("adapter");
        learns("third", seed, prefix[0], prefix[1], prefix[2], prefix[3], kept, "--peft-adapter=" + adapter);
        refused(
                ExitCode.MODEL,
                "Set max-length to less",
                "fourth",
                seed,
                prefix[0],
                prefix[1],
                "--max-length=1000",
                prefix[3],
                kept);
        refused(
                ExitCode.MODEL,
                "length 4 where 5 would learn",
                "fourth",
                seed,
                prefix[0],
                "--prefix-length=5",
                prefix[2],
                prefix[3],
                kept,
                "--peft-adapter=" + adapter);

        try (SeedModel first = opened("first", new Prefix(4));
                SeedModel second = opened("second", new Prefix(4));
                SeedModel third = opened("third", new Prefix(4))) {
            assertThat(PeftAdapter.read(adapter, first)).isEqualTo(first.initial());
            assertThat(second.initial()).isNotEqualTo(first.initial());
            assertThat(third.initial()).isNotEqualTo(first.initial());
        }
        assertThat(charged()).containsExactly("first", "second", "third");
    }

    private SeedModel opened(String night, Addition addition) {
        return SeedModel.open(model(night), SavedModel.spec(model(night), Trained.HEAD.with(addition)));
    }

    @Test
    void whatTheModelsFolderSays_doesNotLowerWhatTheLedgerCharged() throws IOException {
        String ledger = "--ledger=" + ledger();
        learns("first", seed, "--noise-multiplier=1", ledger);
        Path said = model("first").resolve(Provenance.FILE);
        String asReleased = Files.readString(said);
        String altered = asReleased.replaceAll("\"sigma\":[0-9.]+", "\"sigma\":1000.0");
        assertThat(altered).isNotEqualTo(asReleased);
        Files.writeString(said, altered);
        learns("second", model("first"), "--noise-multiplier=2", ledger);
        assertThat(epsilon("second")).isCloseTo(composed("first", "second"), Offset.offset(0.02));

        Files.writeString(said, asReleased.replace("\"run\":\"first\"", "\"run\":\"another\""));
        refused(ExitCode.OUTPUT, "has no run another", "third", model("first"), "--noise-multiplier=2", ledger);
    }

    @Test
    void aProvenanceThatWasTakenAwayOrShortened_isWhatTheLedgerNotedOfTheWeights() throws IOException {
        String kept = "--ledger=" + ledger();
        learns("night-1", seed, "--noise-multiplier=1", kept);
        learns("night-2", model("night-1"), "--noise-multiplier=1", kept);
        Path said = model("night-2").resolve(Provenance.FILE);
        Provenance asReleased = Provenance.of(model("night-2"));
        Path withoutIt = folder.resolve("without-it");
        FileUtils.copyDirectory(model("night-2").toFile(), withoutIt.toFile(), file -> !file.getName()
                .equals(Provenance.FILE));
        learns("night-3", withoutIt, "--noise-multiplier=2", kept);
        assertThat(epsilon("night-3")).isCloseTo(composed("night-1", "night-2", "night-3"), Offset.offset(0.02));
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("night-1, night-2, by the ledger", "whole chain");
        assertThat(Provenance.of(model("night-3")).links())
                .startsWith(asReleased.links().toArray(Link[]::new));

        Files.writeString(said, new Provenance(asReleased.links().subList(1, 2)).json());
        learns("night-4", model("night-2"), "--noise-multiplier=2", "--seed-data-is-disjoint", kept);
        assertThat(epsilon("night-4")).isCloseTo(composed("night-1", "night-2", "night-4"), Offset.offset(0.02));
    }

    /** Updates are a product of the table as weights are. */
    @Test
    void ofUpdatesToBeginWith_theCostIsComposedAsThatOfASeed() throws IOException {
        String kept = "--ledger=" + ledger();
        String[] updates = {"--method=lora", "--rank=2", "--target-modules=query", "--noise-multiplier=1", kept};
        learns("night-1", seed, updates);
        Path adapter = folder.resolve("night-1").resolve("adapter");
        String begun = "--peft-adapter=" + adapter;
        refused(ExitCode.SETTINGS, "night-1", "night-2", seed, updates[0], updates[1], updates[2], updates[3], begun);

        Files.delete(adapter.resolve("sotto-provenance.json"));
        learns("night-2", seed, updates[0], updates[1], updates[2], updates[3], kept, begun);

        assertThat(epsilon("night-2")).isCloseTo(composed("night-1", "night-2"), Offset.offset(0.02));
        refused(
                ExitCode.MODEL,
                "has no update of",
                "night-3",
                seed,
                "--method=lora",
                "--rank=2",
                updates[3],
                kept,
                begun,
                "--alpha=16");
    }

    @Test
    void withoutItsLedger_orWithAnother_itIsRefused_unlessItsDataIsDeclaredToBeOthers() throws IOException {
        learns("night-1", seed, "--epsilon=3", "--ledger=" + ledger());

        Path other = folder.resolve("other");
        refused(ExitCode.SETTINGS, "run night-1", "night-2", model("night-1"), "--epsilon=1");
        refused(ExitCode.SETTINGS, "another ledger", "night-2", model("night-1"), "--epsilon=1", "--ledger=" + other);
        assertThat(other).doesNotExist();

        learns("night-2", model("night-1"), "--epsilon=1", "--seed-data-is-disjoint");
        assertThat(epsilon("night-2")).isBetween(0.9, 1.0);
        assertThat(report("night-2").get("not_promised").toString()).contains("night-1", "user's declaration");
        assertThat(Provenance.of(model("night-2")).links()).hasSize(2);
    }

    @Test
    void ofARunWithoutALedger_theCostIsComposedAllTheSame_andChargedWhereOneIsKept() throws IOException {
        learns("night-1", seed, "--epsilon=3");
        learns("night-2", model("night-1"), "--epsilon=1");
        assertThat(epsilon("night-2")).isGreaterThan(3).isCloseTo(composed("night-1", "night-2"), Offset.offset(0.02));

        refused(
                ExitCode.SETTINGS,
                "cannot be added",
                "persons",
                model("night-1"),
                "--epsilon=1",
                "--privacy-unit-column=person",
                "--units=40");

        learns("night-3", model("night-2"), "--epsilon=1", "--ledger=" + ledger());
        assertThat(charged()).containsExactly("night-1", "night-2", "night-3");
        assertThat(Ledger.open(new LocalLedgerStore(ledger())).spent(1e-4).upper())
                .isCloseTo(epsilon("night-3"), Offset.offset(1e-6));
    }

    @Test
    void ofASeedThatWasNotPrivate_nothingIsPromised() throws IOException {
        learns("night-1", seed, "--epsilon=3", "--insecure-seed=5");
        learns("night-2", model("night-1"), "--epsilon=1");
        assertThat(report("night-2").get("private").asBoolean(true)).isFalse();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("NOT PRIVATE");
    }

    @Test
    void aLedgerThatLostTheSeedsLines_isRefused() throws IOException {
        String kept = "--ledger=" + ledger();
        learns("night-1", seed, "--epsilon=3", kept);
        Files.delete(ledger().resolve("line-000000000002.json"));
        Files.delete(ledger().resolve("line-000000000001.json"));
        refused(ExitCode.OUTPUT, "has lost lines", "night-2", model("night-1"), "--epsilon=1", kept);
    }
}
