package dev.sotto.core.model;

import ai.djl.Device;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.pass.ComputeMode;
import java.nio.file.Path;
import java.util.List;

/**
 * What the same steps cost without privacy, on the same engine and the same forward pass: the yardstick of the
 * benchmark, and of tests that a sum of per-row gradients is the batch's gradient.
 */
public final class Baselines implements AutoCloseable {
    private final SeedModel seed;
    private final GradientModule module;

    private Baselines(SeedModel seed, GradientModule module) {
        this.seed = seed;
        this.module = module;
    }

    /** Loads a Hugging Face folder on the CPU, as {@link TrainableModel#load(Path, ModelSpec)} does. */
    public static Baselines load(Path folder, ModelSpec spec) {
        return load(folder, spec, Device.cpu());
    }

    /** Loads a Hugging Face folder, as {@link TrainableModel#load(Path, ModelSpec, Device)} does. */
    public static Baselines load(Path folder, ModelSpec spec, Device device) {
        SeedModel seed = SeedModel.open(folder, spec);
        try {
            return new Baselines(
                    seed, GradientModule.of(seed, device, ComputeMode.Precision.FLOAT32, List.of("baselines")));
        } catch (RuntimeException e) {
            seed.close();
            throw e;
        }
    }

    /** The seed model's values of the trained parameters, {@code float[d]}. */
    public float[] initial() {
        return seed.initial();
    }

    /** Gradient of the batch's summed loss by the trained parameters, {@code float[d]}. */
    public float[] trainedGradient(Batch batch, float[] trained) {
        return gradients("shared_gradients", batch, trained);
    }

    /** Computes the gradient of the batch's summed loss by all parameters; gives the first number of each tensor. */
    public float[] fullGradient(Batch batch, float[] trained) {
        return gradients("full_gradients", batch, trained);
    }

    private float[] gradients(String function, Batch batch, float[] trained) {
        return module.gradients(
                function,
                trained,
                seed.architecture().inputs(batch),
                seed.labels().argument(batch));
    }

    @Override
    public void close() {
        module.close();
        seed.close();
    }
}
