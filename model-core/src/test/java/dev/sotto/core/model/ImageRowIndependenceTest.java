package dev.sotto.core.model;

import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.method.Trained;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No image sees another one of its batch: not even through batch normalisation. */
class ImageRowIndependenceTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"vit_cls", "deit_cls", "beit_cls", "beit_sharedrel_abs", "resnet_basic", "resnet_bottleneck"})
    void gradient_isTheSameAloneAndInABatch(String name) {
        Reference reference = Reference.of(name);
        ImageBatch batch = reference.images();
        try (TrainableModel model = TrainableModel.load(reference.folder(), reference.spec(Trained.BIASES_AND_HEAD))) {
            float[] together = model.gradients(batch, model.initial());
            double rounding = Rounding.tolerance(model.seed(), batch);
            int size = batch.pixels().length / batch.rows();
            for (int row = 0; row < batch.rows(); row++) {
                var alone = new ImageBatch(
                        1,
                        batch.channels(),
                        batch.height(),
                        batch.width(),
                        Arrays.copyOfRange(batch.pixels(), row * size, (row + 1) * size),
                        new float[] {batch.labels()[row]});
                float[] gradient = model.gradients(alone, model.initial());
                Close.assertRelative(gradient, Close.row(together, row, batch.rows()), rounding);
            }
        }
    }
}
