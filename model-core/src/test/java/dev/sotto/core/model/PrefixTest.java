package dev.sotto.core.model;

import static dev.sotto.core.model.AddedParameters.batch;
import static dev.sotto.core.model.AddedParameters.checkpoint;
import static dev.sotto.core.model.AddedParameters.export;
import static dev.sotto.core.model.AddedParameters.load;
import static dev.sotto.core.model.AddedParameters.moved;
import static dev.sotto.core.model.AddedParameters.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.SafetensorsWeights;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.method.Trained;
import dev.sotto.core.method.Trained.Layers;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and values before those of a text, in every family of text. */
class PrefixTest {
    private static final Prefix PREFIX = new Prefix(3);
    private static final Trained ALONE = Trained.HEAD.with(PREFIX);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf/bert_cls",
                "hf/roberta_cls",
                "hf-small/roberta_tokencls",
                "hf-small/bert_prompt",
                "hf-small/distilbert_multi",
                "hf-small/albert_shared",
                "hf-small/gpt2_lm",
                "hf-small/llama_cls"
            })
    void prefix_keepsRowsApart_andComesBackFromItsFolder(String name) throws Exception {
        Path seed = checkpoint(name);
        Trained trained = Trained.BIASES_AND_HEAD.with(PREFIX);
        try (TrainableModel model = load(seed, trained)) {
            AddedParameters.assertKeepsRowsApart(seed, trained, model);

            AddedParameters.assertComesBackFromItsFolder(model, trained, batch(seed), folder);
            AddedParameters.assertIsThereWithoutLearning(model, batch(seed), folder);
        }
    }

    /** What PyTorch computes in float64: see {@code golden/prefix.py}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf/bert_cls",
                "hf-small/roberta_tokencls",
                "hf-small/distilbert_multi",
                "hf-small/albert_shared",
                "hf-small/gpt2_cls",
                "hf-small/llama_cls"
            })
    void gradients_areThoseOfPyTorch(String name) throws Exception {
        Path seed = checkpoint(name);
        Path reference = checkpoint("prefix/" + seed.getFileName() + ".safetensors");
        try (TrainableModel model = load(seed, ALONE)) {
            AddedParameters.assertIsTheReference(reference, model, batch(seed));
        }
    }

    /** Of 0.02 times a normal variable, ten deviations are passed by none. */
    @ParameterizedTest
    @ValueSource(strings = {"hf/bert_cls", "hf-small/gpt2_cls", "hf-small/llama_cls"})
    void keysAndValues_beginNearZero_andTheSameWhereverTheyBegin(String name) throws Exception {
        Path seed = checkpoint(name);
        try (TrainableModel first = load(seed, ALONE);
                TrainableModel second = load(seed, ALONE)) {
            assertThat(second.initial()).isEqualTo(first.initial());
            for (BiasLayout.Entry entry : first.layout().entries()) {
                if (entry.name().contains(".prefix.")) {
                    float[] values = new float[entry.size()];
                    entry.of(first.initial()).get(values);
                    assertThat(IntStream.range(0, values.length).mapToDouble(i -> values[i]))
                            .allMatch(value -> Math.abs(value) < 0.2)
                            .anyMatch(value -> value != 0);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf/bert_cls", "hf-small/gpt2_cls"})
    void bfloat16Gradient_isNearThatOf32Bits(String name) throws Exception {
        AddedParameters.assertBfloat16IsNear(checkpoint(name), ALONE);
    }

    @Test
    void prefix_hasKeysAndValuesInEachChosenLayer() throws URISyntaxException {
        try (SeedModel seed = open(checkpoint("hf/bert_cls"), ALONE.inLayers(new Layers(1, 1)))) {
            String key = "bert.encoder.layer.1.attention.self.key";
            assertThat(seed.layout().entries().stream().map(BiasLayout.Entry::name))
                    .containsExactly(
                            key + ".prefix.keys", key + ".prefix.values", "classifier.weight", "classifier.bias");
            assertThat(seed.layout().find(key + ".prefix.keys"))
                    .hasValueSatisfying(entry -> assertThat(entry.shape()).containsExactly(3, 48));
        }
    }

    /** The text's positions move in all layers, and those without a prefix see the text alone. */
    @ParameterizedTest
    @ValueSource(strings = {"hf/bert_cls", "hf-small/gpt2_cls", "hf-small/llama_cls"})
    void prefixOfOneLayer_keepsRowsApart(String name) throws Exception {
        Path seed = checkpoint(name);
        Trained last = ALONE.inLayers(new Layers(1, 1));
        try (TrainableModel model = load(seed, last)) {
            AddedParameters.assertKeepsRowsApart(seed, last, model);
        }
    }

    /** Of Llama's grouped queries, a prefix has as many heads as its keys have. */
    @Test
    void prefixOfSharedKeys_isAsNarrowAsThese() throws URISyntaxException {
        try (SeedModel seed = open(checkpoint("hf-small/llama_cls"), ALONE)) {
            assertThat(seed.layout().find("model.layers.0.self_attn.k_proj" + Prefix.VALUES))
                    .hasValueSatisfying(entry -> assertThat(entry.shape()).containsExactly(3, 8));
        }
    }

    @Test
    void folder_holdsTheSeedsBytesAndThePrefix_underANameThatTransformersDoesNotOpen() throws Exception {
        Path bert = checkpoint("hf/bert_cls");
        try (SeedModel seed = open(bert, ALONE);
                Safetensors before = Safetensors.open(bert.resolve("model.safetensors"))) {
            export(seed, moved(seed.initial()), folder);

            assertThat(folder.resolve(SafetensorsWeights.ONE_FILE)).doesNotExist();
            try (Safetensors after = Safetensors.open(folder.resolve(SafetensorsWeights.WITH_ADAPTERS))) {
                for (String name : before.tensors().keySet()) {
                    assertThat(after.bytes(name).equals(before.bytes(name)))
                            .as(name)
                            .isEqualTo(!name.startsWith("classifier."));
                }
                assertThat(after.tensors().size() - before.tensors().size()).isEqualTo(2 * 3);
            }
        }
    }

    @Test
    void delta_isPutOnItsSeedByWhatItSays() throws Exception {
        AddedParameters.assertDeltaIsPutOnItsSeed(
                checkpoint("hf/bert_cls"), ALONE, folder.resolve("delta.safetensors"));
    }

    @ParameterizedTest
    @CsvSource({
        "hf/vit_cls, 3, 'none of text'",
        "hf/resnet_basic, 3, 'none of text'",
        "hf/bert_cls, 1000, 'Set prefix-length to less'"
    })
    void whatCannotBe_isRefusedWithTheReason(String name, int length, String said) throws Exception {
        refused(checkpoint(name), new Prefix(length), said);
    }

    @Test
    void anotherLengthThanTheFolders_isRefused() throws Exception {
        try (SeedModel seed = open(checkpoint("hf/bert_cls"), ALONE)) {
            export(seed, seed.initial(), folder);
        }
        refused(folder, new Prefix(4), "holds such already", "[3, 48]", "[4, 48]");
    }

    @Test
    void textsThatReachBeyondThePositions_areRefused() throws Exception {
        try (SeedModel seed = open(checkpoint("hf/bert_cls"), ALONE)) {
            int most = seed.longestText();
            assertThatCode(() -> seed.requireRoom(most)).doesNotThrowAnyException();
            assertThatThrownBy(() -> seed.requireRoom(most + 1))
                    .isInstanceOf(ModelException.Unsupported.class)
                    .hasMessageContainingAll("prefix takes 3", "leaves " + most, "Set max-length to less");
        }
        try (SeedModel plain = open(checkpoint("hf/bert_cls"), Trained.HEAD)) {
            assertThatCode(() -> plain.requireRoom(100_000)).doesNotThrowAnyException();
        }
    }

    private static void refused(Path folder, Prefix prefix, String... said) {
        try (SeedModel seed = open(folder, Trained.HEAD.with(prefix))) {
            assertThatThrownBy(seed::check)
                    .isInstanceOf(ModelException.Unsupported.class)
                    .hasMessageContainingAll(said);
        }
    }
}
