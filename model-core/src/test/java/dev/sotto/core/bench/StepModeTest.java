package dev.sotto.core.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.RandomFolder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The benchmark still does what it measures. */
class StepModeTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void everyMode_stepsOnARandomModel(StepMode mode) throws Exception {
        RandomFolder.write(folder, BenchModel.VIT.config(1, 32));
        StepMode.Work work = mode.open(folder, new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES_AND_HEAD));
        Batch batch = BenchModel.VIT.batch(2, 32);
        assertThatCode(() -> work.on(batch)).doesNotThrowAnyException();
    }

    @Test
    void options_areReadOrRefused() {
        assertThat(StepOptions.parse(List.of("--rows", "3", "--length", "5", "--threads", "1")))
                .isEqualTo(new StepOptions(BenchModel.BERT, 3, 5, 9, 1, 12, 4_194_304));
        assertThat(StepOptions.parse(List.of("--model", "vit", "--threads", "1")))
                .isEqualTo(new StepOptions(BenchModel.VIT, 8, 224, 9, 1, 12, 4_194_304));
        assertThatThrownBy(() -> StepOptions.parse(List.of("--model", "elmo"))).hasMessageContaining("roberta, gpt2");
        assertThatThrownBy(() -> StepOptions.parse(List.of("--row", "3"))).hasMessageContaining("--row");
        assertThatThrownBy(() -> StepOptions.parse(List.of("--rows"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StepOptions.parse(List.of("--length", "513")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void results_compareRoundByRound() {
        var slow = new StepResult();
        var quick = new StepResult();
        for (long round : new long[] {10, 1000, 30}) { // a machine whose pace changes
            slow.add(3 * round, 4 * round);
            quick.add(round, 2 * round);
        }
        assertThat(slow.wallOver(quick)).isEqualTo(3);
        assertThat(slow.cpuOver(quick)).isEqualTo(2);
        assertThat(slow.wallSeconds()).isEqualTo(90e-9);
    }
}
