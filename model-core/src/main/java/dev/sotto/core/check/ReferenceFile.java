package dev.sotto.core.check;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.folder.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Inputs with what another implementation computed for them, in one safetensors file: {@code input/NAME},
 * {@code label} (one a row, an output or a token), {@code logits}, {@code loss_per_sample}, {@code grad_sample/PARAMETER}, and for a kind (which
 * parameters are trained) {@code KIND/norm}, {@code KIND/CLIPPING/factor}, {@code KIND/CLIPPING/sum/PARAMETER}. Or, for images
 * alone, pairs of {@code input.N} and {@code logits.N}.
 */
public final class ReferenceFile implements AutoCloseable {
    private final Safetensors file;

    private ReferenceFile(Safetensors file) {
        this.file = file;
    }

    /**
     * Opens a safetensors file.
     *
     * @throws ModelException if it cannot be read
     */
    public static ReferenceFile open(Path path) {
        try {
            return new ReferenceFile(Safetensors.open(path));
        } catch (IOException e) {
            throw new ModelException.Damaged("The reference cannot be read: " + e.getMessage(), e);
        }
    }

    /** The names of all tensors. */
    Set<String> names() {
        return file.tensors().keySet();
    }

    /** Whether it holds a tensor of this name. */
    boolean has(String name) {
        return file.tensors().containsKey(name);
    }

    /** A tensor's numbers, row-major. */
    double[] numbers(String name) {
        return read(name, () -> file.doubles(name));
    }

    /** The inputs and labels as one batch; labels are 0 where the file has none. */
    public Batch batch() {
        return has("input/pixel_values") ? images("input/pixel_values") : tokens();
    }

    /** Images under a name, as one batch. */
    Batch images(String name) {
        List<Integer> shape = shape(name, 4);
        float[] pixels = read(name, () -> file.floats(name));
        return new ImageBatch(shape.get(0), shape.get(1), shape.get(2), shape.get(3), pixels, labels(shape.get(0)));
    }

    private Batch tokens() {
        List<Integer> shape = shape("input/input_ids", 2);
        int[] ids = integers("input/input_ids");
        int[] every = new int[ids.length];
        Arrays.fill(every, 1);
        return new TokenBatch(
                shape.get(0),
                shape.get(1),
                ids,
                has("input/attention_mask") ? integers("input/attention_mask") : every,
                has("input/token_type_ids") ? integers("input/token_type_ids") : new int[ids.length],
                labels(shape.get(0)));
    }

    private float[] labels(int rows) {
        return has("label") ? read("label", () -> file.floats("label")) : new float[rows];
    }

    private int[] integers(String name) {
        return Arrays.stream(numbers(name)).mapToInt(value -> (int) value).toArray();
    }

    private List<Integer> shape(String name, int dimensions) {
        Safetensors.Tensor tensor = file.tensors().get(name);
        if (tensor == null || tensor.shape().size() != dimensions) {
            throw new ModelException.Damaged(
                    file.path() + " holds no " + name + " of " + dimensions
                            + " dimensions, so there is nothing to compute on. Lay the reference out as check-model --help says.");
        }
        return tensor.shape();
    }

    private <T> T read(String name, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new UncheckedIOException("Reading " + name + " from " + file.path() + " failed.", e);
        }
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    @Override
    public void close() {
        file.close();
    }
}
