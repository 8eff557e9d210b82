package dev.sotto.core.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.GradientVectors;
import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.GaussianMechanism;
import dev.sotto.core.privacy.NoisySum;
import dev.sotto.core.privacy.NoisySums;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Six steps of DP-SGD and DP-Adam against torch.optim in float64: batches of 4, 5, 1, 0, 6 and 4 units, clipped by
 * AUTO-S at R = 1 and divided by the expected 4, with no noise and with a given noise of 0.7.
 */
class TrajectoryTest {
    private static final PrivacyPlan PLAN = new PrivacyPlan(8, 0.5, 6, 0, new Clipping.AutoS(1));

    private record Setting(Optimizer optimizer, double learningRate) {}

    private static final Map<String, Setting> SETTINGS = Map.of(
            "sgd_lr0.5", new Setting(Optimizer.Sgd.plain(), 0.5),
            "sgd_lr0.2_mom0.9_wd0.01", new Setting(new Optimizer.Sgd(0.9, 0.01), 0.2),
            "adam_lr0.01", new Setting(Optimizer.Adam.defaults(), 0.01),
            "adamw_lr0.01_wd0.1", new Setting(new Optimizer.AdamW(0.9, 0.999, 1e-8, 0.1), 0.01),
            "adam_lr0.005_b0.8_0.95_eps1e-6", new Setting(new Optimizer.Adam(0.8, 0.95, 1e-6, 0), 0.005));

    static Stream<Arguments> drivenByTinyModels() {
        return Stream.of("mlp_reg", "emb_cls").flatMap(model -> SETTINGS.keySet().stream()
                .flatMap(name -> Stream.of("0.0", "0.7").map(noise -> Arguments.of(model, name, noise))));
    }

    /** The whole way: gradients, clipping, lattice, sum, release, update. */
    @ParameterizedTest
    @MethodSource("drivenByTinyModels")
    void training_followsTheReference(String model, String name, String noise) {
        var vectors = GradientVectors.of(model);
        var tiny = TinyModel.of(vectors);
        var mechanism = new GaussianMechanism(PLAN, RunKey.fromOperatingSystem());
        double[] biases = vectors.flat("param/", "bitfit");
        var state = SETTINGS.get(name).optimizer().start(biases.length);
        List<List<Integer>> batches = vectors.batches();
        assertThat(batches).contains(List.of());
        for (int step = 0; step < batches.size(); step++) {
            var sum = new ClippedSum(PLAN, biases.length);
            for (int unit : batches.get(step)) {
                sum.add(tiny.gradient(biases, unit), 0);
            }
            double[] gradient = mechanism.release(sum, step).gradient();
            double[] draws = vectors.flat("traj/noise/" + step + "/", "bitfit");
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += Double.parseDouble(noise) * draws[i] / 4;
            }
            state.step(
                    biases, NoisySums.ofReference(gradient), SETTINGS.get(name).learningRate());
            assertThatBiases(
                    biases, vectors.flat("traj/param/noise" + noise + "/" + name + "/" + step + "/", "bitfit"));
        }
    }

    static Stream<Arguments> drivenByGivenGradients() {
        return GradientVectors.MODELS.stream()
                .flatMap(model -> Stream.of("0.0", "0.7").map(noise -> Arguments.of(model, noise)));
    }

    @ParameterizedTest
    @MethodSource("drivenByGivenGradients")
    void adam_followsTheReferenceOnItsGradients(String model, String noise) {
        var vectors = GradientVectors.of(model);
        double[] biases = vectors.flat("param/", "bitfit");
        var state = Optimizer.Adam.defaults().start(biases.length);
        for (int step = 0; step < vectors.batches().size(); step++) {
            String at = "noise" + noise + "/adam_lr0.01/" + step + "/";
            NoisySum gradient = NoisySums.ofReference(vectors.flat("traj/grad/" + at, "bitfit"));
            state.step(biases, gradient, 0.01);
            double[] expected = vectors.flat("traj/param/" + at, "bitfit");
            for (int i = 0; i < biases.length; i++) {
                assertThat(biases[i]).isBetween(expected[i] - 1e-12, expected[i] + 1e-12);
            }
        }
    }

    private static void assertThatBiases(double[] actual, double[] expected) {
        for (int i = 0; i < actual.length; i++) {
            double tolerance = 1e-5 * Math.max(Math.abs(expected[i]), 1e-2);
            assertThat(actual[i]).isBetween(expected[i] - tolerance, expected[i] + tolerance);
        }
    }
}
