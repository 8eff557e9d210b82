package dev.sotto.core.model;

import static dev.sotto.core.model.AddedParameters.batch;
import static dev.sotto.core.model.AddedParameters.checkpoint;
import static dev.sotto.core.model.AddedParameters.export;
import static dev.sotto.core.model.AddedParameters.load;
import static dev.sotto.core.model.AddedParameters.moved;
import static dev.sotto.core.model.AddedParameters.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.checkpoint.PeftAdapter;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.SafetensorsWeights;
import dev.sotto.core.method.Adapter;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Trained;
import dev.sotto.core.method.Trained.Layers;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters behind the output maps of every family that has some. */
class AdapterTest {
    private static final int BOTTLENECK = 3;
    private static final Trained ADAPTERS = Trained.HEAD.with(new Adapter(BOTTLENECK));

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf/bert_cls",
                "hf/roberta_cls",
                "hf-small/distilbert_multi",
                "hf-small/albert_shared",
                "hf-small/gpt2_lm",
                "hf-small/llama_cls",
                "hf/vit_cls",
                "hf-small/deit_teacher",
                "hf-small/beit_both_biases"
            })
    void adapter_beginsAsNothing_keepsRowsApart_andComesBackFromItsFolder(String name) throws Exception {
        Path seed = checkpoint(name);
        Trained trained = Trained.BIASES_AND_HEAD.with(new Adapter(BOTTLENECK));
        try (TrainableModel model = load(seed, trained)) {
            AddedParameters.assertBeginsAsNothing_andKeepsRowsApart(seed, trained, model);

            AddedParameters.assertComesBackFromItsFolder(model, trained, batch(seed), folder);
        }
    }

    /** What PyTorch computes in float64: see {@code golden/houlsby_adapter.py}. */
    @ParameterizedTest
    @ValueSource(strings = {"hf/bert_cls", "hf-small/gpt2_cls"})
    void gradients_areThoseOfPyTorch(String name) throws Exception {
        Path seed = checkpoint(name);
        Path reference = checkpoint("adapter/" + seed.getFileName() + ".safetensors");
        try (TrainableModel model = load(seed, Trained.HEAD.with(new Adapter(2)))) {
            AddedParameters.assertIsTheReference(reference, model, batch(seed));
        }
    }

    @Test
    void bfloat16Gradient_isNearThatOf32Bits() throws Exception {
        AddedParameters.assertBfloat16IsNear(checkpoint("hf-small/gpt2_cls"), ADAPTERS);
    }

    @Test
    void adapter_hasTwoInALayer_ofFourParametersEach() throws URISyntaxException {
        try (SeedModel seed = open(checkpoint("hf/bert_cls"), ADAPTERS.inLayers(new Layers(1, 1)))) {
            String layer = "bert.encoder.layer.1.";
            int hidden = 48;
            assertThat(seed.layout().entries().stream().map(BiasLayout.Entry::name))
                    .containsExactly(
                            layer + "attention.output.dense.adapter.down.weight",
                            layer + "attention.output.dense.adapter.down.bias",
                            layer + "attention.output.dense.adapter.up.weight",
                            layer + "attention.output.dense.adapter.up.bias",
                            layer + "output.dense.adapter.down.weight",
                            layer + "output.dense.adapter.down.bias",
                            layer + "output.dense.adapter.up.weight",
                            layer + "output.dense.adapter.up.bias",
                            "classifier.weight",
                            "classifier.bias");
            assertThat(seed.layout().find(layer + "output.dense.adapter.down.weight"))
                    .hasValueSatisfying(entry -> assertThat(entry.shape()).containsExactly(BOTTLENECK, hidden));
        }
    }

    /** ALBERT's layers share their parameters, and so their adapters. */
    @Test
    void sharedLayer_hasOneAdapterBehindEachOfItsOutputMaps() throws URISyntaxException {
        try (SeedModel seed = open(checkpoint("hf-small/albert_shared"), ADAPTERS)) {
            long shared = seed.slots().stream()
                    .filter(slot -> slot.name().endsWith("ffn_output.weight"))
                    .count();
            assertThat(seed.layout().entries().stream()
                            .filter(entry -> entry.name().endsWith(Adapter.DOWN)))
                    .hasSize(Math.toIntExact(2 * shared));
        }
    }

    @Test
    void folder_holdsTheSeedsBytesAndTheAdapters_underANameThatTransformersDoesNotOpen() throws Exception {
        Path bert = checkpoint("hf/bert_cls");
        try (SeedModel seed = open(bert, ADAPTERS);
                Safetensors before = Safetensors.open(bert.resolve("model.safetensors"))) {
            export(seed, moved(seed.initial()), folder);

            assertThat(folder.resolve(SafetensorsWeights.ONE_FILE)).doesNotExist();
            try (Safetensors after = Safetensors.open(folder.resolve(SafetensorsWeights.WITH_ADAPTERS))) {
                for (String name : before.tensors().keySet()) {
                    assertThat(after.bytes(name).equals(before.bytes(name)))
                            .as(name)
                            .isEqualTo(!name.startsWith("classifier."));
                }
                assertThat(after.tensors().size() - before.tensors().size())
                        .isEqualTo(4 * 2 * 3); // parameters, maps of a layer, layers
            }
            assertThat(PeftAdapter.holds(seed)).isFalse();
        }
        assertThat(SavedModel.of(folder).labels()).containsExactly("label0", "label1");
    }

    /** A delta says of itself that it has adapters, and how wide. */
    @Test
    void delta_isPutOnItsSeedByWhatItSays() throws Exception {
        AddedParameters.assertDeltaIsPutOnItsSeed(
                checkpoint("hf/bert_cls"), ADAPTERS, folder.resolve("delta.safetensors"));
    }

    /** Adapters of a first run are in the way of no second one: it leaves them as they are, or trains on. */
    @Test
    void folderWithAdapters_isABeginningLikeAnyOther() throws Exception {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        Path bert = checkpoint("hf/bert_cls");
        Batch batch = batch(bert);
        try (SeedModel seed = open(bert, ADAPTERS.inLayers(new Layers(0, 1)))) {
            export(seed, moved(seed.initial()), first);
        }
        try (TrainableModel low = load(first, Trained.HEAD.with(new Lora(2, 3, List.of("query", "*.adapter.*"))))) {
            assertThat(low.layout().entries().stream().map(BiasLayout.Entry::name))
                    .noneMatch(name -> name.contains(".adapter."));
            float[] moved = moved(low.initial());
            export(low.seed(), moved, second);
            try (TrainableModel merged = load(second, Trained.HEAD)) {
                Close.assertRelative(
                        merged.logits(batch, merged.initial()),
                        low.logits(batch, moved),
                        Rounding.tolerance(low.seed(), batch));
            }
        }
        try (SeedModel more = open(first, ADAPTERS)) {
            more.check();
            assertThat(more.begun())
                    .as("layer 2 has new ones, which are no fault of the folder")
                    .isEmpty();
            assertThat(more.layout().entries().stream()
                            .filter(entry -> entry.name().endsWith(Adapter.UP)))
                    .hasSize(6);
        }
    }

    @Test
    void folderWhoseAdaptersAreIncomplete_isRefused() throws Exception {
        try (SeedModel seed = open(checkpoint("hf/bert_cls"), ADAPTERS.inLayers(new Layers(0, 0)))) {
            export(seed, seed.initial(), folder);
        }
        Path config = folder.resolve("config.json");
        String saved = Files.readString(config);

        Files.writeString(config, saved.replace("encoder.layer.0.output", "encoder.layer.1.output"));
        assertThatThrownBy(() -> open(folder, Trained.HEAD))
                .isInstanceOf(ModelException.Damaged.class)
                .hasMessageContainingAll(
                        "it lacks bert.encoder.layer.1.output.dense.adapter.down.weight",
                        "it holds bert.encoder.layer.0.output.dense.adapter.");

        Files.writeString(config, saved.replace("encoder.layer.0.output", "encoder.layer.9.output"));
        assertThatThrownBy(() -> open(folder, Trained.HEAD))
                .isInstanceOf(ModelException.Damaged.class)
                .hasMessageContaining("adapters stand behind bert.encoder.layer.9.output.dense");

        Files.writeString(config, saved.replace("sotto_adapter", "other"));
        assertThatThrownBy(() -> open(folder, Trained.HEAD))
                .isInstanceOf(ModelException.Damaged.class)
                .hasMessageContaining("it holds bert.encoder.layer.0");
    }

    @Test
    void whatCannotBe_isRefusedWithTheReason() throws Exception {
        refused(checkpoint("hf/bert_cls"), Trained.HEAD.with(new Adapter(49)), "bottleneck is 49", "at most 48");
        refused(checkpoint("hf/resnet_basic"), ADAPTERS, "attention and feed-forward", "has neither");
        refused(checkpoint("hf/bert_cls"), ADAPTERS.named("*.up.*"), "nothing is added", "added whole");
        try (SeedModel seed = open(checkpoint("hf/bert_cls"), ADAPTERS)) {
            export(seed, seed.initial(), folder);
        }
        refused(folder, Trained.HEAD.with(new Adapter(2)), "bottleneck of 2", "holds such already", "[3, 48]");
    }

    private static void refused(Path folder, Trained trained, String... said) {
        try (SeedModel seed = open(folder, trained)) {
            assertThatThrownBy(seed::check)
                    .isInstanceOf(ModelException.Unsupported.class)
                    .hasMessageContainingAll(said);
        }
    }
}
