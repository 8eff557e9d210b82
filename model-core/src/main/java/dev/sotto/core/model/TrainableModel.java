package dev.sotto.core.model;

import ai.djl.Device;
import dev.sotto.core.batch.Batch;
import java.nio.file.Path;

/**
 * A seed model made ready to train: arrays in, arrays out. One is loaded per JVM and shared by its threads.
 *
 * <p>What is trained is one flat vector laid out by {@link #layout()}; it is given to every call, so the model itself
 * holds no state that training changes.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class TrainableModel implements AutoCloseable {

    /** Loads a Hugging Face folder on the CPU. */
    public static TrainableModel load(Path folder, ModelSpec spec) {
        return load(folder, spec, Device.cpu());
    }

    /**
     * Loads a Hugging Face folder.
     *
     * @throws ModelException if the folder cannot be trained, before anything is computed
     */
    public static TrainableModel load(Path folder, ModelSpec spec, Device device) {
        throw new UnsupportedOperationException();
    }

    /** Where each trained parameter lies in the flat vector. */
    public BiasLayout layout() {
        throw new UnsupportedOperationException();
    }

    /** The seed model's values of the trained parameters, {@code float[d]}, a fresh copy. */
    public float[] initial() {
        throw new UnsupportedOperationException();
    }

    /** What the model says, {@code float[rows * outputs]}, row-major: unnormalised scores, or the predicted number. */
    public float[] logits(Batch batch, float[] trained) {
        throw new UnsupportedOperationException();
    }

    /** Loss of each row, {@code float[rows]}; NaN for a row that the model cannot take. */
    public float[] losses(Batch batch, float[] trained) {
        throw new UnsupportedOperationException();
    }

    /**
     * Gradient of each row's own loss, {@code float[rows * d]}, row-major; not finite for a row that the model cannot
     * take. One row's values never depend on the other rows of the batch (beyond rounding).
     */
    public float[] gradients(Batch batch, float[] trained) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
