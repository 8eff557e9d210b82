package dev.sotto.core.model;

import static dev.sotto.core.model.AddedParameters.batch;
import static dev.sotto.core.model.AddedParameters.checkpoint;
import static dev.sotto.core.model.AddedParameters.load;
import static dev.sotto.core.model.AddedParameters.moved;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.checkpoint.ModelExport;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Trained;
import dev.sotto.core.method.Trained.Layers;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Low-rank updates of every linear map of every family that has some. */
class LoraTest {
    private static final Lora EVERYWHERE = new Lora(2, 3, List.of("*"));

    @TempDir
    Path folder;

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
        Trained trained = Trained.BIASES_AND_HEAD.with(EVERYWHERE);
        try (TrainableModel model = load(seed, trained)) {
            AddedParameters.assertBeginsAsNothing_andKeepsRowsApart(seed, trained, model);

            Batch batch = batch(seed);
            float[] moved = moved(model.initial());
            List<String> labels = IntStream.range(0, model.seed().spec().outputs())
                    .mapToObj(i -> "label" + i)
                    .toList();
            ModelExport.write(model.seed(), moved, labels, folder);
            try (TrainableModel merged = load(folder, Trained.BIASES_AND_HEAD)) {
                Close.assertRelative(
                        merged.logits(batch, merged.initial()),
                        model.logits(batch, moved),
                        Rounding.tolerance(model.seed(), batch));
            }
        }
    }

    static Stream<Arguments> references() {
        return Stream.of(
                arguments("hf/bert_cls", List.of("query", "value", "intermediate.dense")),
                arguments("hf-small/albert_shared", List.of("key", "ffn_output")),
                arguments("hf-small/distilbert_multi", List.of("q_lin", "out_lin", "lin2")),
                arguments("hf-small/gpt2_cls", List.of("c_attn", "mlp.c_proj")),
                arguments("hf-small/llama_cls", List.of("q_proj", "v_proj", "down_proj")),
                arguments("hf/vit_cls", List.of("q_proj", "attention.value", "mlp.fc1")),
                arguments(
                        "hf/resnet_bottleneck",
                        List.of("layers.0.layer.0.convolution", "layers.0.layer.2.*", "shortcut.convolution")));
    }

    /** What peft 0.21 computes in float64: see {@code golden/peft_lora.py}. Maps are named as in the checkpoint or as in memory. */
    @ParameterizedTest
    @MethodSource("references")
    void gradients_areThoseOfPeft(String name, List<String> targets) throws Exception {
        Path seed = checkpoint(name);
        Path reference = checkpoint("peft/" + seed.getFileName() + ".safetensors");
        try (TrainableModel model = load(seed, Trained.HEAD.with(new Lora(2, 3, targets)))) {
            AddedParameters.assertIsTheReference(reference, model, batch(seed));
        }
    }

    @Test
    void update_isOfNamedMapsInChosenLayersAlone() throws URISyntaxException {
        var queries = Trained.HEAD.with(new Lora(2, 3, List.of("query"))).inLayers(new Layers(1, 2));
        try (SeedModel seed =
                SeedModel.open(checkpoint("hf/bert_cls"), new ModelSpec(Task.CLASSIFICATION, 2, queries))) {
            assertThat(seed.layout().entries().stream().map(BiasLayout.Entry::name))
                    .containsExactly(
                            "bert.encoder.layer.1.attention.self.query.lora_A.weight",
                            "bert.encoder.layer.1.attention.self.query.lora_B.weight",
                            "bert.encoder.layer.2.attention.self.query.lora_A.weight",
                            "bert.encoder.layer.2.attention.self.query.lora_B.weight",
                            "classifier.weight",
                            "classifier.bias");
        }
    }

    @Test
    void whatIsNotTrained_isExportedByteByByte() throws Exception {
        Path seed = checkpoint("hf/bert_cls");
        try (TrainableModel model = load(seed, Trained.HEAD.with(new Lora(2, 3, List.of("query"))));
                Safetensors before = Safetensors.open(seed.resolve("model.safetensors"))) {
            ModelExport.write(model.seed(), moved(model.initial()), List.of("a", "b"), folder);
            try (Safetensors after = Safetensors.open(folder.resolve("model.safetensors"))) {
                assertThat(after.tensors().keySet()).isEqualTo(before.tensors().keySet());
                for (String name : before.tensors().keySet()) {
                    boolean learned = name.endsWith("query.weight") || name.startsWith("classifier.");
                    assertThat(after.bytes(name).equals(before.bytes(name)))
                            .as(name)
                            .isEqualTo(!learned);
                }
            }
        }
    }

    @Test
    void namesOfNoMap_andRanksAboveAMaps_areRefusedWithWhatThereIs() throws URISyntaxException {
        refused(
                "hf/bert_cls",
                new Lora(2, 1, List.of("query", "queri")),
                "target-modules names queri",
                "attention.self.query");
        refused("hf/bert_cls", new Lora(49, 1, List.of("query")), "rank is 49", "at most 48");
        refused("hf/resnet_basic", new Lora(2, 1, List.of("query")), "no linear map", "shortcut.convolution");
    }

    private static void refused(String name, Lora lora, String... said) throws URISyntaxException {
        try (SeedModel seed =
                SeedModel.open(checkpoint(name), SavedModel.spec(checkpoint(name), Trained.HEAD.with(lora)))) {
            assertThatThrownBy(seed::check)
                    .isInstanceOf(ModelException.Unsupported.class)
                    .hasMessageContainingAll(said);
        }
    }
}
