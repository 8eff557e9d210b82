package dev.sotto.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.engine.SafetensorsWriter;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.method.Trained;
import dev.sotto.core.method.Trained.Layers;
import dev.sotto.core.method.Trained.Part;
import dev.sotto.core.model.SavedModel;
import dev.sotto.core.model.SeedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters of low-rank updates, written and begun with; that peft reads what is written is tried in {@link PythonInteropTest}. */
class PeftAdapterTest {
    private static final Lora QUERIES = new Lora(2, 3, Lora.QUERIES_AND_VALUES);

    @TempDir
    Path folder;

    private static SeedModel seed(String name, Trained trained) throws Exception {
        Path checkpoint =
                Path.of(PeftAdapterTest.class.getResource("/vectors/" + name).toURI());
        return SeedModel.open(checkpoint, SavedModel.spec(checkpoint, trained));
    }

    @ParameterizedTest
    @CsvSource({
        "hf/bert_cls, BIASES_AND_HEAD",
        "hf-small/distilbert_multi, BIASES_AND_HEAD",
        "hf-small/albert_shared, HEAD",
        "hf-small/gpt2_cls, BIASES_AND_HEAD",
        "hf-small/gpt2_lm, HEAD",
        "hf-small/llama_cls, HEAD",
        "hf/vit_cls, BIASES_AND_HEAD",
        "hf-small/deit_teacher, HEAD"
    })
    void adapter_isReadAsItWasWritten(String name, Part part) throws Exception {
        try (SeedModel seed = seed(name, Trained.of(part).with(QUERIES))) {
            float[] trained = ExportTest.changed(seed.initial());
            PeftAdapter.write(seed, trained, folder);

            assertThat(PeftAdapter.read(folder, seed)).isEqualTo(trained);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf/bert_cls", "hf-small/roberta_tokencls", "hf-small/gpt2_lm", "hf-small/llama_cls"})
    void prefix_isReadAsItWasWritten(String name) throws Exception {
        try (SeedModel seed = seed(name, Trained.HEAD.with(new Prefix(3)))) {
            float[] trained = ExportTest.changed(seed.initial());
            PeftAdapter.write(seed, trained, folder);

            assertThat(PeftAdapter.read(folder, seed)).isEqualTo(trained);
        }
    }

    /** A row is a position: of each layer first the keys, then the values. */
    @Test
    void prefix_isOneRowForEachPosition() throws Exception {
        try (SeedModel seed = seed("hf/bert_cls", Trained.HEAD.with(new Prefix(3)))) {
            float[] trained = ExportTest.changed(seed.initial());
            PeftAdapter.write(seed, trained, folder);
            int hidden = 48;
            try (Safetensors weights = Safetensors.open(folder.resolve(PeftAdapter.WEIGHTS))) {
                float[] rows = weights.floats("prompt_embeddings");
                assertThat(rows).hasSize(3 * 3 * 2 * hidden);
                int valuesOfLayer1 = seed.layout()
                        .find("bert.encoder.layer.1.attention.self.key" + Prefix.VALUES)
                        .orElseThrow()
                        .offset();
                assertThat(rows[2 * 6 * hidden + 3 * hidden + 7]).isEqualTo(trained[valuesOfLayer1 + 2 * hidden + 7]);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "hf-small/distilbert_multi, HEAD",
        "hf-small/albert_shared, HEAD",
        "hf-small/bert_prompt, HEAD",
        "hf/bert_cls, BIASES_AND_HEAD"
    })
    void prefixThatPeftHasNoPlaceFor_isNotWritten(String name, Part part) throws Exception {
        try (SeedModel seed = seed(name, Trained.of(part).with(new Prefix(3)))) {
            assertThat(PeftAdapter.holds(seed)).isFalse();
            assertThatThrownBy(() -> PeftAdapter.read(folder, seed))
                    .isInstanceOf(ModelException.Unsupported.class)
                    .hasMessageContaining("has a place for one of every layer and a head");
        }
        try (SeedModel seed =
                seed("hf/bert_cls", Trained.HEAD.with(new Prefix(3)).inLayers(new Layers(1, 2)))) {
            assertThat(PeftAdapter.holds(seed)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'\"num_virtual_tokens\": 3', '\"num_virtual_tokens\": 5', 'length 5 where 3 would learn'",
        "'\"prefix_projection\": false', '\"prefix_projection\": true', 'sets prefix_projection'",
        "PREFIX_TUNING, PROMPT_TUNING, 'is of the kind PROMPT_TUNING'"
    })
    void anotherPrefix_isRefusedWithTheReason(String one, String other, String said) throws Exception {
        try (SeedModel seed = seed("hf/bert_cls", Trained.HEAD.with(new Prefix(3)))) {
            PeftAdapter.write(seed, seed.initial(), folder);
            Path settings = folder.resolve("adapter_config.json");
            Files.writeString(settings, Files.readString(settings).replace(one, other));
            assertThatThrownBy(() -> PeftAdapter.read(folder, seed))
                    .isInstanceOf(ModelException.Unsupported.class)
                    .hasMessageContaining(said);
        }
    }

    /** Older versions of peft and of transformers name modules otherwise. */
    @ParameterizedTest
    @ValueSource(strings = {"vit.encoder.layer", "classifier.modules_to_save"})
    void otherNamesOfTheSame_areKnown(String other) throws Exception {
        UnaryOperator<String> renamed = name -> other.startsWith("vit")
                ? name.replace("vit.layers", "vit.encoder.layer")
                        .replace("attention.q_proj", "attention.attention.query")
                        .replace("attention.v_proj", "attention.attention.value")
                : name.replace("classifier.", "classifier.modules_to_save.");
        try (SeedModel seed = seed("hf/vit_cls", Trained.HEAD.with(QUERIES))) {
            float[] trained = ExportTest.changed(seed.initial());
            PeftAdapter.write(seed, trained, folder);
            rename(renamed);

            assertThat(PeftAdapter.read(folder, seed)).isEqualTo(trained);
        }
    }

    private void rename(UnaryOperator<String> renamed) throws IOException {
        Path file = folder.resolve(PeftAdapter.WEIGHTS);
        try (Safetensors weights = Safetensors.open(file)) {
            Path changed = folder.resolve("changed");
            SafetensorsWriter.write(
                    changed,
                    Map.of(),
                    weights.tensors().values().stream()
                            .map(tensor -> new SafetensorsWriter.Content(
                                    renamed.apply(tensor.name()),
                                    tensor.type(),
                                    tensor.shape(),
                                    () -> weights.bytes(tensor.name())))
                            .toList());
            assertThat(Files.readAllBytes(changed)).isNotEqualTo(Files.readAllBytes(file));
            Files.move(changed, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Test
    void adapterThatDoesNotFit_isRefusedWithWhatToDo() throws Exception {
        Trained queries = Trained.HEAD.with(new Lora(2, 3, List.of("query")));
        try (SeedModel seed = seed("hf/bert_cls", queries)) {
            PeftAdapter.write(seed, seed.initial(), folder);
        }
        refused("hf/bert_cls", Trained.HEAD.with(new Lora(3, 3, List.of("query"))), "has rank 2 and alpha 3.0 where 3");
        refused("hf/bert_cls", Trained.HEAD.with(QUERIES), "has no update of", "value", "target-modules");
        refused("hf/bert_cls", queries.inLayers(new Trained.Layers(0, 1)), "layer.2", "target-modules");
        refused("hf/roberta_cls", queries, "has no update of roberta");

        String settings = Files.readString(folder.resolve("adapter_config.json"));
        Files.writeString(folder.resolve("adapter_config.json"), settings.replaceFirst("\\{", "{\"use_dora\": true,"));
        refused("hf/bert_cls", queries, "sets use_dora");
        Files.writeString(folder.resolve("adapter_config.json"), settings.replace("LORA", "IA3"));
        refused("hf/bert_cls", queries, "is of the kind IA3");
        Files.writeString(folder.resolve("adapter_config.json"), "nothing");
        refused("hf/bert_cls", queries, "adapter_config.json is no JSON object");
        Files.writeString(folder.resolve("adapter_config.json"), settings);
        Files.writeString(folder.resolve(PeftAdapter.WEIGHTS), "nothing");
        refused("hf/bert_cls", queries, "cannot be read", "save_pretrained");
    }

    @Test
    void adapterWithBiases_whereTheyWouldNotLearn_isRefused() throws Exception {
        try (SeedModel seed = seed("hf/bert_cls", Trained.BIASES_AND_HEAD.with(QUERIES))) {
            PeftAdapter.write(seed, ExportTest.changed(seed.initial()), folder);
        }
        refused("hf/bert_cls", Trained.HEAD.with(QUERIES), "bias, one of 23 tensors", "lora+bitfit");
    }

    private void refused(String name, Trained trained, String... said) throws Exception {
        try (SeedModel seed = seed(name, trained)) {
            assertThatThrownBy(() -> PeftAdapter.read(folder, seed))
                    .isInstanceOf(ModelException.class)
                    .hasMessageContainingAll(said);
        }
    }
}
