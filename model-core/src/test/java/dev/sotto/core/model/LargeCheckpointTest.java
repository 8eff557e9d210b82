package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sotto.core.check.ModelCheck;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.folder.WhenMissing;
import dev.sotto.core.method.Trained;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A checkpoint of 7 billion parameters in bfloat16 is opened and checked in a process whose heap holds 48 MB. Its file is
 * sparse: 13 GB long, a few kB on the disk.
 */
class LargeCheckpointTest {
    private static final String CONFIG =
            "{'model_type': 'llama', 'architectures': ['LlamaForCausalLM'], 'vocab_size': 32000,"
                    + " 'hidden_size': 4096, 'intermediate_size': 11008, 'num_hidden_layers': 32, 'num_attention_heads': 32,"
                    + " 'num_key_value_heads': 32, 'max_position_embeddings': 4096, 'hidden_act': 'silu', 'rms_norm_eps': 1e-05,"
                    + " 'tie_word_embeddings': false}";
    private static final String HEAP = "-Xmx48m";

    @TempDir
    Path folder;

    /** What the other process runs: opens the folder and reads the trained parameters' first values. */
    public static final class Main {
        public static void main(String[] arguments) {
            Path folder = Path.of(arguments[0]);
            Trained trained = Trained.BIASES.withAddedBiases();
            ModelCheck.of(folder, trained).lines().forEach(System.out::println);
            try (SeedModel seed = SeedModel.open(folder, SavedModel.spec(folder, trained))) {
                System.out.println("begins with " + seed.initial().length + " numbers");
            }
        }
    }

    @Test
    void checkpointLargerThanMemory_isOpenedAndChecked() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("config.json"), CONFIG.replace('\'', '"'));
        long bytes = writeSparse(folder.resolve("model.safetensors"));
        assertThat(bytes).isGreaterThan(13_000_000_000L);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output)
                .contains("family      llama")
                .contains("parameters  6,7")
                .containsPattern("begins with [0-9]+ numbers");
    }

    /** The header of all frozen parameters, and nothing but holes behind it. */
    private long writeSparse(Path file) throws IOException {
        var header = new JsonObject();
        long offset = 0;
        for (Slot slot : slots()) {
            var tensor = new JsonObject();
            tensor.addProperty("dtype", "BF16");
            var shape = new JsonArray();
            slot.shape().forEach(shape::add);
            tensor.add("shape", shape);
            var offsets = new JsonArray();
            offsets.add(offset);
            offset += 2 * slot.size();
            offsets.add(offset);
            tensor.add("data_offsets", offsets);
            header.add(slot.name(), tensor);
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        try (var out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(json.length)
                    .array());
            out.write(json);
            out.setLength(Long.BYTES + json.length + offset);
        }
        return new File(file.toString()).length();
    }

    /** As the configuration alone tells them. */
    private List<Slot> slots() {
        try (SeedModel model = SeedModel.describe(folder, SavedModel.spec(folder, Trained.HEAD))) {
            return model.architecture().slots().stream()
                    .filter(slot -> slot.whenMissing() == WhenMissing.REFUSE
                            || slot.role().isHead())
                    .toList();
        }
    }
}
