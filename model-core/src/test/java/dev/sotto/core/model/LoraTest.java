package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.checkpoint.ModelExport;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Low-rank updates of every linear map of every family that has some. */
class LoraTest {
    private static final long SEED = 20_261_201;
    private static final Lora EVERYWHERE = new Lora(2, 3, List.of("*"));

    @TempDir
    Path folder;

    private static Path checkpoint(String name) throws URISyntaxException {
        return Path.of(LoraTest.class.getResource("/vectors/" + name).toURI());
    }

    private static TrainableModel load(Path folder, Trained trained) {
        return TrainableModel.load(folder, ModelCheck.asSaved(folder, trained));
    }

    private static Batch batch(Path folder) {
        try (ReferenceFile reference = ReferenceFile.open(folder.resolve("expected.safetensors"))) {
            return reference.batch();
        }
    }

    /** With every factor away from where it begins. */
    private static float[] moved(TrainableModel model) {
        Random random = new Random(SEED);
        float[] trained = model.initial();
        for (int i = 0; i < trained.length; i++) {
            trained[i] += (float) (0.1 * random.nextGaussian());
        }
        return trained;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf/bert_cls",
                "hf-small/roberta_tokencls",
                "hf-small/distilbert_multi",
                "hf-small/albert_shared",
                "hf-small/gpt2_lm",
                "hf-small/llama_cls",
                "hf-small/bert_prompt",
                "hf/vit_cls",
                "hf-small/beit_both_biases",
                "hf/resnet_bottleneck"
            })
    void update_beginsAsNothing_keepsRowsApart_andMergesIntoItsMap(String name) throws Exception {
        Path seed = checkpoint(name);
        Batch batch = batch(seed);
        float[] before;
        try (TrainableModel plain = load(seed, Trained.BIASES_AND_HEAD.withAddedBiases())) {
            before = plain.logits(batch, plain.initial());
        }
        Trained trained = Trained.BIASES_AND_HEAD.withLora(EVERYWHERE);
        try (TrainableModel model = load(seed, trained);
                TrainableModel recomputed = TrainableModel.load(
                        seed,
                        ModelCheck.asSaved(seed, trained),
                        Device.cpu(),
                        new ComputeMode(true, ComputeMode.Precision.FLOAT32))) {
            assertThat(model.logits(batch, model.initial()))
                    .as("before the first step")
                    .isEqualTo(before);

            float[] moved = moved(model);
            float[] gradients = model.gradients(batch, moved);
            double tolerance = Rounding.tolerance(model.seed(), batch);
            FloatBuffer alone = FloatBuffer.allocate(gradients.length);
            for (int row = 0; row < batch.rows(); row++) {
                alone.put(model.gradients(batch.only(row), moved));
            }
            Close.assertRelative(alone.array(), gradients, tolerance);
            assertThat(recomputed.gradients(batch, moved)).isEqualTo(gradients);
            for (BiasLayout.Entry factor : model.layout().entries()) {
                float[] of = Arrays.copyOfRange(gradients, factor.offset(), factor.offset() + factor.size());
                assertThat(IntStream.range(0, of.length).anyMatch(i -> of[i] != 0))
                        .as(factor.name())
                        .isTrue();
            }

            List<String> labels = IntStream.range(0, model.seed().spec().outputs())
                    .mapToObj(i -> "label" + i)
                    .toList();
            ModelExport.write(model.seed(), moved, labels, folder);
            try (TrainableModel merged = load(folder, Trained.BIASES_AND_HEAD)) {
                Close.assertRelative(merged.logits(batch, merged.initial()), model.logits(batch, moved), tolerance);
            }
        }
    }
}
