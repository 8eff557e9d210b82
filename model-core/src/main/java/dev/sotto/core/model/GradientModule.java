package dev.sotto.core.model;

import ai.djl.Device;
import dev.sotto.core.engine.Argument;
import dev.sotto.core.engine.TorchModule;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A compiled model: its script with its frozen weights. Every call is given the trained parameters, as the flat vector
 * of the layout it was compiled for.
 */
final class GradientModule implements AutoCloseable {
    private final TorchModule module;

    GradientModule(byte[] archive, Device device) {
        module = new TorchModule(archive, device);
    }

    /** See {@link TorchModule#addWeight}. */
    void addWeight(String name, ByteBuffer values, List<Integer> shape) {
        module.addWeight(name, values, shape);
    }

    /** See {@link TorchModule#seal}. */
    void seal() {
        module.seal();
    }

    /** {@code [rows * outputs]} */
    float[] logits(float[] trained, List<Argument> inputs) {
        return module.call("logits", arguments(trained, inputs));
    }

    /** {@code [rows]} */
    float[] losses(float[] trained, List<Argument> inputs, Argument labels) {
        return module.call("losses", arguments(trained, inputs, labels));
    }

    /** {@code [rows * d]} */
    float[] gradients(float[] trained, List<Argument> inputs, Argument labels) {
        return module.callWithGradients("gradients", arguments(trained, inputs, labels));
    }

    private static List<Argument> arguments(float[] trained, List<Argument> inputs, Argument... labels) {
        List<Argument> all = new ArrayList<>();
        all.add(Argument.of(trained, trained.length));
        inputs.forEach(each -> all.add(each.in("inputs")));
        all.addAll(List.of(labels));
        return all;
    }

    @Override
    public void close() {
        module.close();
    }
}
