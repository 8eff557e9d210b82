package dev.sotto.core.model;

import ai.djl.Device;
import dev.sotto.core.engine.Argument;
import dev.sotto.core.engine.Floats;
import dev.sotto.core.engine.NumberType;
import dev.sotto.core.engine.TorchModule;
import dev.sotto.core.family.Architecture;
import dev.sotto.core.family.ModelSource;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.pass.ComputeMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A compiled model: its script with its frozen weights. Every call is given the trained parameters, as the flat vector
 * of the layout it was compiled for. Weights are read where the seed model has them mapped: this is closed before the seed model is.
 */
final class GradientModule implements AutoCloseable {
    private final TorchModule module;

    GradientModule(byte[] archive, Device device) {
        module = new TorchModule(archive, device);
    }

    /**
     * Compiles a seed model's script, with further resources besides its own, and gives it its frozen weights.
     *
     * @throws ModelException if nothing of it is trained
     */
    static GradientModule of(
            SeedModel seed, Device device, ComputeMode.Precision precision, List<String> furtherResources) {
        if (seed.learning().size() == 0) {
            throw new ModelException.Unsupported("Nothing of the model in " + seed.path() + " would be trained ("
                    + seed.spec().trained().words() + "): no parameter fits these rules. Loosen them; a model without"
                    + " biases can be given some (add-biases), or its head or norms be trained.");
        }
        return of(seed, seed.trainedSlots(), seed.learningSlots(), device, precision, furtherResources);
    }

    /** The same with some parameters trained and all others frozen, whatever the seed model says. */
    static GradientModule of(
            SeedModel seed,
            List<Slot> trained,
            Device device,
            ComputeMode.Precision precision,
            List<String> furtherResources) {
        return of(seed, trained, trained, device, precision, furtherResources);
    }

    private static GradientModule of(
            SeedModel seed,
            List<Slot> trained,
            List<Slot> learning,
            Device device,
            ComputeMode.Precision precision,
            List<String> furtherResources) {
        Architecture architecture = seed.architecture();
        Stream<String> resources = Stream.concat(architecture.resources().stream(), furtherResources.stream())
                .map(ModelSource::resource);
        byte[] archive = ModelSource.archive(
                Stream.concat(resources, Stream.of(architecture.source())).toList(),
                constants(seed),
                seed.spec(),
                BiasLayout.of(trained),
                learning.stream().map(Slot::name).toList(),
                device);
        var module = new GradientModule(archive, device);
        try {
            seed.slots().stream().filter(slot -> !trained.contains(slot)).forEach(slot -> {
                if (seed.isNarrow(slot, precision)) {
                    module.module.addWeight(slot.name(), "bfloat16", seed.weight(slot), slot.shape());
                } else {
                    module.addWeight(slot.name(), seed.numberType(slot), seed.weight(slot), slot.shape());
                }
            });
            module.seal();
            return module;
        } catch (RuntimeException e) {
            module.close();
            throw e;
        }
    }

    private static Map<String, Object> constants(SeedModel seed) {
        Map<String, Object> constants = new LinkedHashMap<>(seed.architecture().constants());
        constants.put("prefix_length", Prefix.lengthAmong(seed.slots()));
        return constants;
    }

    /** See {@link TorchModule#addWeight}. */
    void addWeight(String name, NumberType type, ByteBuffer values, List<Integer> shape) {
        module.addWeight(name, type, values, shape);
    }

    /** See {@link TorchModule#seal}. */
    void seal() {
        module.seal();
    }

    /** {@code [rows * outputs]} */
    float[] logits(float[] trained, List<Argument> inputs) {
        return module.call("logits", arguments(trained, inputs)).values();
    }

    /** {@code [rows * vocabulary]}; of decoders alone */
    float[] following(float[] trained, List<Argument> inputs) {
        return module.call("following", arguments(trained, inputs)).values();
    }

    /** {@code [rows]} */
    float[] losses(float[] trained, List<Argument> inputs, Argument labels) {
        return module.call("losses", arguments(trained, inputs, labels)).values();
    }

    /** What the head is given, {@code [rows, ...]} */
    Floats features(float[] trained, List<Argument> inputs) {
        return module.call("pooled_features", arguments(trained, inputs));
    }

    /** {@code [rows * d]} */
    float[] gradients(float[] trained, List<Argument> inputs, Argument labels) {
        return gradients("gradients", trained, inputs, labels);
    }

    /** Those of another function. */
    float[] gradients(String function, float[] trained, List<Argument> inputs, Argument labels) {
        return module.callWithGradients(function, arguments(trained, inputs, labels))
                .values();
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
