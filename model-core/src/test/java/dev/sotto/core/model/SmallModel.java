package dev.sotto.core.model;

import ai.djl.Device;
import dev.sotto.core.GradientVectors;
import dev.sotto.core.SafetensorsFixture;
import dev.sotto.core.engine.Argument;
import dev.sotto.core.engine.NativeFloats;
import dev.sotto.core.engine.NumberType;
import dev.sotto.core.family.ModelSource;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Trained;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** One of the small reference models, compiled from a script that was written for tests alone, on the reference's batch. */
final class SmallModel implements AutoCloseable {
    private final BiasLayout layout;
    private final GradientModule module;
    private final List<Argument> inputs;
    private final Argument labels;

    private SmallModel(BiasLayout layout, GradientModule module, List<Argument> inputs, Argument labels) {
        this.layout = layout;
        this.module = module;
        this.inputs = inputs;
        this.labels = labels;
    }

    static SmallModel of(GradientVectors vectors, String kind) {
        SafetensorsFixture tensors = vectors.tensors();
        BiasLayout layout = layout(vectors.trained(kind), tensors);
        return new SmallModel(layout, compile(vectors, layout), inputs(tensors), labels(tensors));
    }

    BiasLayout layout() {
        return layout;
    }

    float[] logits(float[] trained) {
        return module.logits(trained, inputs);
    }

    float[] losses(float[] trained) {
        return module.losses(trained, inputs, labels);
    }

    /** Of all units, {@code [units * d]}. */
    float[] gradients(float[] trained) {
        return module.gradients(trained, inputs, labels);
    }

    @Override
    public void close() {
        module.close();
    }

    private static BiasLayout layout(List<String> names, SafetensorsFixture tensors) {
        List<BiasLayout.Entry> entries = new ArrayList<>();
        int offset = 0;
        for (String name : names) {
            var entry = new BiasLayout.Entry(name, offset, shape("param/" + name, tensors));
            entries.add(entry);
            offset += entry.size();
        }
        return new BiasLayout(entries);
    }

    private static GradientModule compile(GradientVectors vectors, BiasLayout layout) {
        String name = vectors.model();
        ModelSpec spec = name.equals("mlp_reg")
                ? new ModelSpec(Task.REGRESSION, 1, Trained.BIASES)
                : new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES);
        var module = new GradientModule(
                ModelSource.archive(
                        List.of(ModelSource.resource(name)),
                        Map.of(),
                        spec,
                        layout,
                        layout.entries().stream().map(BiasLayout.Entry::name).toList(),
                        Device.cpu()),
                Device.cpu());
        for (String tensor : vectors.tensors().names()) {
            String parameter = tensor.replaceFirst("^param/", "");
            boolean isTrained =
                    layout.entries().stream().anyMatch(entry -> entry.name().equals(parameter));
            if (tensor.startsWith("param/") && !isTrained) {
                double[] values = vectors.tensors().doubles(tensor);
                ByteBuffer floats = NativeFloats.allocate(values.length);
                floats.asFloatBuffer().put(Reference.floats(values));
                module.addWeight(parameter, NumberType.F32, floats, shape(tensor, vectors.tensors()));
            }
        }
        module.seal();
        return module;
    }

    /** The reference's inputs in the order of the original's arguments: x or ids, then the mask if there is one. */
    private static List<Argument> inputs(SafetensorsFixture tensors) {
        List<Argument> inputs = new ArrayList<>();
        if (tensors.has("input/x")) {
            inputs.add(Argument.of(Reference.floats(tensors.doubles("input/x")), dimensions("input/x", tensors)));
        }
        for (String name : List.of("input/ids", "input/mask")) {
            if (tensors.has(name)) {
                int[] values = Arrays.stream(tensors.doubles(name))
                        .mapToInt(value -> (int) value)
                        .toArray();
                inputs.add(Argument.of(values, dimensions(name, tensors)));
            }
        }
        return inputs;
    }

    private static Argument labels(SafetensorsFixture tensors) {
        double[] labels = tensors.doubles("label");
        long[] shape = dimensions("label", tensors);
        return shape.length == 1
                ? Argument.of(
                        Arrays.stream(labels).mapToLong(label -> (long) label).toArray(), shape)
                : Argument.of(Reference.floats(labels), shape);
    }

    private static List<Integer> shape(String tensor, SafetensorsFixture tensors) {
        return Arrays.stream(tensors.shape(tensor)).boxed().toList();
    }

    private static long[] dimensions(String tensor, SafetensorsFixture tensors) {
        return Arrays.stream(tensors.shape(tensor)).asLongStream().toArray();
    }
}
