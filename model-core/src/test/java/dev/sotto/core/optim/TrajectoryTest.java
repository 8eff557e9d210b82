package dev.sotto.core.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.GradientVectors;
import dev.sotto.core.privacy.NoisySum;
import dev.sotto.core.privacy.NoisySums;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Six steps of Adam on given gradients against torch.optim in float64; whole trajectories are in SmallModelsTest. */
class TrajectoryTest {
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
            state.step(biases, gradient, 0.01, 0, Segments.UNDIVIDED);
            double[] expected = vectors.flat("traj/param/" + at, "bitfit");
            for (int i = 0; i < biases.length; i++) {
                assertThat(biases[i]).isBetween(expected[i] - 1e-12, expected[i] + 1e-12);
            }
        }
    }
}
