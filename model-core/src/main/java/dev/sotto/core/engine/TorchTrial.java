package dev.sotto.core.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import java.io.Serializable;
import java.util.Arrays;

/** Whether PyTorch computes here: a product of two small matrices, and what computed it. */
public sealed interface TorchTrial extends Serializable {

    /**
     * It does.
     *
     * @param version of libtorch
     * @param forGpus whether libtorch was built for NVIDIA GPUs
     * @param convolves whether its convolutions are right on this processor; see {@link Convolutions}
     */
    record Works(String version, boolean forGpus, boolean convolves) implements TorchTrial {}

    /**
     * It does not.
     *
     * @param why the innermost cause, in the library's own words
     */
    record Fails(String why) implements TorchTrial {}

    /** Loads the natives if nothing has, and computes on a device. Never throws because of them. */
    static TorchTrial on(Device device) {
        try {
            return NativeCalls.inside(() -> tried(device));
        } catch (RuntimeException | LinkageError cannot) {
            Throwable cause = cannot;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return new Fails(cause.getClass().getSimpleName() + ": " + cause.getMessage());
        }
    }

    private static TorchTrial tried(Device device) {
        try (PtNDManager manager = TorchRuntime.newManager(device)) {
            NDArray product = manager.create(new float[] {1, 2, 3, 4}, new Shape(2, 2))
                    .matMul(manager.create(new float[] {5, 6, 7, 8}, new Shape(2, 2)));
            float[] found = product.toFloatArray();
            return Arrays.equals(found, new float[] {19, 22, 43, 50})
                    ? new Works(
                            Engine.getEngine("PyTorch").getVersion(),
                            TorchRuntime.isForGpus(),
                            device.isGpu() || Convolutions.areRight())
                    : new Fails("a product of two matrices came out as " + Arrays.toString(found));
        }
    }
}
