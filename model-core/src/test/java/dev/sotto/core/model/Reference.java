package dev.sotto.core.model;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A tiny random-weight checkpoint with what Hugging Face transformers 4.57 computes for it in float64; see
 * {@code vectors/hf/README.md}.
 */
public record Reference(Path folder) {

    public static Reference of(String name) {
        try {
            return new Reference(
                    Path.of(Reference.class.getResource("/vectors/hf/" + name).toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    double[] doubles(String tensor) {
        try (Safetensors file = Safetensors.open(folder.resolve("expected.safetensors"))) {
            return file.doubles(tensor);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean has(String tensor) {
        try (Safetensors file = Safetensors.open(folder.resolve("expected.safetensors"))) {
            return file.tensors().containsKey(tensor);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The inputs and labels, of either kind. */
    Batch inputs() {
        return has("input/pixel_values") ? images() : batch();
    }

    ImageBatch images() {
        float[] labels = floats(doubles("label"));
        List<Integer> shape = tensor("input/pixel_values").shape();
        return new ImageBatch(
                shape.get(0), shape.get(1), shape.get(2), shape.get(3), floats(doubles("input/pixel_values")), labels);
    }

    private Safetensors.Tensor tensor(String name) {
        try (Safetensors file = Safetensors.open(folder.resolve("expected.safetensors"))) {
            return file.tensors().get(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public TokenBatch batch() {
        int[] mask = ints("input/attention_mask");
        float[] labels = floats(doubles("label"));
        int[] ids = ints("input/input_ids");
        int[] types = has("input/token_type_ids") ? ints("input/token_type_ids") : new int[ids.length];
        return new TokenBatch(labels.length, ids.length / labels.length, ids, mask, types, labels);
    }

    ModelSpec spec(Trained trained) {
        int outputs = doubles("logits").length / doubles("label").length;
        return new ModelSpec(outputs == 1 ? Task.REGRESSION : Task.CLASSIFICATION, outputs, trained);
    }

    private int[] ints(String tensor) {
        return Arrays.stream(doubles(tensor)).mapToInt(value -> (int) value).toArray();
    }

    public static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
