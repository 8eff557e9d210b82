package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.method.Trained;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BaselinesTest {
    @ParameterizedTest
    @ValueSource(strings = {"bert_cls", "roberta_cls", "bert_regression"})
    void trainedGradient_isTheSumOfTheRows(String name) {
        Path folder = Reference.of(name).folder();
        ModelSpec spec = Reference.of(name).spec(Trained.BIASES_AND_HEAD);
        TokenBatch batch = Reference.of(name).batch();
        try (TrainableModel model = TrainableModel.load(folder, spec);
                Baselines baselines = Baselines.load(folder, spec)) {
            float[] rows = model.gradients(batch, model.initial());
            double[] sum = new double[model.layout().size()];
            for (int i = 0; i < rows.length; i++) {
                sum[i % sum.length] += rows[i];
            }
            Close.assertRelative(
                    baselines.trainedGradient(batch, baselines.initial()),
                    sum,
                    Rounding.tolerance(model.seed(), batch));
            assertThat(baselines.fullGradient(batch, baselines.initial()))
                    .hasSize(model.seed().frozenSlots().size()
                            + model.seed().trainedSlots().size());
        }
    }
}
