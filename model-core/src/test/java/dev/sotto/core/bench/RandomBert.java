package dev.sotto.core.bench;

import com.google.gson.Gson;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A BERT classifier of a given shape with random weights, as a Hugging Face folder: costs what a trained one costs. */
record RandomBert(int layers, int hidden, int vocabulary, int positions, int classes) {
    private static final int HEAD_WIDTH = 64;
    private static final long SEED = 20_240_601;

    /** Writes the folder unless it is there already. */
    void write(Path folder) throws IOException {
        Path done = folder.resolve("model.safetensors");
        if (Files.exists(done)) {
            return;
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), new Gson().toJson(config()));
        Path partial = folder.resolve("model.partial");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial), 1 << 20)) {
            writeTensors(out);
        }
        Files.move(partial, done);
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("architectures", List.of("BertForSequenceClassification"));
        config.put("model_type", "bert");
        config.put("vocab_size", vocabulary);
        config.put("hidden_size", hidden);
        config.put("num_hidden_layers", layers);
        config.put("num_attention_heads", hidden / HEAD_WIDTH);
        config.put("intermediate_size", 4 * hidden);
        config.put("max_position_embeddings", positions);
        config.put("type_vocab_size", 2);
        config.put("layer_norm_eps", 1e-12);
        config.put("hidden_act", "gelu");
        return config;
    }

    private Map<String, List<Integer>> shapes() {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        String embeddings = "bert.embeddings.";
        shapes.put(embeddings + "word_embeddings.weight", List.of(vocabulary, hidden));
        shapes.put(embeddings + "position_embeddings.weight", List.of(positions, hidden));
        shapes.put(embeddings + "token_type_embeddings.weight", List.of(2, hidden));
        norm(shapes, embeddings + "LayerNorm");
        for (int i = 0; i < layers; i++) {
            String layer = "bert.encoder.layer." + i + ".";
            linear(shapes, layer + "attention.self.query", hidden, hidden);
            linear(shapes, layer + "attention.self.key", hidden, hidden);
            linear(shapes, layer + "attention.self.value", hidden, hidden);
            linear(shapes, layer + "attention.output.dense", hidden, hidden);
            norm(shapes, layer + "attention.output.LayerNorm");
            linear(shapes, layer + "intermediate.dense", 4 * hidden, hidden);
            linear(shapes, layer + "output.dense", hidden, 4 * hidden);
            norm(shapes, layer + "output.LayerNorm");
        }
        linear(shapes, "bert.pooler.dense", hidden, hidden);
        linear(shapes, "classifier", classes, hidden);
        return shapes;
    }

    private static void linear(Map<String, List<Integer>> shapes, String name, int out, int in) {
        shapes.put(name + ".weight", List.of(out, in));
        shapes.put(name + ".bias", List.of(out));
    }

    private void norm(Map<String, List<Integer>> shapes, String name) {
        shapes.put(name + ".weight", List.of(hidden));
        shapes.put(name + ".bias", List.of(hidden));
    }

    private void writeTensors(OutputStream out) throws IOException {
        Map<String, List<Integer>> shapes = shapes();
        Map<String, Object> header = new LinkedHashMap<>();
        long at = 0;
        for (var tensor : shapes.entrySet()) {
            long end = at + (long) size(tensor.getValue()) * Float.BYTES;
            header.put(
                    tensor.getKey(),
                    Map.of("dtype", "F32", "shape", tensor.getValue(), "data_offsets", List.of(at, end)));
            at = end;
        }
        byte[] json = aligned(new Gson().toJson(header)).getBytes(StandardCharsets.UTF_8);
        out.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .array());
        out.write(json);
        var random = new SplittableRandom(SEED);
        for (var tensor : shapes.entrySet()) {
            boolean scale = tensor.getKey().endsWith("LayerNorm.weight");
            out.write(values(size(tensor.getValue()), scale ? 1 : 0, random));
        }
    }

    /** Uniform around a middle with standard deviation 0.02, BERT's initialisation. */
    private static byte[] values(int count, float middle, SplittableRandom random) {
        double reach = 0.02 * Math.sqrt(3);
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putFloat(middle + (float) random.nextDouble(-reach, reach));
        }
        return bytes.array();
    }

    private static int size(List<Integer> shape) {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    private static String aligned(String json) {
        return json + " ".repeat((Long.BYTES - json.length() % Long.BYTES) % Long.BYTES);
    }
}
