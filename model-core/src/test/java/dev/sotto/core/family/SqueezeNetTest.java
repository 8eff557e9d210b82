package dev.sotto.core.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.Close;
import dev.sotto.core.model.Rounding;
import dev.sotto.core.model.TrainableModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** ImageNet weights of SqueezeNet 1.1 lie outside the repository; without them these tests are skipped. */
class SqueezeNetTest {
    private static final Path FOLDER =
            Path.of("../../shared/data/squeezenet1.1").toAbsolutePath().normalize();
    private static final int SIDE = 224;

    @BeforeAll
    static void needsTheWeights() {
        assumeTrue(Files.isDirectory(FOLDER), () -> "Skipped: no folder " + FOLDER);
    }

    @Test
    void logits_equalTheReference() throws IOException {
        try (Safetensors reference = Safetensors.open(FOLDER.resolve("reference.safetensors"));
                TrainableModel model = TrainableModel.load(
                        FOLDER, new ModelSpec(Task.CLASSIFICATION, 1000, Trained.BIASES_AND_HEAD))) {
            assertThat(model.seed().begun()).isEmpty();
            for (int i = 0; i < 3; i++) {
                var image = new ImageBatch(1, 3, SIDE, SIDE, reference.floats("input." + i), new float[1]);
                float[] expected = reference.floats("logits." + i);
                assertThat(model.logits(image, model.initial())).containsExactly(expected, within(1e-3f));
            }
        }
    }

    @Test
    void headOfAnotherLabelCount_isBegunAnew_andTheBatchDoesNotMatter() throws IOException {
        try (Safetensors reference = Safetensors.open(FOLDER.resolve("reference.safetensors"));
                TrainableModel model =
                        TrainableModel.load(FOLDER, new ModelSpec(Task.CLASSIFICATION, 10, Trained.BIASES_AND_HEAD))) {
            assertThat(model.seed().begun()).containsExactly("classifier.1.weight", "classifier.1.bias");
            int pixels = 3 * SIDE * SIDE;
            float[] both = new float[2 * pixels];
            System.arraycopy(reference.floats("input.0"), 0, both, 0, pixels);
            System.arraycopy(reference.floats("input.1"), 0, both, pixels, pixels);
            var batch = new ImageBatch(2, 3, SIDE, SIDE, both, new float[] {3, 7});
            double rounding = Rounding.tolerance(model.seed(), batch);
            float[] together = model.gradients(batch, model.initial());
            for (int row = 0; row < 2; row++) {
                float[] alone = model.gradients(
                        new ImageBatch(1, 3, SIDE, SIDE, reference.floats("input." + row), new float[] {3 + 4 * row}),
                        model.initial());
                Close.assertRelative(Close.row(together, row, 2), alone, rounding);
            }
        }
    }
}
