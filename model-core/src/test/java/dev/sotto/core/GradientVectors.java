package dev.sotto.core;

import ai.djl.util.JsonUtils;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * One of the four small reference models of {@code /vectors/gradients}: made with torch 2.13 in float64, checked there
 * against Opacus 1.6 and FastDP 2.0. The JSON beside each file gives its source.
 */
public record GradientVectors(String model, JsonObject description, SafetensorsFixture tensors) {

    public static final List<String> MODELS = List.of("block", "conv_gn", "emb_cls", "mlp_reg");

    /** Units in each reference batch. */
    public static final int UNITS = 9;

    public static GradientVectors of(String model) {
        String base = "/vectors/gradients/" + model;
        try (Reader json = new InputStreamReader(
                GradientVectors.class.getResourceAsStream(base + ".json"), StandardCharsets.UTF_8)) {
            JsonObject description = JsonUtils.GSON.fromJson(json, JsonObject.class);
            return new GradientVectors(model, description, SafetensorsFixture.resource(base + ".safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the parameters that a kind ("bitfit", "bitfit_head", "full") trains, in order. */
    public List<String> trained(String kind) {
        return strings(description.getAsJsonObject("kinds").getAsJsonArray(kind));
    }

    /** The trained tensors under a prefix, one after the other: [dimension]. */
    public double[] flat(String prefix, String kind) {
        return trained(kind).stream()
                .map(name -> tensors.doubles(prefix + name))
                .flatMapToDouble(DoubleStream::of)
                .toArray();
    }

    /** Per-unit gradients, [UNITS * dimension], row-major. */
    public float[] unitGradients(String kind) {
        int dimension = flat("param/", kind).length;
        float[] result = new float[UNITS * dimension];
        int offset = 0;
        for (String name : trained(kind)) {
            double[] values = tensors.doubles(kind + "/grad_sample/" + name);
            int width = values.length / UNITS;
            for (int i = 0; i < values.length; i++) {
                result[i / width * dimension + offset + i % width] = (float) values[i];
            }
            offset += width;
        }
        return result;
    }

    /** The units of each step of the reference trajectories: one of the batches is empty. */
    public List<List<Integer>> batches() {
        List<List<Integer>> batches = new ArrayList<>();
        for (JsonElement batch : trajectory().getAsJsonArray("batches")) {
            List<Integer> units = new ArrayList<>();
            batch.getAsJsonArray().forEach(unit -> units.add(unit.getAsInt()));
            batches.add(units);
        }
        return batches;
    }

    public JsonObject trajectory() {
        return description.getAsJsonObject("trajectory");
    }

    private static List<String> strings(Iterable<JsonElement> array) {
        List<String> result = new ArrayList<>();
        array.forEach(element -> result.add(element.getAsString()));
        return result;
    }
}
