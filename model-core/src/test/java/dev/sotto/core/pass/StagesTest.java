package dev.sotto.core.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.FeatureBatch;
import dev.sotto.core.check.ReferenceFile;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.Trained;
import dev.sotto.core.method.Trained.Layers;
import dev.sotto.core.method.Trained.Part;
import dev.sotto.core.model.Archives;
import dev.sotto.core.model.Close;
import dev.sotto.core.model.Rounding;
import dev.sotto.core.model.SavedModel;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.core.pass.ComputeMode.Precision;
import dev.sotto.core.train.FeatureModel;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What follows from a family being computed in stages: layers computed again, and features of the head computed once. */
class StagesTest {
    private static final ComputeMode RECOMPUTED = new ComputeMode(true, Precision.FLOAT32);

    /** Every family; two tasks of those that read other states for them. */
    static Stream<String> families() {
        return Stream.of(
                "hf/bert_cls",
                "hf/roberta_cls",
                "hf-small/roberta_tokencls",
                "hf-small/roberta_prompt",
                "hf-small/bert_prompt",
                "hf-small/distilbert_multi",
                "hf-small/albert_shared",
                "hf-small/gpt2_cls",
                "hf-small/gpt2_lm",
                "hf-small/llama_cls",
                "hf/vit_cls",
                "hf/deit_cls",
                "hf-small/deit_teacher",
                "hf-small/beit_both_biases",
                "hf-small/beit_first_token",
                "hf/resnet_bottleneck");
    }

    static Stream<String> heads() {
        return families().filter(name -> !name.endsWith("_prompt") && !name.endsWith("_lm"));
    }

    private static Path folder(String name) throws URISyntaxException {
        return Path.of(StagesTest.class.getResource("/vectors/" + name).toURI());
    }

    private static Batch batch(Path folder) {
        try (ReferenceFile reference = ReferenceFile.open(folder.resolve("expected.safetensors"))) {
            return reference.batch();
        }
    }

    private static TrainableModel load(Path folder, Trained trained, ComputeMode mode) {
        return TrainableModel.load(folder, SavedModel.spec(folder, trained), Device.cpu(), mode);
    }

    @ParameterizedTest
    @MethodSource("families")
    void recomputedGradient_hasTheSameBits(String name) throws URISyntaxException {
        Path folder = folder(name);
        for (Trained trained : new Trained[] {
            Trained.BIASES_AND_HEAD.withAddedBiases(),
            Trained.of(Part.NORMS_AND_HEAD),
            Trained.BIASES.inLayers(new Layers(1, 1))
        }) {
            try (TrainableModel usual = load(folder, trained, ComputeMode.USUAL);
                    TrainableModel recomputed = load(folder, trained, RECOMPUTED)) {
                float[] expected = usual.gradients(batch(folder), usual.initial());
                assertThat(recomputed.gradients(batch(folder), usual.initial())).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("heads")
    void gradientFromFeatures_isThatFromRows(String name) throws URISyntaxException {
        Path folder = folder(name);
        try (TrainableModel model = load(folder, Trained.HEAD, ComputeMode.USUAL)) {
            Batch batch = batch(folder);
            FeatureModel head = model.features().orElseThrow();
            FeatureBatch features = head.features(batch);
            Close.assertRelative(
                    model.gradients(features, model.initial()),
                    model.gradients(batch, model.initial()),
                    Rounding.tolerance(model.seed(), batch));
        }
    }

    @ParameterizedTest
    @MethodSource("heads")
    void features_doNotDependOnTheHead(String name) throws URISyntaxException {
        Path folder = folder(name);
        try (TrainableModel model = load(folder, Trained.HEAD, ComputeMode.USUAL)) {
            var spoiled = new float[model.initial().length];
            Arrays.fill(spoiled, Float.NaN);
            Batch batch = batch(folder);
            assertThat(model.gradients(batch, spoiled)).contains(Float.NaN);
            assertThat(model.features().orElseThrow().features(batch).features())
                    .doesNotContain(Float.NaN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf/bert_cls", "hf/vit_cls"})
    void featuresBesideTrainedBiases_areNone(String name) throws URISyntaxException {
        try (TrainableModel model = load(folder(name), Trained.BIASES_AND_HEAD, ComputeMode.USUAL)) {
            assertThat(model.features()).isEmpty();
        }
    }

    /** Eight bits of fraction a number, and a few layers: some percent of the gradient's norm. */
    @ParameterizedTest
    @MethodSource("families")
    void bfloat16Gradient_isNearThatOf32Bits(String name) throws URISyntaxException {
        Path folder = folder(name);
        Trained trained = Trained.BIASES_AND_HEAD.withAddedBiases();
        try (TrainableModel usual = load(folder, trained, ComputeMode.USUAL);
                TrainableModel narrow = load(folder, trained, new ComputeMode(false, Precision.BFLOAT16));
                TrainableModel recomputed = load(folder, trained, new ComputeMode(true, Precision.BFLOAT16))) {
            Batch batch = batch(folder);
            float[] expected = usual.gradients(batch, usual.initial());
            float[] found = narrow.gradients(batch, usual.initial());
            assertThat(distance(found, expected)).isLessThan(0.04);
            assertThat(recomputed.gradients(batch, usual.initial()))
                    .isEqualTo(found)
                    .isNotEqualTo(expected);
        }
    }

    @Test
    void archive_isNotRecomputed() {
        Path archive = Archives.folder("scripted_text");
        assertThatThrownBy(() -> load(archive, Trained.BIASES_AND_HEAD, RECOMPUTED))
                .isInstanceOf(ModelException.Unsupported.class)
                .hasMessageContaining("Leave out recompute");
    }

    /** Euclidean, relative. */
    private static double distance(float[] found, float[] expected) {
        double squares = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            squares += Math.pow(found[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(squares / norm);
    }
}
