package dev.sotto.core.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sotto.core.engine.NumberType;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.engine.SafetensorsWriter;
import dev.sotto.core.engine.SafetensorsWriter.Content;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.Trained;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoders as older versions of transformers wrote them. */
class OlderCheckpointsTest {
    @TempDir
    Path folder;

    private static Path checkpoint(String name) throws URISyntaxException {
        return Path.of(OlderCheckpointsTest.class
                .getResource("/vectors/hf-small/" + name)
                .toURI());
    }

    private static JsonObject config(String name) throws URISyntaxException, IOException {
        return JsonParser.parseString(Files.readString(checkpoint(name).resolve("config.json")))
                .getAsJsonObject();
    }

    private void write(String name, JsonObject config, UnaryOperator<String> rename, List<Content> more)
            throws URISyntaxException, IOException {
        Files.writeString(folder.resolve("config.json"), config.toString());
        List<Content> contents = new ArrayList<>(more);
        try (Safetensors weights = Safetensors.open(checkpoint(name).resolve("model.safetensors"))) {
            weights.tensors()
                    .values()
                    .forEach(tensor -> contents.add(new Content(
                            rename.apply(tensor.name()),
                            tensor.type(),
                            tensor.shape(),
                            () -> weights.bytes(tensor.name()))));
            SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of(), contents);
        }
    }

    private void assertMeetsReferenceOf(String name) throws URISyntaxException {
        Path reference = checkpoint(name).resolve("expected.safetensors");
        ModelReport report = ModelCheck.of(folder, Trained.BIASES_AND_HEAD, reference, 1e-5);
        assertThat(report.passed()).as(String.join("\n", report.lines())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"type", "rope_type"})
    void rotarySettings_beforeRopeParameters(String kind) throws URISyntaxException, IOException {
        JsonObject config = config("llama_scaled");
        JsonObject scaling = config.remove("rope_parameters").getAsJsonObject();
        config.add("rope_theta", scaling.remove("rope_theta"));
        scaling.add(kind, scaling.remove("rope_type"));
        config.add("rope_scaling", scaling);
        write("llama_scaled", config, name -> name, List.of());
        assertMeetsReferenceOf("llama_scaled");
    }

    @Test
    void rotaryEmbeddingsThatAreNotBuilt_areRefused() throws URISyntaxException, IOException {
        JsonObject config = config("llama_scaled");
        config.getAsJsonObject("rope_parameters").addProperty("rope_type", "yarn");
        write("llama_scaled", config, name -> name, List.of());
        assertThatThrownBy(() -> ModelCheck.of(folder, Trained.BIASES))
                .isInstanceOf(ModelException.Unsupported.class)
                .hasMessageContaining("yarn");
    }

    /** OpenAI's GPT-2 as it lies on the hub: names without a prefix, the causal mask among the weights. */
    @Test
    void bareGpt2_withItsMask() throws URISyntaxException, IOException {
        var mask = new Content("h.0.attn.bias", NumberType.F32, List.of(1, 1, 1, 1), () -> ByteBuffer.allocate(4));
        write("gpt2_lm", config("gpt2_lm"), name -> name.replaceFirst("^transformer\\.", ""), List.of(mask));
        assertMeetsReferenceOf("gpt2_lm");
        assertThat(ModelCheck.of(folder, Trained.BIASES).unused()).containsExactly("h.0.attn.bias");
    }
}
