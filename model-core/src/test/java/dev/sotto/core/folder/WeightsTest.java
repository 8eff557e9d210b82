package dev.sotto.core.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.checkpoint.BiasDelta;
import dev.sotto.core.checkpoint.ModelExport;
import dev.sotto.core.engine.Mappings;
import dev.sotto.core.engine.NumberType;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.engine.SafetensorsWriter;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.Close;
import dev.sotto.core.model.Reference;
import dev.sotto.core.model.Rounding;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.model.TrainableModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights in one file or several, and in the number types of the format. */
class WeightsTest {
    private static final ModelSpec SPEC = new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES_AND_HEAD);
    private static final Path WHOLE = Reference.of("bert_cls").folder();
    private static final List<String> PARTS =
            List.of("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors");

    @TempDir
    Path folder;

    private JsonObject weightMap;

    /** A checkpoint cut in two: every other tensor in the second file. */
    @BeforeEach
    void cut() throws IOException {
        Files.copy(WHOLE.resolve("config.json"), folder.resolve("config.json"));
        weightMap = new JsonObject();
        try (Safetensors weights = Safetensors.open(WHOLE.resolve("model.safetensors"))) {
            List<List<SafetensorsWriter.Content>> contents = List.of(new ArrayList<>(), new ArrayList<>());
            for (Safetensors.Tensor tensor : weights.tensors().values()) {
                int part = weightMap.size() % 2;
                contents.get(part)
                        .add(new SafetensorsWriter.Content(
                                tensor.name(), tensor.type(), tensor.shape(), () -> weights.bytes(tensor.name())));
                weightMap.addProperty(tensor.name(), PARTS.get(part));
            }
            for (int part = 0; part < PARTS.size(); part++) {
                SafetensorsWriter.write(folder.resolve(PARTS.get(part)), Map.of(), contents.get(part));
            }
        }
        writeIndex();
    }

    private void writeIndex() throws IOException {
        var index = new JsonObject();
        index.add("weight_map", weightMap);
        Files.writeString(folder.resolve(SafetensorsWeights.INDEX), index.toString());
    }

    @Test
    void severalFiles_areTheSameModelAsOne() throws IOException {
        TokenBatch batch = Reference.of("bert_cls").batch();
        Path exported = folder.resolve("exported");
        try (TrainableModel parts = TrainableModel.load(folder, SPEC);
                TrainableModel whole = TrainableModel.load(WHOLE, SPEC)) {
            assertThat(parts.layout()).isEqualTo(whole.layout());
            float[] initial = parts.initial();
            assertThat(initial).isEqualTo(whole.initial());
            Close.assertRelative(
                    parts.gradients(batch, initial),
                    whole.gradients(batch, initial),
                    Rounding.tolerance(whole.seed(), batch));
            ModelExport.write(parts.seed(), initial, List.of("no", "yes"), exported);
            BiasDelta.write(parts.seed(), initial, List.of("no", "yes"), folder.resolve("delta.safetensors"));
            assertThat(BiasDelta.read(folder.resolve("delta.safetensors"), parts.seed()))
                    .isEqualTo(initial);
            assertThatThrownBy(() -> BiasDelta.read(folder.resolve("delta.safetensors"), whole.seed()))
                    .hasMessageContaining("the seed model's SHA-256");
        }
        try (TrainableModel again = TrainableModel.load(exported, SPEC);
                TrainableModel whole = TrainableModel.load(WHOLE, SPEC)) {
            Close.assertRelative(
                    again.logits(batch, again.initial()),
                    whole.logits(batch, whole.initial()),
                    Rounding.tolerance(whole.seed(), batch));
        }
    }

    @Test
    void thousandTensorsInTenFiles_areTenMappings_whichClosingEnds() throws IOException {
        Path many = Files.createDirectories(folder.resolve("many"));
        var map = new JsonObject();
        for (int part = 0; part < 10; part++) {
            List<SafetensorsWriter.Content> contents = new ArrayList<>();
            String file = "part" + part + ".safetensors";
            for (int i = 0; i < 100; i++) {
                String name = "t" + part + "." + i;
                contents.add(SafetensorsWriter.Content.floats(name, List.of(2), new float[] {part, i}));
                map.addProperty(name, file);
            }
            SafetensorsWriter.write(many.resolve(file), Map.of(), contents);
        }
        var index = new JsonObject();
        index.add("weight_map", map);
        Files.writeString(many.resolve(SafetensorsWeights.INDEX), index.toString());
        try (SafetensorsWeights weights = SafetensorsWeights.open(many)) {
            assertThat(weights.tensors()).hasSize(1000);
            for (String name : weights.tensors().keySet()) {
                assertThat(name)
                        .isEqualTo("t%.0f.%.0f"
                                .formatted(
                                        weights.floatBytes(name).getFloat(0),
                                        weights.floatBytes(name).getFloat(4)));
            }
            assertThat(Mappings.of(many)).isEqualTo(10);
        }
        assertThat(Mappings.of(many)).isZero();
    }

    @Test
    void modelThatIsClosed_leavesNoMapping_andIsNotComputedWith() throws IOException {
        TokenBatch batch = Reference.of("bert_cls").batch();
        TrainableModel model = TrainableModel.load(folder, SPEC);
        float[] initial = model.initial();
        assertThat(model.gradients(batch, initial)).isNotEmpty();
        assertThat(Mappings.of(folder)).isEqualTo(PARTS.size());
        model.close();
        assertThat(Mappings.of(folder)).isZero();
        assertThatThrownBy(() -> model.gradients(batch, initial)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(model::initial).isInstanceOf(IllegalStateException.class);
    }

    /** As where one thread gives up on a model while others still compute: reading unmapped memory would end the process. */
    @Test
    void closingAModel_waitsForThoseWhoCompute() throws Exception {
        TokenBatch batch = Reference.of("bert_cls").batch();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int round = 0; round < 5; round++) {
                TrainableModel model = TrainableModel.load(folder, SPEC);
                float[] initial = model.initial();
                var computed = new CountDownLatch(2);
                List<Future<Boolean>> ended = new ArrayList<>();
                for (int i = 0; i < 2; i++) {
                    ended.add(threads.submit(() -> {
                        try {
                            while (true) {
                                model.gradients(batch, initial);
                                computed.countDown();
                            }
                        } catch (IllegalStateException closed) {
                            return true;
                        }
                    }));
                }
                computed.await();
                model.close();
                for (Future<Boolean> each : ended) {
                    assertThat(each.get()).isTrue();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void hash_changesWithAnyOfTheFiles() throws IOException {
        String before = sha256();
        Path last = folder.resolve(PARTS.get(1));
        byte[] bytes = Files.readAllBytes(last);
        bytes[bytes.length - 1] ^= 1;
        Files.write(last, bytes);
        assertThat(sha256()).isNotEqualTo(before);
    }

    private String sha256() throws IOException {
        try (SeedModel seed = SeedModel.open(folder, SPEC)) {
            return seed.sha256();
        }
    }

    @Test
    void missingFile_isNamed() throws IOException {
        Files.delete(folder.resolve(PARTS.get(1)));
        assertRefused("there is no " + folder.resolve(PARTS.get(1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "classifier.bias | ../model.safetensors             | which is no safetensors file beside it",
                "classifier.bias | /etc/model.safetensors           | which is no safetensors file beside it",
                "classifier.bias | pytorch_model-00001-of-00002.bin | which is no safetensors file beside it",
                "classifier.more | model-00001-of-00002.safetensors | holds no classifier.more",
            })
    void indexThatDoesNotFitTheFiles_isRefused(String tensor, String file, String message) throws IOException {
        weightMap.addProperty(tensor, file);
        writeIndex();
        assertRefused(message);
    }

    @Test
    void tensorThatTheIndexDoesNotName_isRefused_sinceItMightBeAnOlderOne() throws IOException {
        weightMap.remove("classifier.bias");
        writeIndex();
        assertRefused("tensors where the index names");
    }

    @ParameterizedTest
    @CsvSource({"[]", "{", "{}", "'{\"weight_map\": 3}'"})
    void malformedIndex_isRefused(String json) throws IOException {
        Files.writeString(folder.resolve(SafetensorsWeights.INDEX), json);
        assertRefused("has no weight_map");
    }

    @Test
    void pickles_areRefusedWithWhatToDo() throws IOException {
        Files.delete(folder.resolve(SafetensorsWeights.INDEX));
        Files.writeString(folder.resolve("pytorch_model.bin.index.json"), "{}");
        assertThatThrownBy(() -> SeedModel.open(folder, SPEC))
                .isInstanceOf(ModelException.Unsupported.class)
                .hasMessageContaining("python -c")
                .hasMessageContaining("safe_serialization=True");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> SeedModel.open(folder, SPEC))
                .isInstanceOf(ModelException.Damaged.class)
                .hasMessageContaining(message);
    }

    /** Numbers that both half-precision types hold exactly, so that the outputs are those of 32 bits. */
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void halfPrecision_isReadAsTheNumbersThatItHolds(NumberType type) throws IOException {
        Path wide = Files.createDirectories(folder.resolve("wide"));
        Path half = Files.createDirectories(folder.resolve("half"));
        List<SafetensorsWriter.Content> floats = new ArrayList<>();
        List<SafetensorsWriter.Content> halves = new ArrayList<>();
        try (Safetensors weights = Safetensors.open(WHOLE.resolve("model.safetensors"))) {
            for (Safetensors.Tensor tensor : weights.tensors().values()) {
                float[] values = weights.floats(tensor.name());
                ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < values.length; i++) {
                    // 0, or a power of two between 2^-14 and 2^3, in both types: sign, exponent, no fraction
                    int exponent = Math.max(-14, Math.min(3, Math.getExponent(values[i])));
                    int sign = values[i] < 0 ? 1 : 0;
                    int bits = type == NumberType.F16
                            ? (sign << 15) | ((exponent + 15) << 10)
                            : (sign << 15) | ((exponent + 127) << 7);
                    bytes.putShort((short) bits);
                    values[i] = (float) ((1 - 2 * sign) * Math.pow(2, exponent));
                }
                floats.add(SafetensorsWriter.Content.floats(tensor.name(), tensor.shape(), values));
                halves.add(new SafetensorsWriter.Content(tensor.name(), type, tensor.shape(), bytes::rewind));
            }
            SafetensorsWriter.write(wide.resolve("model.safetensors"), Map.of(), floats);
            SafetensorsWriter.write(half.resolve("model.safetensors"), Map.of(), halves);
        }
        for (Path each : List.of(wide, half)) {
            Files.copy(WHOLE.resolve("config.json"), each.resolve("config.json"));
        }
        TokenBatch batch = Reference.of("bert_cls").batch();
        try (TrainableModel expected = TrainableModel.load(wide, SPEC);
                TrainableModel actual = TrainableModel.load(half, SPEC)) {
            assertThat(actual.initial()).isEqualTo(expected.initial());
            Close.assertRelative(
                    actual.logits(batch, actual.initial()),
                    expected.logits(batch, expected.initial()),
                    Rounding.tolerance(expected.seed(), batch));
        }
    }
}
