package dev.sotto.core.model;

import static dev.sotto.core.model.AddedParameters.batch;
import static dev.sotto.core.model.AddedParameters.checkpoint;
import static dev.sotto.core.model.AddedParameters.load;
import static dev.sotto.core.model.AddedParameters.moved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.checkpoint.BiasDelta;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.method.Adapter;
import dev.sotto.core.method.Addition;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Compacter;
import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.method.Trained;
import dev.sotto.core.pass.ComputeMode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model of which some trained parameters learn, and others were or will be trained in other phases of the run. */
class PhaseTest {
    private static final Lora LORA = new Lora(2, 3, List.of("*"));

    private static ModelSpec spec(Path folder, Trained now, Trained... others) {
        ModelSpec alone = SavedModel.spec(folder, now);
        return new ModelSpec(alone.task(), alone.outputs(), now, alone.verbalizer(), List.of(others));
    }

    private static TrainableModel phase(Path folder, boolean recompute, Trained now, Trained... others) {
        return TrainableModel.load(
                folder,
                spec(folder, now, others),
                Device.cpu(),
                new ComputeMode(recompute, ComputeMode.Precision.FLOAT32));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf/bert_cls",
                "hf-small/roberta_tokencls",
                "hf-small/albert_shared",
                "hf-small/gpt2_cls",
                "hf-small/llama_cls",
                "hf/vit_cls",
                "hf/resnet_bottleneck"
            })
    void gradientOfAPhase_isItsPartOfTheGradientByAll(String name) throws Exception {
        assertIsPartOfTheGradientByAll(checkpoint(name), LORA);
    }

    static Stream<Addition> additions() {
        return Stream.of(new Adapter(4), new Compacter(4, 2, 1), new Prefix(3));
    }

    @ParameterizedTest
    @MethodSource("additions")
    void whateverIsAdded_mayLearnInOnePhaseAndStayInAnother(Addition addition) throws Exception {
        assertIsPartOfTheGradientByAll(checkpoint("hf/bert_cls"), addition);
    }

    private static void assertIsPartOfTheGradientByAll(Path seed, Addition addition) {
        Batch batch = batch(seed);
        Trained biases = Trained.BIASES.withAddedBiases();
        Trained updates = Trained.HEAD.with(addition);
        Trained all = Trained.BIASES_AND_HEAD.withAddedBiases().with(addition);
        try (TrainableModel whole = load(seed, all)) {
            float[] moved = moved(whole.initial());
            float[] expected = whole.gradients(batch, moved);
            for (boolean recompute : new boolean[] {false, true}) {
                try (TrainableModel first = phase(seed, recompute, biases, updates);
                        TrainableModel second = phase(seed, recompute, updates, biases)) {
                    for (TrainableModel phase : List.of(first, second)) {
                        assertThat(phase.layout()).isEqualTo(whole.layout());
                        assertThat(phase.initial()).isEqualTo(whole.initial());
                        assertThat(phase.logits(batch, moved)).isEqualTo(whole.logits(batch, moved));
                        Close.assertRelative(
                                phase.gradients(batch, moved),
                                part(
                                        expected,
                                        batch.rows(),
                                        whole.layout(),
                                        phase.seed().learning()),
                                Rounding.tolerance(whole.seed(), batch));
                    }
                    assertThat(first.seed().learning().size()
                                    + second.seed().learning().size())
                            .isGreaterThanOrEqualTo(whole.layout().size());
                }
            }
        }
    }

    private static float[] part(float[] gradients, int rows, BiasLayout all, BiasLayout some) {
        float[] part = new float[rows * some.size()];
        for (int row = 0; row < rows; row++) {
            for (BiasLayout.Entry entry : some.entries()) {
                int from =
                        row * all.size() + all.find(entry.name()).orElseThrow().offset();
                System.arraycopy(gradients, from, part, row * some.size() + entry.offset(), entry.size());
            }
        }
        return part;
    }

    @Test
    void headThatLearnsInOnePhaseAlone_isNotGivenFeaturesOnceAndForAll() throws Exception {
        Path seed = checkpoint("hf/bert_cls");
        try (TrainableModel alone = phase(seed, false, Trained.HEAD);
                TrainableModel behind = phase(seed, false, Trained.HEAD, Trained.BIASES)) {
            assertThat(alone.features()).isPresent();
            assertThat(behind.features()).isEmpty(); // what it is given changes in the other phase
        }
    }

    @Test
    void phasesThatAddDifferentThings_areRefused() throws Exception {
        Path seed = checkpoint("hf/bert_cls");
        assertThatThrownBy(() -> spec(seed, Trained.HEAD.with(LORA), Trained.HEAD.with(new Lora(4, 3, List.of("*")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the same options");
    }

    @Test
    void delta_holdsWhatAllPhasesTaught(@TempDir Path folder) throws Exception {
        Path seed = checkpoint("hf/bert_cls");
        Path file = folder.resolve("delta.safetensors");
        try (TrainableModel model = phase(seed, false, Trained.BIASES, Trained.HEAD)) {
            float[] moved = moved(model.initial());
            List<String> labels = IntStream.range(0, model.seed().spec().outputs())
                    .mapToObj(i -> "label" + i)
                    .toList();
            BiasDelta.write(model.seed(), moved, labels, file);
            ModelSpec kept = BiasDelta.purpose(file).spec();
            assertThat(kept).isEqualTo(model.seed().spec());
            try (SeedModel again = SeedModel.open(seed, kept)) {
                assertThat(BiasDelta.read(file, again)).isEqualTo(moved);
            }
        }
    }
}
