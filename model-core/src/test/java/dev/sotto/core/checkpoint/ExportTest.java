package dev.sotto.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.engine.NumberType;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.engine.SafetensorsWriter;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.folder.PadToken;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.Close;
import dev.sotto.core.model.Rounding;
import dev.sotto.core.model.SavedModel;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.model.TrainableModel;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExportTest {
    private static final ModelSpec THREE_CLASSES = new ModelSpec(Task.CLASSIFICATION, 3, Trained.BIASES_AND_HEAD);
    private static final TokenBatch BATCH = new TokenBatch(
            2, 3, new int[] {5, 9, 7, 4, 8, 0}, new int[] {1, 1, 1, 1, 1, 0}, new int[6], new float[] {0, 2});

    /** Sums round differently where a tensor lies at another address modulo 64, as in a file of another order. */
    @TempDir
    Path temporary;

    static Path checkpoint(String name) {
        try {
            return Path.of(ExportTest.class.getResource("/vectors/hf/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Any change that training could make. */
    static float[] changed(float[] initial) {
        float[] trained = initial.clone();
        for (int i = 0; i < trained.length; i++) {
            trained[i] += 0.01f * (i % 7 - 3);
        }
        return trained;
    }

    @ParameterizedTest
    @EnumSource(Trained.Part.class)
    void exportedFolder_isTheTrainedModel(Trained.Part part) throws IOException {
        var spec = new ModelSpec(Task.CLASSIFICATION, 3, Trained.of(part));
        Path folder = temporary.resolve("exported");
        try (TrainableModel model = TrainableModel.load(checkpoint("bert_cls"), spec)) {
            float[] parameters = changed(model.initial());
            ModelExport.write(model.seed(), parameters, List.of("a", "b", "c"), folder);
            try (TrainableModel exported = TrainableModel.load(folder, spec)) {
                assertThat(exported.seed().begun()).isEmpty();
                assertThat(exported.initial()).isEqualTo(parameters);
                Close.assertRelative(
                        exported.logits(BATCH, exported.initial()),
                        model.logits(BATCH, parameters),
                        Rounding.tolerance(model.seed(), BATCH));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Trained.Part.class)
    void frozenTensors_keepTheSeedsBytes_whateverTheirNumberType(Trained.Part part) throws IOException {
        Path seedFolder = halfPrecisionCopy(checkpoint("bert_cls"));
        Path folder = temporary.resolve("exported");
        try (SeedModel seed = SeedModel.open(seedFolder, new ModelSpec(Task.CLASSIFICATION, 2, Trained.of(part)))) {
            ModelExport.write(seed, changed(seed.initial()), List.of("a", "b"), folder);
            try (Safetensors before = Safetensors.open(seedFolder.resolve("model.safetensors"));
                    Safetensors after = Safetensors.open(folder.resolve("model.safetensors"))) {
                for (Safetensors.Tensor tensor : after.tensors().values()) {
                    boolean isTrained = seed.layout().entries().stream()
                            .anyMatch(entry -> entry.name().equals(tensor.name()));
                    if (isTrained) {
                        assertThat(tensor.type()).isEqualTo(NumberType.F32);
                    } else {
                        assertThat(tensor.type()).isEqualTo(NumberType.BF16);
                        assertThat(after.bytes(tensor.name())).isEqualTo(before.bytes(tensor.name()));
                    }
                }
            }
        }
    }

    @Test
    void halfPrecisionSeed_computesAsItsWidenedNumbers() throws IOException {
        try (TrainableModel half = TrainableModel.load(halfPrecisionCopy(checkpoint("bert_cls")), THREE_CLASSES)) {
            Path folder = temporary.resolve("widened");
            ModelExport.write(half.seed(), half.initial(), List.of("a", "b", "c"), folder);
            widen(folder.resolve("model.safetensors"));
            try (TrainableModel widened = TrainableModel.load(folder, THREE_CLASSES)) {
                Close.assertRelative(
                        half.logits(BATCH, half.initial()),
                        widened.logits(BATCH, widened.initial()),
                        Rounding.tolerance(widened.seed(), BATCH));
            }
        }
    }

    @Test
    void configuration_namesClassAndLabels_andKeepsTheRest() throws IOException {
        Path folder = temporary.resolve("exported");
        try (SeedModel seed = SeedModel.open(checkpoint("bert_cls"), THREE_CLASSES)) {
            ModelExport.write(seed, seed.initial(), List.of("Cardiology", "Billing", "Other"), folder);
        }
        String config = Files.readString(folder.resolve("config.json"));
        assertThat(config)
                .contains("\"0\": \"Cardiology\"", "\"Billing\": 1", "\"single_label_classification\"")
                .contains("\"BertForSequenceClassification\"", "\"hidden_size\": 48");
    }

    @Test
    void delta_putOnTheSeed_isTheTrainedModel_andOnNothingElse() throws IOException {
        Path file = temporary.resolve("delta.safetensors");
        try (SeedModel seed = SeedModel.open(checkpoint("bert_cls"), THREE_CLASSES)) {
            float[] trained = changed(seed.initial());
            BiasDelta.write(seed, trained, List.of("a", "b", "c"), file);
            assertThat(BiasDelta.read(file, seed)).isEqualTo(trained);
        }
        var biasesOnly = new ModelSpec(Task.CLASSIFICATION, 3, Trained.BIASES);
        try (SeedModel other = SeedModel.open(checkpoint("bert_cls"), biasesOnly)) {
            assertThatThrownBy(() -> BiasDelta.read(file, other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sotto.layout");
        }
        try (SeedModel other = SeedModel.open(checkpoint("bert_regression"), THREE_CLASSES)) {
            assertThatThrownBy(() -> BiasDelta.read(file, other))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("sotto.seed_sha256");
        }
    }

    @Test
    void delta_saysWhatItIsFor() throws IOException {
        Trained rules = Trained.BIASES_AND_HEAD
                .inLayers(new Trained.Layers(1, 1))
                .named("*.attention.*")
                .withKeyBiases();
        var spec = new ModelSpec(Task.CLASSIFICATION, 3, rules);
        List<String> labels = List.of("a, b", "\"quoted\"", "gr\u00fcn");
        Path file = temporary.resolve("delta.safetensors");
        try (SeedModel seed = SeedModel.open(checkpoint("bert_cls"), spec)) {
            BiasDelta.write(seed, seed.initial(), labels, file);
        }
        assertThat(BiasDelta.purpose(file)).isEqualTo(new DeltaPurpose(spec, labels));
    }

    @Test
    void deltaOfTheFirstFormat_isRefused() throws IOException {
        Path file = temporary.resolve("old.safetensors");
        SafetensorsWriter.write(file, Map.of("sotto.format", "1"), List.of());
        assertThatThrownBy(() -> BiasDelta.purpose(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sotto.format = 1 where 2 is expected")
                .hasMessageContaining("train again");
    }

    @Test
    void exportedModel_saysItsTaskAndLabels_andASeedWithoutHeadHasNoAnswers() throws IOException {
        Path folder = temporary.resolve("exported");
        try (SeedModel seed = SeedModel.open(checkpoint("bert_cls"), THREE_CLASSES)) {
            ModelExport.write(seed, seed.initial(), List.of("x", "y", "z"), folder);
        }
        SavedModel saved = SavedModel.of(folder);
        assertThat(saved.labels()).containsExactly("x", "y", "z");
        assertThat(saved.spec().task()).isEqualTo(Task.CLASSIFICATION);
        List<SafetensorsWriter.Content> body = new ArrayList<>();
        try (Safetensors weights = Safetensors.open(folder.resolve("model.safetensors"))) {
            for (Safetensors.Tensor tensor : weights.tensors().values()) {
                if (!tensor.name().startsWith("classifier")) {
                    body.add(SafetensorsWriter.Content.floats(
                            tensor.name(), tensor.shape(), weights.floats(tensor.name())));
                }
            }
        }
        SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of(), body);
        assertThatThrownBy(() -> SavedModel.of(folder)).hasMessageContaining("no trained head");
    }

    /** The folder with its weights cut to bfloat16. */
    private Path halfPrecisionCopy(Path from) throws IOException {
        Path folder = Files.createDirectories(temporary.resolve("half"));
        Files.copy(from.resolve("config.json"), folder.resolve("config.json"));
        List<SafetensorsWriter.Content> contents = new ArrayList<>();
        try (Safetensors weights = Safetensors.open(from.resolve("model.safetensors"))) {
            for (Safetensors.Tensor tensor : weights.tensors().values()) {
                float[] values = weights.floats(tensor.name());
                ByteBuffer halves = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
                for (float value : values) {
                    halves.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
                }
                contents.add(new SafetensorsWriter.Content(
                        tensor.name(), NumberType.BF16, tensor.shape(), () -> halves.duplicate()
                                .flip()));
            }
            SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of(), contents);
        }
        return folder;
    }

    /** Rewrites a file with all its numbers as 32-bit floats. */
    private static void widen(Path file) throws IOException {
        List<SafetensorsWriter.Content> contents = new ArrayList<>();
        try (Safetensors weights = Safetensors.open(file)) {
            for (Safetensors.Tensor tensor : weights.tensors().values()) {
                contents.add(
                        SafetensorsWriter.Content.floats(tensor.name(), tensor.shape(), weights.floats(tensor.name())));
            }
        }
        SafetensorsWriter.write(file, Map.of(), contents);
    }

    /** A decoder's folder with these settings, and a tokenizer with an end of text. */
    private Path decoder(String name, String settings, String tokenizerSettings) throws IOException {
        Path from = checkpoint("../hf-small/" + name);
        Path folder = Files.createDirectory(temporary.resolve(name));
        JsonObject config = JsonParser.parseString(Files.readString(from.resolve("config.json")))
                .getAsJsonObject();
        config.remove("pad_token_id");
        JsonParser.parseString(settings)
                .getAsJsonObject()
                .entrySet()
                .forEach(each -> config.add(each.getKey(), each.getValue()));
        Files.writeString(folder.resolve("config.json"), config.toString());
        Files.copy(from.resolve("model.safetensors"), folder.resolve("model.safetensors"));
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"added_tokens\": [{\"id\": 7, \"content\": \"<end>\"}, {\"id\": 9, \"content\": \"<pad>\"}], \"model\":"
                        + " {\"type\": \"BPE\", \"vocab\": {\"a\": 0, \"b\": 1}, \"merges\": []}}");
        Files.writeString(folder.resolve("tokenizer_config.json"), tokenizerSettings);
        return folder;
    }

    private static JsonObject json(Path file) throws IOException {
        return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    }

    /** Without it transformers answers no batch; with 0, a token as any other, it would read another last token. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'eos_token_id': 7}                       | {}                                     | 7 | <end>",
                "{'eos_token_id': [7, 8]}                  | {'pad_token': null}                    | 7 | <end>",
                "{'eos_token_id': 7, 'pad_token_id': null} | {'pad_token': {'content': '<pad>'}}    | 9 | <pad>",
                "{'eos_token_id': 7, 'pad_token_id': -1}   | {'eos_token': '<end>'}                 | 7 | <end>",
                "{'eos_token_id': null}                    | {'eos_token': {'content': '<end>'}}    | 7 | <end>",
                "{'eos_token_id': 7, 'pad_token_id': 9}    | {}                                     | 9 | <pad>",
                "{'eos_token_id': 7, 'pad_token_id': 0}    | {'pad_token': 'a'}                     | 0 | a",
            })
    void decodersExport_namesItsPadding_theEndTokenIfTheSeedNamesNone(
            String settings, String tokenizerSettings, int id, String text) throws IOException {
        for (String name : List.of("gpt2_cls", "gpt2_lm", "llama_cls", "llama_tied")) {
            Path folder = decoder(name, settings.replace('\'', '"'), tokenizerSettings.replace('\'', '"'));
            Path exported = temporary.resolve(name + "-exported");
            try (SeedModel seed = SeedModel.open(folder, THREE_CLASSES)) {
                ModelExport.write(seed, seed.initial(), List.of("a", "b", "c"), exported);
            }
            assertThat(json(exported.resolve("config.json")).get("pad_token_id").getAsInt())
                    .as(name)
                    .isEqualTo(id);
            JsonElement token = json(exported.resolve("tokenizer_config.json")).get("pad_token");
            assertThat(
                            token.isJsonObject()
                                    ? token.getAsJsonObject().get("content").getAsString()
                                    : token.getAsString())
                    .as(name)
                    .isEqualTo(text);
        }
    }

    /** The head of a language model's folder is new, and learns with the padding. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gpt2_cls  | {'eos_token_id': 7}                    | <end>",
                "llama_cls | {'eos_token_id': 7}                    | <end>",
                "gpt2_cls  | {'eos_token_id': 7, 'pad_token_id': 9} |",
                "gpt2_lm   | {'eos_token_id': 7}                    |",
            })
    void keptHeadWithoutPadding_isToldWhatItsExportNames(String name, String settings, String text) throws IOException {
        Path folder = decoder(name, settings.replace('\'', '"'), "{}");
        try (SeedModel seed = SeedModel.open(folder, THREE_CLASSES)) {
            assertThat(seed.padTokenOfKeptHead().map(PadToken::text)).isEqualTo(Optional.ofNullable(text));
        }
    }

    /** A text that ends with the end token, read in training as the export's reader does. */
    @Test
    void newHeadOnADecoder_readsTheTokenThatItsExportReads() throws IOException {
        Path folder = decoder("gpt2_lm", "{\"eos_token_id\": 7}", "{}");
        Path exported = temporary.resolve("exported");
        var batch = new TokenBatch(
                2, 3, new int[] {5, 9, 7, 4, 8, 7}, new int[] {1, 1, 1, 1, 1, 0}, new int[6], new float[] {0, 2});
        var shorter =
                new TokenBatch(2, 2, new int[] {5, 9, 4, 8}, new int[] {1, 1, 1, 1}, new int[4], new float[] {0, 2});
        try (TrainableModel model = TrainableModel.load(folder, THREE_CLASSES)) {
            float[] parameters = changed(model.initial());
            ModelExport.write(model.seed(), parameters, List.of("a", "b", "c"), exported);
            try (TrainableModel again = TrainableModel.load(exported, THREE_CLASSES)) {
                Close.assertRelative(
                        again.logits(batch, again.initial()),
                        model.logits(batch, parameters),
                        Rounding.tolerance(model.seed(), batch));
                Close.assertRelative(
                        model.logits(shorter, parameters),
                        model.logits(batch, parameters),
                        Rounding.tolerance(model.seed(), batch));
            }
        }
    }
}
