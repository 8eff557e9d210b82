package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.GradientVectors;
import dev.sotto.core.SafetensorsFixture;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Segments;
import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.GaussianMechanism;
import dev.sotto.core.privacy.NoisySums;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
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
        float[] trained = Reference.floats(vectors.flat("param/", kind));
        try (SmallModel model = SmallModel.of(vectors, kind)) {
            Close.assertRelative(model.logits(trained), tensors.doubles("output"), TOLERANCE);
            Close.assertRelative(model.losses(trained), tensors.doubles("loss_per_sample"), TOLERANCE);
            BiasLayout layout = model.layout();
            var rows = new RowGradients(layout, model.gradients(trained), GradientVectors.UNITS);
            for (BiasLayout.Entry entry : layout.entries()) {
                float[] actual = Reference.floats(rows.of(entry.name()));
                if (isKeyBias(entry)) {
                    assertThat(actual).usingComparatorWithPrecision(ROUNDING).containsOnly(0f);
                } else {
                    double[] expected = tensors.doubles(kind + "/grad_sample/" + entry.name());
                    Close.assertRelative(actual, expected, TOLERANCE);
                }
            }
            Close.assertRelative(Reference.floats(rows.norms()), tensors.doubles(kind + "/norm"), TOLERANCE);
        }
    }

    private record Setting(Optimizer optimizer, double learningRate) {}

    private static final Map<String, Setting> SETTINGS = Map.of(
            "sgd_lr0.5", new Setting(Optimizer.Sgd.plain(), 0.5),
            "sgd_lr0.2_mom0.9_wd0.01", new Setting(new Optimizer.Sgd(0.9, 0.01), 0.2),
            "adam_lr0.01", new Setting(Optimizer.Adam.defaults(), 0.01),
            "adamw_lr0.01_wd0.1", new Setting(new Optimizer.AdamW(0.9, 0.999, 1e-8, 0.1), 0.01),
            "adam_lr0.005_b0.8_0.95_eps1e-6", new Setting(new Optimizer.Adam(0.8, 0.95, 1e-6, 0), 0.005));

    static Stream<Arguments> trajectories() {
        return GradientVectors.MODELS.stream().flatMap(model -> SETTINGS.keySet().stream()
                .flatMap(name -> Stream.of("0.0", "0.7").map(noise -> Arguments.of(model, name, noise))));
    }

    /**
     * Six steps of DP-SGD and DP-Adam, the whole way (gradients, clipping, lattice, sum, release, update), against
     * torch.optim in float64: batches of 4, 5, 1, 0, 6 and 4 units, clipped by AUTO-S at R = 1 and divided by the expected 4,
     * with no noise and with a given noise of 0.7.
     */
    @ParameterizedTest
    @MethodSource("trajectories")
    void training_followsTheReference(String name, String setting, String noise) {
        var vectors = GradientVectors.of(name);
        var plan = new PrivacyPlan(8, 0.5, 6, 0, new Clipping.AutoS(1));
        var mechanism = new GaussianMechanism(plan, RunKey.fromOperatingSystem());
        double[] biases = vectors.flat("param/", "bitfit");
        var state = SETTINGS.get(setting).optimizer().start(biases.length);
        List<List<Integer>> batches = vectors.batches();
        assertThat(batches).contains(List.of());
        try (SmallModel model = SmallModel.of(vectors, "bitfit")) {
            for (int step = 0; step < batches.size(); step++) {
                float[] gradients = model.gradients(Reference.floats(biases));
                var sum = new ClippedSum(plan, biases.length);
                batches.get(step).forEach(unit -> sum.add(gradients, unit * biases.length));
                double[] released = mechanism.release(sum, step).gradient();
                double[] draws = vectors.flat("traj/noise/" + step + "/", "bitfit");
                for (int i = 0; i < released.length; i++) {
                    released[i] += Double.parseDouble(noise) * draws[i] / 4;
                }
                state.step(
                        biases,
                        NoisySums.ofReference(released),
                        SETTINGS.get(setting).learningRate(),
                        0,
                        Segments.UNDIVIDED);
                assertThatBiases(
                        model.layout(),
                        biases,
                        vectors.flat("traj/param/noise" + noise + "/" + setting + "/" + step + "/", "bitfit"));
            }
        }
    }

    /** Adam makes a full step of what rounding leaves of a zero gradient: key biases are no part of the comparison. */
    private static void assertThatBiases(BiasLayout layout, double[] actual, double[] expected) {
        for (BiasLayout.Entry entry : layout.entries()) {
            for (int i = entry.offset(); i < entry.offset() + entry.size() && !isKeyBias(entry); i++) {
                double tolerance = 1e-5 * Math.max(Math.abs(expected[i]), 1e-2);
                assertThat(actual[i]).as(entry.name()).isBetween(expected[i] - tolerance, expected[i] + tolerance);
            }
        }
    }

    private static boolean isKeyBias(BiasLayout.Entry entry) {
        return entry.name().equals("k.bias");
    }
}
