package dev.sotto.core.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.RowIndependence;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepProbeTest {
    private static final Path CHECKPOINTS = Path.of("src/test/resources/vectors/hf");

    /** Times are the machine's; that each part was there is not. */
    @ParameterizedTest
    @CsvSource({"EXACT, 1, 1", "EXACT, 2, 3", "ROUNDING, 2, 1"})
    void everyPartOfAStep_isTimed(RowIndependence independence, int cores, long steps) throws Exception {
        var recipe = new Recipe(
                new PrivacyPlan(1000, 0.01, steps, 0.7, new Clipping.AutoS(1)),
                new Optimizer.Sgd(0, 0),
                new Schedule.Constant(0.1, 0),
                new Microbatches.Limit(4, 64),
                independence);
        for (Trained trained : List.of(Trained.BIASES_AND_HEAD, Trained.HEAD)) {
            var spec = new ModelSpec(Task.CLASSIFICATION, 2, trained);
            try (var model = TrainableModel.load(CHECKPOINTS.resolve("bert_cls"), spec)) {
                StepTimes times = StepProbe.of(model, recipe, model.initial(), List.of(9), 3, cores);
                assertThat(List.of(times.row(), times.sum(), times.noise(), times.update()))
                        .allSatisfy(each -> assertThat(each).isPositive().isLessThan(60));
                assertThat(times.features() > 0).as("the head alone").isEqualTo(trained.equals(Trained.HEAD));
                assertThat(times.cores()).isEqualTo(cores);
            }
        }
    }
}
