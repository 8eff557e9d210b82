package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Trained;
import dev.sotto.job.ExitCode;
import dev.sotto.job.config.Phase;
import dev.sotto.job.config.PrivacySettings.Duration;
import dev.sotto.job.config.PrivacySettings.Sampling;
import dev.sotto.job.config.TrainSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class PhaseListTest {
    private static final String RUN =
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
            learning-rate: 2e-3
            output: out
            """;

    @TempDir
    Path folder;

    private final List<TrainSettings> started = new ArrayList<>();
    private final StringWriter err = new StringWriter();

    private int train(String yaml, String... more) throws IOException {
        String file = Files.writeString(folder.resolve("run.yaml"), yaml).toString();
        CommandLine commands = Sotto.commandLine(started::add);
        commands.setErr(new PrintWriter(err));
        List<String> arguments = new ArrayList<>(List.of("train", file));
        arguments.addAll(List.of(more));
        return commands.execute(arguments.toArray(String[]::new));
    }

    @Test
    void phase_hasTheRunsSettings_andItsOwnInTheirPlace() throws IOException {
        String phases =
                """
                phases:
                  - {method: head, epochs: 1, optimizer: sgd, learning-rate: 0.5}
                  - {method: lora+bitfit, steps: 40, sampling-probability: 0.01, target-modules: [query]}
                """;
        assertThat(train(RUN + phases)).as(err::toString).isZero();
        TrainSettings run = started.get(0);
        assertThat(run.phases()).hasSize(2);
        Phase first = run.phases().get(0);
        Phase second = run.phases().get(1);
        assertThat(first.trained()).isEqualTo(Trained.HEAD);
        assertThat(second.trained()).isEqualTo(Trained.BIASES_AND_HEAD.with(new Lora(8, 16, List.of("query"))));
        assertThat(first.privacy().duration()).isEqualTo(new Duration.Epochs(1));
        assertThat(second.privacy().duration()).isEqualTo(new Duration.Steps(40));
        assertThat(first.privacy().sampling()).isEqualTo(new Sampling.BatchSize(256));
        assertThat(second.privacy().sampling()).isEqualTo(new Sampling.Probability(0.01));
        assertThat(first.optimizer().learningRate()).isEqualTo(0.5);
        assertThat(second.optimizer().learningRate()).isEqualTo(2e-3);
        assertThat(second.privacy().noise()).isEqualTo(first.privacy().noise());
        assertThat(run.modelSpec(1, null).trained()).isEqualTo(second.trained());
        assertThat(run.modelSpec(1, null).others()).containsExactly(first.trained());
    }

    @Test
    void commandLine_winsInEveryPhase() throws IOException {
        assertThat(train(
                        RUN + "phases: [{method: head, steps: 5, learning-rate: 0.5}, {steps: 6}]\n",
                        "--learning-rate=1e-4",
                        "--epsilon=1"))
                .as(err::toString)
                .isZero();
        assertThat(started.get(0).phases())
                .extracting(phase -> phase.optimizer().learningRate())
                .containsExactly(1e-4, 1e-4);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            phases: 3                                               | phases: it takes a list of phases
            phases: []                                              | phases: it takes a list of phases
            phases: [head, bitfit]                                  | phases: it takes a list of phases
            phases: [{method: head}, {method: bitfit, steps: 2}]    | phase 1, steps: neither steps nor epochs is given
            phases: [{steps: 2, epochs: 2}, {steps: 2}]             | phase 1, steps: it contradicts epochs
            phases: [{epochs: 2, steps: 2}, {steps: 2}]             | phase 1, steps: it contradicts epochs
            phases: [{steps: 2}, {steps: 2, sampling-probability: 0.1, batch-size: 5}] | phase 2, batch-size: it contradicts sampling-probability
            phases: [{method: head, steps: 4}, bitfit]              | phases: its value in
            phases: [{steps: 2, epsilon: 1}, {steps: 2}]            | phase 1, epsilon: a phase cannot have one of its own
            phases: [{steps: 2}, {steps: 2, epoch: 1}]              | phase 2, epoch: a phase has no such key. Did you mean epochs?
            phases: [{steps: 2}, {steps: 0}]                        | phase 2, steps: it must be at least 1
            phases: [{steps: 2}, {steps: 2, learning-rate: 9}]      | phase 2, learning-rate: it must be above 0
            phases: [{steps: 2}, {steps: 2, method: lorra}]         | phase 2, method:
            phases: [{steps: 2, method: lora, rank: 2}, {steps: 2, method: lora}] | phases: they add different things
            phases: [{steps: 2}, {steps: 2, warmup-steps: 2}]       | phase 2, warmup-steps: they must be fewer
            """)
    void whatIsWrongWithAPhase_isToldWithItsNumber(String phases, String told) throws IOException {
        assertThat(train(RUN + phases + "\n")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains(told);
        assertThat(started).isEmpty();
    }

    @Test
    void whatIsWrongWithAllPhasesAlike_isTheRunsFaultAndToldOnce() throws IOException {
        assertThat(train(RUN.replace("epsilon: 3", "epsilon: -3") + "phases: [{steps: 2}, {steps: 3}]\n"))
                .isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).containsOnlyOnce("epsilon: it must be").doesNotContain("phase 1");
    }

    @Test
    void phasesThatCannotBeRead_areToldAlone() throws IOException {
        assertThat(train(RUN + "phases: [{method: head, steps: 4}, bitfit]\n")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).contains("some entry is no mapping").doesNotContain("steps: it is missing");
    }

    @Test
    void phaseOfNothing_isToldOnceThatItHasNoSteps() throws IOException {
        assertThat(train(RUN + "phases: [{}, {steps: 2}]\n")).isEqualTo(ExitCode.SETTINGS.code());
        assertThat(err.toString()).containsOnlyOnce("phase 1");
    }
}
