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
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.model.SeedModel;
import dev.sotto.job.OwnJvm;
import dev.sotto.job.store.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in phases: the head alone, then biases with low-rank updates, then scales of norms. */
class PhasesRunTest {
    private static final int EVERY = 20;

    @TempDir
    Path folder;

    private Path runFile = Path.of("");

    @BeforeEach
    void write() throws IOException {
        Path model = TinyModel.in(folder);
        Path table = TinyModel.table(folder, "table.csv", 200);
        runFile = Files.writeString(
                folder.resolve("run.yaml"),
                """
                table: %s
                text-column: message
                label-column: answer
                labels: [no, yes]
                model: %s
                units: 200
                delta: 1e-4
                batch-size: 10
                learning-rate: 0.01
                run-id: night
                ledger: %s
                output: %s
                phases:
                  - {method: head, steps: 40, optimizer: sgd, learning-rate: 0.5}
                  - {method: lora+bitfit, rank: 2, epochs: 4, batch-size: 20}
                  - {method: norms, steps: 20, clipping: abadi, clipping-norm: 0.5}
                """
                        .formatted(table, model, folder.resolve("ledger"), folder.resolve("out")));
    }

    private Process submit(String log, String... more) throws IOException {
        return OwnJvm.start(
                Map.of(),
                folder.resolve(log),
                Main.class,
                Stream.concat(Stream.of("train", runFile.toString()), Stream.of(more))
                        .toList());
    }

    private static DpEvent steps(double q, double sigma, long count) {
        return new DpEvent.Repeated(count, new DpEvent.PoissonSampled(q, new DpEvent.Gaussian(sigma)));
    }

    @Test
    void epsilonLedgerAndReport_areOfAllPhasesTogether() throws Exception {
        Process run = submit("log.txt", "--epsilon=3");
        assertThat(run.waitFor(8, TimeUnit.MINUTES)).isTrue();
        assertThat(run.exitValue()).as(read("log.txt")).isZero();

        JsonNode report = report();
        JsonNode mechanism = report.get("mechanism");
        double sigma = mechanism.get("noise_multiplier").asDouble();
        double noise = mechanism.get("usable_units").get("noise").asDouble();
        DpEvent count = new DpEvent.PoissonSampled(1, new DpEvent.Gaussian(noise));
        DpEvent all = new DpEvent.Composed(
                List.of(count, steps(0.05, sigma, 40), steps(0.1, sigma, 40), steps(0.05, sigma, 20)));
        assertThat(report.get("epsilon").asDouble())
                .isEqualTo(new BestAccountant().epsilon(all, 1e-4).upper())
                .isBetween(2.9, 3.0);
        assertThat(ledger()).hasSize(1);
        assertThat(ledger().get(0).charged()).isEqualTo(all);
        assertThat(mechanism.get("steps_planned").asLong()).isEqualTo(100);
        assertThat(mechanism.get("phases")).hasSize(3);
        assertThat(mechanism.get("phases").get(1).get("batch_size").asDouble()).isEqualTo(20);
        assertThat(mechanism.get("phases").get(2).get("clipping").asText()).isEqualTo("abadi");
        assertThat(Files.readString(folder.resolve("out/privacy-report.html"))).contains("Phase 2 of 3", "rank 2");

        Path delta = folder.resolve("out/delta/delta.safetensors");
        ModelSpec spec = BiasDelta.purpose(delta).spec();
        try (SeedModel seed = SeedModel.open(folder.resolve("seed"), spec);
                Safetensors before = Safetensors.open(folder.resolve("seed/model.safetensors"));
                Safetensors after = Safetensors.open(folder.resolve("out/model/model.safetensors"))) {
            float[] learned = BiasDelta.read(delta, seed);
            assertThat(learned).isNotEqualTo(seed.initial());
            for (String name : List.of(
                    "classifier.weight",
                    "bert.encoder.layer.0.attention.self.query.weight",
                    "bert.encoder.layer.0.attention.self.query.bias",
                    "bert.encoder.layer.0.output.LayerNorm.weight")) {
                assertThat(after.floats(name)).as(name).isNotEqualTo(before.floats(name));
            }
            for (String name : List.of(
                    "bert.encoder.layer.0.attention.self.key.weight", "bert.embeddings.word_embeddings.weight")) {
                assertThat(after.bytes(name)).as(name).isEqualTo(before.bytes(name));
            }
        }
    }

    @Test
    void driverThatIsKilledBetweenTwoPhases_isResumedThereAndEveryDrawIsCharged() throws Exception {
        List<String> options = List.of(
                "--noise-multiplier=1.5", "--checkpoint-every=" + EVERY, "--no-usable-count", "--on-resume=keep-steps");
        Process first = submit("first.txt", options.toArray(String[]::new));
        while (!kept(40)) { // behind the first phase
            assertThat(first.isAlive()).as(read("first.txt")).isTrue();
            Thread.sleep(1);
        }
        first.destroyForcibly().waitFor();
        assertThat(first.exitValue()).as("ended by SIGKILL").isEqualTo(128 + 9);
        assertThat(kept(60)).as("killed before the next checkpoint").isFalse();

        Process second = submit("second.txt", options.toArray(String[]::new));
        assertThat(second.waitFor(8, TimeUnit.MINUTES)).isTrue();
        assertThat(second.exitValue()).as(read("second.txt")).isZero();
        assertThat(read("second.txt")).contains("Resuming run night from step 40 of 100");
        assertThat(ledger())
                .extracting(Run::charged)
                .containsExactly(
                        new DpEvent.Composed(List.of(steps(0.05, 1.5, 40), steps(0.1, 1.5, EVERY))),
                        new DpEvent.Composed(List.of(steps(0.1, 1.5, 40), steps(0.05, 1.5, 20))));
        DpEvent all = new DpEvent.Composed(
                List.of(steps(0.05, 1.5, 40), steps(0.1, 1.5, EVERY), steps(0.1, 1.5, 40), steps(0.05, 1.5, 20)));
        assertThat(report().get("epsilon").asDouble())
                .isEqualTo(new BestAccountant().epsilon(all, 1e-4).upper());
    }

    private boolean kept(int step) throws IOException {
        Path checkpoints = folder.resolve("out").resolve(Checkpoints.FOLDER);
        if (!Files.isDirectory(checkpoints)) {
            return false;
        }
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.map(file -> file.getFileName().toString())
                    .anyMatch(name -> name.matches("attempt.*-step-0*" + step + "\\D.*ckpt"));
        }
    }

    private JsonNode report() throws IOException {
        return new ObjectMapper().readTree(Files.readString(folder.resolve("out/privacy-report.json")));
    }

    private List<Run> ledger() {
        return Ledger.open(new LocalLedgerStore(folder.resolve("ledger"))).runs();
    }

    private String read(String log) throws IOException {
        return Files.readString(folder.resolve(log));
    }
}
