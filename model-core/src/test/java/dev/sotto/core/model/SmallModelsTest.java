package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.sotto.core.GradientVectors;
import dev.sotto.core.SafetensorsFixture;
import dev.sotto.core.engine.Argument;
import dev.sotto.core.engine.NativeFloats;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Four small models, written for tests alone, through the functions that every family is made of. */
class SmallModelsTest {
    private static final double TOLERANCE = 1e-5;
    /** What rounding leaves of a key bias's gradient, which the mathematics of softmax makes zero. */
    private static final float ROUNDING = 1e-7f;

    static Stream<Arguments> modelsAndKinds() {
        return GradientVectors.MODELS.stream()
                .flatMap(model -> Stream.of("bitfit", "bitfit_head").map(kind -> Arguments.of(model, kind)));
    }

    @ParameterizedTest
    @MethodSource("modelsAndKinds")
    void gradientsLossesAndOutputs_equalTheReference(String name, String kind) {
        GradientVectors vectors = GradientVectors.of(name);
        SafetensorsFixture tensors = vectors.tensors();
        BiasLayout layout = layout(vectors.trained(kind), tensors);
        float[] trained = Reference.floats(vectors.flat("param/", kind));
        try (GradientModule module = compile(name, vectors, layout)) {
            List<Argument> inputs = inputs(tensors);
            Argument labels = labels(tensors);
            Close.assertRelative(module.logits(trained, inputs), tensors.doubles("output"), TOLERANCE);
            Close.assertRelative(module.losses(trained, inputs, labels), tensors.doubles("loss_per_sample"), TOLERANCE);
            var rows = new RowGradients(layout, module.gradients(trained, inputs, labels), GradientVectors.UNITS);
            for (BiasLayout.Entry entry : layout.entries()) {
                float[] actual = Reference.floats(rows.of(entry.name()));
                if (entry.name().equals("k.bias")) {
                    assertThat(actual).usingComparatorWithPrecision(ROUNDING).containsOnly(0f);
                } else {
                    double[] expected = tensors.doubles(kind + "/grad_sample/" + entry.name());
                    Close.assertRelative(actual, expected, TOLERANCE);
                }
            }
            Close.assertRelative(Reference.floats(rows.norms()), tensors.doubles(kind + "/norm"), TOLERANCE);
        }
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

    private static GradientModule compile(String name, GradientVectors vectors, BiasLayout layout) {
        Task task = name.equals("mlp_reg") ? Task.REGRESSION : Task.CLASSIFICATION;
        var module = new GradientModule(
                ModelSource.archive(List.of(ModelSource.resource(name)), Map.of(), task, layout), Device.cpu());
        for (String tensor : vectors.tensors().names()) {
            String parameter = tensor.replaceFirst("^param/", "");
            boolean isTrained =
                    layout.entries().stream().anyMatch(entry -> entry.name().equals(parameter));
            if (tensor.startsWith("param/") && !isTrained) {
                double[] values = vectors.tensors().doubles(tensor);
                ByteBuffer floats = NativeFloats.allocate(values.length);
                floats.asFloatBuffer().put(Reference.floats(values));
                module.addWeight(parameter, floats, shape(tensor, vectors.tensors()));
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
