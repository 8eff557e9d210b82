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
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.SafetensorsWeights;
import dev.sotto.core.method.Adapter;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Compacter;
import dev.sotto.core.method.Trained;
import dev.sotto.core.method.Trained.Layers;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compacter's adapters behind the output maps of every family that has some. */
class CompacterTest {
    private static final Compacter COMPACTER = new Compacter(4, 2, 2);
    private static final Trained ALONE = Trained.HEAD.with(COMPACTER);

    @TempDir
    Path folder;

    private static List<String> names(SeedModel seed) {
        return seed.layout().entries().stream().map(BiasLayout.Entry::name).toList();
    }

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
    void compacter_beginsAsNothing_keepsRowsApart_andComesBackFromItsFolder(String name) throws Exception {
        Path seed = checkpoint(name);
        Trained trained = Trained.BIASES_AND_HEAD.with(COMPACTER);
        try (TrainableModel model = load(seed, trained)) {
            AddedParameters.assertBeginsAsNothing_andKeepsRowsApart(seed, trained, model);

            AddedParameters.assertComesBackFromItsFolder(model, trained, batch(seed), folder);
            AddedParameters.assertIsThereWithoutLearning(model, batch(seed), folder);
        }
    }

    /** What PyTorch computes in float64 of whole Kronecker products: see {@code golden/compacter.py}. */
    @ParameterizedTest
    @ValueSource(strings = {"hf/bert_cls", "hf-small/gpt2_cls"})
    void gradients_areThoseOfPyTorch_alsoByWhatAllLayersShare(String name) throws Exception {
        Path seed = checkpoint(name);
        Path reference = checkpoint("compacter/" + seed.getFileName() + ".safetensors");
        try (TrainableModel model = load(seed, ALONE)) {
            AddedParameters.assertIsTheReference(reference, model, batch(seed));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf/bert_cls", "hf-small/gpt2_cls"})
    void bfloat16Gradient_isNearThatOf32Bits(String name) throws Exception {
        AddedParameters.assertBfloat16IsNear(checkpoint(name), ALONE);
    }

    @Test
    void compacter_hasOneRuleForAllLayers_andTwoMapsBehindEachOutputMap() throws URISyntaxException {
        try (SeedModel seed = open(checkpoint("hf/bert_cls"), ALONE.inLayers(new Layers(1, 1)))) {
            String first = "bert.encoder.layer.1.attention.output.dense.compacter.";
            String second = "bert.encoder.layer.1.output.dense.compacter.";
            assertThat(names(seed))
                    .containsExactly(
                            Compacter.RULE,
                            first + "down.left",
                            first + "down.right",
                            first + "down.bias",
                            first + "up.left",
                            first + "up.right",
                            first + "up.bias",
                            second + "down.left",
                            second + "down.right",
                            second + "down.bias",
                            second + "up.left",
                            second + "up.right",
                            second + "up.bias",
                            "classifier.weight",
                            "classifier.bias");
            int hidden = 48;
            int ofOneAdapter = (2 * COMPACTER.phmRank() + 1) * (hidden + COMPACTER.bottleneck());
            int rule = COMPACTER.phmDim() * COMPACTER.phmDim() * COMPACTER.phmDim();
            assertThat(seed.layout().size()).isEqualTo(rule + 2 * ofOneAdapter + 2 * hidden + 2);
        }
    }

    @Test
    void folder_holdsTheSeedsBytesAndTheAdapters_underANameThatTransformersDoesNotOpen() throws Exception {
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
                assertThat(after.tensors().size() - before.tensors().size())
                        .isEqualTo(1 + 6 * 2 * 3); // the rule; parameters, maps of a layer, layers
            }
        }
    }

    @Test
    void delta_isPutOnItsSeedByWhatItSays() throws Exception {
        AddedParameters.assertDeltaIsPutOnItsSeed(
                checkpoint("hf/bert_cls"), ALONE, folder.resolve("delta.safetensors"));
    }

    /** A second run of the other kind leaves the first one's adapters as they are, and its folder has both. */
    @Test
    void folderWithAdapters_isABeginningForTheOtherKind() throws Exception {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        Path bert = checkpoint("hf/bert_cls");
        Batch batch = batch(bert);
        try (SeedModel seed = open(bert, Trained.HEAD.with(new Adapter(3)).inLayers(new Layers(0, 1)))) {
            export(seed, moved(seed.initial()), first);
        }
        try (TrainableModel both = load(first, ALONE.inLayers(new Layers(1, 2)))) {
            both.seed().check();
            assertThat(names(both.seed())).noneMatch(name -> name.contains(".adapter."));
            float[] moved = moved(both.initial());
            export(both.seed(), moved, second);
            try (TrainableModel again = load(second, ALONE)) {
                assertThat(again.logits(batch, again.initial()).length).isEqualTo(both.logits(batch, moved).length);
                Close.assertRelative(
                        again.logits(batch, again.initial()),
                        both.logits(batch, moved),
                        Rounding.tolerance(both.seed(), batch));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hf/bert_cls, 52, 4, 1, 'bottleneck is 52', 'at most 48'",
        "hf/bert_cls, 45, 5, 1, 'phm-dim is 5', 'cut into 5 equal parts'",
        "hf/bert_cls, 64, 64, 1, 'bottleneck is 64', 'at most 48'",
        "hf/bert_cls, 8, 4, 3, 'phm-rank is 3', 'at most 2'",
        "hf/resnet_basic, 4, 2, 1, 'attention and feed-forward', 'has neither'"
    })
    void whatCannotBe_isRefusedWithTheReason(String name, int bottleneck, int n, int rank, String found, String wanted)
            throws Exception {
        refused(checkpoint(name), new Compacter(bottleneck, n, rank), found, wanted);
    }

    @Test
    void otherSizesThanTheFolders_areRefused() throws Exception {
        try (SeedModel seed = open(checkpoint("hf/bert_cls"), ALONE)) {
            export(seed, seed.initial(), folder);
        }
        refused(folder, new Compacter(4, 4, 1), "holds such already", "phm_rule", "[4, 2]", "[16, 4]");
    }

    @Test
    void bottleneckThatIsNoMultipleOfThePhmDim_isNone() {
        assertThatThrownBy(() -> new Compacter(6, 4, 1)).hasMessageContaining("must be a multiple of phm-dim");
    }

    private static void refused(Path folder, Compacter compacter, String... said) {
        try (SeedModel seed = open(folder, Trained.HEAD.with(compacter))) {
            assertThatThrownBy(seed::check)
                    .isInstanceOf(ModelException.Unsupported.class)
                    .hasMessageContainingAll(said);
        }
    }
}
