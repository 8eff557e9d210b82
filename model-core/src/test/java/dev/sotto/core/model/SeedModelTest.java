package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.check.ModelCheck;
import dev.sotto.core.engine.NumberType;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.engine.SafetensorsWriter;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.Trained;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a seed folder may lack or hold, and what is said when it cannot be trained. */
class SeedModelTest {
    private static final ModelSpec TWO_CLASSES = new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES_AND_HEAD);

    @TempDir
    Path folder;

    /** A copy of a checkpoint with some settings changed (JSON null removes one) and tensors renamed (empty drops). */
    private void copy(String checkpoint, Map<String, String> settings, Function<String, Optional<String>> rename)
            throws IOException {
        Path from = Reference.of(checkpoint).folder();
        JsonObject config = JsonParser.parseString(Files.readString(from.resolve("config.json")))
                .getAsJsonObject();
        settings.forEach((key, value) -> {
            JsonElement json = JsonParser.parseString(value);
            if (json.isJsonNull()) {
                config.remove(key);
            } else {
                config.add(key, json);
            }
        });
        Files.writeString(folder.resolve("config.json"), config.toString());
        List<SafetensorsWriter.Content> contents = new ArrayList<>();
        try (Safetensors weights = Safetensors.open(from.resolve("model.safetensors"))) {
            for (Safetensors.Tensor tensor : weights.tensors().values()) {
                rename.apply(tensor.name())
                        .ifPresent(name -> contents.add(new SafetensorsWriter.Content(
                                name, tensor.type(), tensor.shape(), () -> weights.bytes(tensor.name()))));
            }
            SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of(), contents);
        }
    }

    private static Optional<String> same(String name) {
        return Optional.of(name);
    }

    private SeedModel open() {
        return SeedModel.open(folder, TWO_CLASSES);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model_type              | \"mamba\"           | Unsupported | \"mamba\"",
                "model_type              | null                | Unsupported | Supported are: bert",
                "hidden_act              | \"snake\"           | Unsupported | an activation that is not built",
                "position_embedding_type | \"relative_key\"    | Unsupported | only \"absolute\" is built",
                "is_decoder              | true                | Unsupported | only encoders are built",
                "hidden_size             | null                | Damaged     | has no \"hidden_size\"",
                "hidden_size             | 47                  | Damaged     | the states cannot be shared out evenly",
                "hidden_size             | 0                   | Damaged     | should be at least 1",
                "hidden_size             | \"many\"            | Damaged     | should be a number",
                "num_hidden_layers       | 4                   | Damaged     | it lacks bert.encoder.layer.3",
                "num_hidden_layers       | 2                   | Damaged     | it holds bert.encoder.layer.2",
                "vocab_size              | 121                 | Damaged     | has shape [120, 48] where [121, 48]"
            })
    void configurationThatCannotBeComputed_isRefusedBeforeAnythingIs(
            String key, String value, String kind, String message) throws IOException {
        copy("bert_cls", Map.of(key, value), SeedModelTest::same);
        assertThatThrownBy(this::open)
                .isInstanceOf(ModelException.class)
                .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(kind))
                .hasMessageContaining(message)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void headThatItsConfigurationContradicts_isNamedWithTheFile() throws IOException {
        copy("bert_cls", Map.of("problem_type", "\"regression\""), SeedModelTest::same);

        assertThatThrownBy(() -> SavedModel.of(folder))
                .isInstanceOf(ModelException.Unsupported.class)
                .hasMessageContainingAll("config.json", "regression", "outputs", "problem_type", "id2label");
    }

    @Test
    void tensorThatTheFamilyLacks_isRefused_sinceItMightMatter() throws IOException {
        copy(
                "bert_cls",
                Map.of(),
                name -> Optional.of(name.equals("bert.pooler.dense.bias") ? "bert.adapter.bias" : name));
        assertThatThrownBy(this::open)
                .isInstanceOf(ModelException.Damaged.class)
                .hasMessageContaining("it holds bert.adapter.bias");
    }

    @Test
    void maskedLanguageModel_getsAPoolerAndAHeadByRule_andItsOwnHeadIsNotUsed() throws IOException {
        copy(
                "bert_cls",
                Map.of("architectures", "[\"BertForMaskedLM\"]"),
                name -> name.startsWith("bert.pooler")
                        ? Optional.empty()
                        : Optional.of(name.replace("classifier.", "cls.predictions.")));
        try (SeedModel seed = open()) {
            assertThat(seed.begun())
                    .containsExactly(
                            "bert.pooler.dense.weight",
                            "bert.pooler.dense.bias",
                            "classifier.weight",
                            "classifier.bias");
            assertThat(seed.unused()).containsExactlyInAnyOrder("cls.predictions.weight", "cls.predictions.bias");
        }
        try (SeedModel first = open();
                SeedModel second = open()) {
            assertThat(first.initial()).isEqualTo(second.initial());
        }
    }

    @Test
    void headOfAnotherTask_isNotKept() throws IOException {
        copy("bert_cls", Map.of("architectures", "[\"BertForTokenClassification\"]"), SeedModelTest::same);
        try (SeedModel seed = open()) {
            assertThat(seed.begun()).containsExactly("classifier.weight", "classifier.bias");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"module.", "_module.", "_orig_mod.", "_orig_mod._module.module."})
    void wrappersPrefix_isTakenOff_andTheExportHasNone(String prefix) throws IOException {
        copy("bert_cls", Map.of(), name -> Optional.of(prefix + name));
        Path exported = Files.createDirectory(folder.resolve("exported"));
        try (SeedModel wrapped = open();
                SeedModel original = SeedModel.open(Reference.of("bert_cls").folder(), TWO_CLASSES)) {
            assertThat(wrapped.begun()).isEmpty();
            assertThat(wrapped.initial()).isEqualTo(original.initial());
            wrapped.writeWeights(wrapped.initial(), exported);
        }
        try (Safetensors written = Safetensors.open(exported.resolve("model.safetensors"));
                Safetensors before =
                        Safetensors.open(Reference.of("bert_cls").folder().resolve("model.safetensors"))) {
            assertThat(written.tensors().keySet()).isEqualTo(before.tensors().keySet());
        }
    }

    @Test
    void otherPrefix_isNamed() throws IOException {
        copy("bert_cls", Map.of(), name -> Optional.of("net." + name));
        assertThatThrownBy(this::open)
                .hasMessageContaining("All names begin with \"net.\"")
                .hasMessageContaining("removeprefix");
    }

    @Test
    void adapters_areNamed_withTheirBase() throws IOException {
        Files.writeString(folder.resolve("adapter_config.json"), "{\"base_model_name_or_path\": \"bert-base-cased\"}");
        assertThatThrownBy(this::open)
                .isInstanceOf(ModelException.Unsupported.class)
                .hasMessageContaining("a PEFT adapter, not a model. Give its base model (bert-base-cased)")
                .hasMessageContaining("merge_and_unload");

        Files.delete(folder.resolve("adapter_config.json"));
        copy("bert_cls", Map.of(), name -> Optional.of(name.replace("query.weight", "query.base_layer.weight")));
        assertThatThrownBy(this::open).hasMessageContaining("an adapter's that is not merged");
    }

    /** Rewritten in another number type, with one number of a tensor replaced. */
    private void rewrite(NumberType type, String broken, double value) throws IOException {
        copy("bert_cls", Map.of(), SeedModelTest::same);
        Path file = folder.resolve("model.safetensors");
        List<SafetensorsWriter.Content> contents = new ArrayList<>();
        try (Safetensors weights = Safetensors.open(file)) {
            for (Safetensors.Tensor tensor : weights.tensors().values()) {
                double[] values = weights.doubles(tensor.name());
                if (tensor.name().equals(broken)) {
                    values[values.length - 1] = value;
                }
                contents.add(
                        new SafetensorsWriter.Content(tensor.name(), type, tensor.shape(), () -> bytes(type, values)));
            }
            SafetensorsWriter.write(folder.resolve("rewritten"), Map.of(), contents);
        }
        Files.move(folder.resolve("rewritten"), file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static ByteBuffer bytes(NumberType type, double[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            int bits = Float.floatToRawIntBits((float) value);
            switch (type) {
                case F64 -> bytes.putDouble(value);
                case F32 -> bytes.putInt(bits);
                case BF16 -> bytes.putShort((short) (bits >> 16));
                case F16 -> // of the broken number alone, the others zero
                    bytes.putShort((short) (Double.isFinite(value) ? 0 : ((bits >> 16) & 0x8000) | 0x7c00));
                default -> throw new IllegalArgumentException("no float: " + type);
            }
        }
        return bytes.rewind();
    }

    @Test
    void weightsOf64Bits_areRoundedTo32() throws IOException {
        rewrite(NumberType.F64, "", 0);
        try (SeedModel seed = open();
                SeedModel original = SeedModel.open(Reference.of("bert_cls").folder(), TWO_CLASSES)) {
            seed.check();
            assertThat(seed.initial()).isEqualTo(original.initial());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "F32, NaN, bert.encoder.layer.1.output.dense.weight",
        "F32, -Infinity, classifier.bias",
        "BF16, NaN, bert.embeddings.LayerNorm.bias",
        "F16, Infinity, bert.encoder.layer.2.attention.self.key.bias",
        "F64, 1e300, bert.pooler.dense.weight",
        "F64, NaN, bert.pooler.dense.weight",
    })
    void weightThatIsNoNumber_isRefused_andItsTensorNamed(NumberType type, double value, String tensor)
            throws IOException {
        rewrite(type, tensor, value);
        try (SeedModel seed = open()) {
            assertThatThrownBy(seed::check)
                    .isInstanceOf(ModelException.Damaged.class)
                    .hasMessageContaining("a NaN or an infinity in " + tensor + " (" + type);
        }
        assertThatThrownBy(() -> ModelCheck.of(folder, Trained.BIASES_AND_HEAD)).hasMessageContaining(tensor);
    }

    @Test
    void seedsOwnLabels_areToldByTheCheck_andGapsInThemRefused() throws IOException {
        copy("bert_cls", Map.of("id2label", "{\"1\": \"good\", \"0\": \"bad\"}"), SeedModelTest::same);
        assertThat(ModelCheck.of(folder, Trained.BIASES_AND_HEAD).labels()).containsExactly("bad", "good");

        copy("bert_cls", Map.of("id2label", "{\"1\": \"bad\", \"2\": \"good\"}"), SeedModelTest::same);
        assertThatThrownBy(() -> ModelCheck.of(folder, Trained.BIASES_AND_HEAD))
                .isInstanceOf(ModelException.Damaged.class)
                .hasMessageContaining("has no \"0\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bare", "gamma"})
    void olderNames_areTheSameModel(String manner) throws IOException {
        copy(
                "bert_cls",
                Map.of(),
                name -> Optional.of(
                        manner.equals("bare")
                                ? name.replaceFirst("^bert\\.", "")
                                : name.replace("LayerNorm.weight", "LayerNorm.gamma")
                                        .replace("LayerNorm.bias", "LayerNorm.beta")));
        TokenBatch batch = Reference.of("bert_cls").batch();
        try (TrainableModel renamed = TrainableModel.load(folder, TWO_CLASSES);
                TrainableModel original =
                        TrainableModel.load(Reference.of("bert_cls").folder(), TWO_CLASSES)) {
            assertThat(renamed.layout()).isEqualTo(original.layout());
            Close.assertRelative(
                    renamed.logits(batch, renamed.initial()),
                    original.logits(batch, original.initial()),
                    Rounding.tolerance(original.seed(), batch));
        }
    }

    @Test
    void folderWithoutUsableWeights_saysWhatToDo() throws IOException {
        assertThatThrownBy(() -> SeedModel.open(folder.resolve("nowhere"), TWO_CLASSES))
                .hasMessageContaining("There is no folder");
        assertThatThrownBy(this::open).hasMessageContaining("holds no model.safetensors");
        Files.writeString(folder.resolve("pytorch_model.bin"), "pickle");
        assertThatThrownBy(this::open)
                .isInstanceOf(ModelException.Unsupported.class)
                .hasMessageContaining("python -c")
                .hasMessageContaining("weights_only=True");
        Files.writeString(folder.resolve("model.safetensors"), "version https://git-lfs.github.com/spec/v1");
        assertThatThrownBy(this::open)
                .isInstanceOf(ModelException.Damaged.class)
                .hasMessageContaining("Git LFS pointer");
    }

    @Test
    void truncatedWeights_areRefusedByTheHeaderAlone() throws IOException {
        copy("bert_cls", Map.of(), SeedModelTest::same);
        Path weights = folder.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(this::open)
                .isInstanceOf(ModelException.Damaged.class)
                .hasMessageContaining("lies outside the file");
    }

    @Test
    void malformedHeaders_areRefused() throws IOException {
        for (String header : List.of(
                "[]",
                "{",
                "{\"a\":1}",
                "{\"a\":{\"dtype\":\"F31\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,-4]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4]}}")) {
            byte[] json = header.getBytes(StandardCharsets.UTF_8);
            byte[] file = new byte[8 + json.length + 8];
            file[0] = (byte) json.length;
            System.arraycopy(json, 0, file, 8, json.length);
            Files.write(folder.resolve("model.safetensors"), file);
            assertThatThrownBy(this::open).as(header).isInstanceOf(ModelException.Damaged.class);
        }
    }

    @Test
    void batchLongerThanThePositions_isRefused() {
        try (TrainableModel model = TrainableModel.load(Reference.of("bert_cls").folder(), TWO_CLASSES)) {
            int length = 33;
            var batch = new TokenBatch(1, length, new int[length], new int[length], new int[length], new float[1]);
            assertThatThrownBy(() -> model.gradients(batch, model.initial()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at most 32");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vit_cls      | image_size | [32, 40, 3]   | Damaged     | an integer, or two",
                "vit_cls      | image_size | 40            | Damaged     | where [1, 26, 48]",
                "vit_cls      | patch_size | 64            | Damaged     | not one patch fits in",
                "vit_cls      | qkv_bias   | \"no\"          | Damaged     | should be true or false",
                "vit_cls      | qkv_bias   | false         | Damaged     | it holds vit.encoder.layer.0",
                "beit_cls     | image_size | [32, 40]      | Unsupported | for square images",
                "beit_cls     | use_mean_pooling | false   | Damaged     | it holds beit.pooler.layernorm",
                "resnet_basic | layer_type | \"bottleneck\"  | Damaged     | has shape",
                "resnet_basic | layer_type | \"preact\"      | Unsupported | built are basic and bottleneck",
                "resnet_basic | depths     | [1, 2]        | Damaged     | lists 2 depths and 3 hidden_sizes",
                "resnet_basic | depths     | [1, 0, 1]     | Damaged     | integers of at least 1"
            })
    void imageModelThatCannotBeComputed_isRefusedBeforeAnythingIs(
            String checkpoint, String key, String value, String kind, String message) throws IOException {
        copy(checkpoint, Map.of(key, value), SeedModelTest::same);
        assertThatThrownBy(this::open)
                .isInstanceOf(ModelException.class)
                .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(kind))
                .hasMessageContaining(message)
                .hasMessageContaining(folder.toString());
    }

    @Test
    void imagesHaveNoTokens_soTaskOnTokensIsRefused() {
        Path vit = Reference.of("vit_cls").folder();
        assertThatThrownBy(
                        () -> SeedModel.open(vit, new ModelSpec(Task.TOKEN_CLASSIFICATION, 2, Trained.BIASES_AND_HEAD)))
                .isInstanceOf(ModelException.Unsupported.class)
                .hasMessageContaining("no tokens to be labelled");
    }

    @Test
    void imagesOfAnotherSize_areRefused_sinceTheirPositionsWouldMeanOtherPlaces() {
        try (TrainableModel model = TrainableModel.load(Reference.of("vit_cls").folder(), TWO_CLASSES)) {
            var batch = new ImageBatch(1, 3, 16, 32, new float[3 * 16 * 32], new float[1]);
            assertThatThrownBy(() -> model.gradients(batch, model.initial()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Images are 3 x 16 x 32, the model reads 3 channels of 32 x 32");
        }
    }

    @Test
    void sizeOfImages_isCheckedBeforeThereAreAny() {
        try (SeedModel vit = SeedModel.open(Reference.of("vit_cls").folder(), TWO_CLASSES);
                SeedModel resNet = SeedModel.open(Reference.of("resnet_basic").folder(), TWO_CLASSES);
                SeedModel bert = SeedModel.open(Reference.of("bert_cls").folder(), TWO_CLASSES)) {
            vit.requireImages(3, 32, 32);
            resNet.requireImages(3, 224, 160);
            assertThatThrownBy(() -> vit.requireImages(3, 224, 224))
                    .isInstanceOf(ModelException.Unsupported.class)
                    .hasMessageContaining("Images are 3 x 224 x 224, the model reads 3 channels of 32 x 32");
            assertThatThrownBy(() -> resNet.requireImages(1, 224, 224)).isInstanceOf(ModelException.Unsupported.class);
            assertThatThrownBy(() -> bert.requireImages(3, 32, 32)).hasMessageContaining("holds a model of text");
        }
    }

    /** As BEiT is pretrained: without a last normalisation, with a head that guesses what was masked. */
    @Test
    void maskedImageModel_getsANormalisationAndAHeadByRule() throws IOException {
        copy(
                "beit_cls",
                Map.of("architectures", "[\"BeitForMaskedImageModeling\"]"),
                name -> Optional.of(name.replace("beit.pooler.layernorm.", "layernorm.")
                        .replace("classifier.", "lm_head.")
                        .replaceFirst("^beit\\.(embeddings|encoder)", "$1")));
        try (SeedModel seed = open()) {
            assertThat(seed.begun())
                    .containsExactly(
                            "beit.pooler.layernorm.weight",
                            "beit.pooler.layernorm.bias",
                            "classifier.weight",
                            "classifier.bias");
            assertThat(seed.unused())
                    .containsExactlyInAnyOrder("layernorm.weight", "layernorm.bias", "lm_head.weight", "lm_head.bias");
        }
    }
}
