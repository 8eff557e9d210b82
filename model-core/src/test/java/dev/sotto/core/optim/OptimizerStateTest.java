package dev.sotto.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.core.privacy.NoisySums;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizerStateTest {
    private static final int DIMENSION = 5;

    static List<Optimizer> optimizers() {
        return List.of(
                Optimizer.Sgd.plain(),
                new Optimizer.Sgd(0.9, 0.01),
                Optimizer.Adam.defaults(),
                new Optimizer.Adam(0.8, 0.95, 1e-6, 0.1),
                Optimizer.AdamW.defaults());
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void aRestoredState_goesOnToTheBit(Optimizer optimizer) {
        var random = new Random(1);
        double[] parameters = new double[DIMENSION];
        var state = optimizer.start(DIMENSION);
        step(state, parameters, random, 7);
        double[] copy = parameters.clone();
        var restored = OptimizerState.fromBytes(state.toBytes(), optimizer, DIMENSION);
        assertThat(restored.stepsTaken()).isEqualTo(7);
        step(state, parameters, new Random(2), 3);
        step(restored, copy, new Random(2), 3);
        assertThat(copy).isEqualTo(parameters);
        assertThat(restored.toBytes()).isEqualTo(state.toBytes());
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void aStateOfAnotherOptimizerOrDimension_isRefused(Optimizer optimizer) {
        byte[] bytes = optimizer.start(DIMENSION).toBytes();
        assertThatThrownBy(() -> OptimizerState.fromBytes(bytes, optimizer, DIMENSION + 1))
                .hasMessageContaining("parameters");
        for (Optimizer other : optimizers()) {
            if (!other.equals(optimizer)) {
                assertThatThrownBy(() -> OptimizerState.fromBytes(bytes, other, DIMENSION))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(other.toString());
            }
        }
    }

    /** Every truncation, and every flipped byte. */
    @ParameterizedTest
    @MethodSource("optimizers")
    void aTornOrAlteredState_isRefused(Optimizer optimizer) {
        var state = optimizer.start(DIMENSION);
        step(state, new double[DIMENSION], new Random(3), 2);
        byte[] bytes = state.toBytes();
        for (int i = 0; i < bytes.length; i++) {
            byte[] torn = Arrays.copyOf(bytes, i);
            byte[] altered = bytes.clone();
            altered[i] ^= 1;
            assertRefused(torn, optimizer);
            assertRefused(altered, optimizer);
        }
        assertRefused(Arrays.copyOf(bytes, bytes.length + 1), optimizer);
        assertRefused("a checkpoint of some other program".getBytes(StandardCharsets.UTF_8), optimizer);
    }

    /** torch.optim.Adam's weight decay is part of the gradient; AdamW's shrinks the parameters and leaves it alone. */
    @Test
    void weightDecay_isCoupledInAdamAndDecoupledInAdamW() {
        double[] gradient = {0.3, -0.2, 0.1};
        double[] start = {1, -2, 3};
        double[] coupled = {0.3 + 0.1, -0.2 - 0.2, 0.1 + 0.3};
        double[] shrunk = {1 - 0.005, -2 + 0.01, 3 - 0.015};
        assertThat(oneStep(new Optimizer.Adam(0.9, 0.99, 1e-8, 0.1), start, gradient))
                .containsExactly(oneStep(new Optimizer.Adam(0.9, 0.99, 1e-8, 0), start, coupled), within(1e-15));
        assertThat(oneStep(new Optimizer.AdamW(0.9, 0.99, 1e-8, 0.1), start, gradient))
                .containsExactly(oneStep(new Optimizer.Adam(0.9, 0.99, 1e-8, 0), shrunk, gradient), within(1e-15));
    }

    @Test
    void mismatchedLengths_areRefused() {
        var state = Optimizer.Sgd.plain().start(2);
        assertThatThrownBy(() -> state.step(new double[3], NoisySums.ofReference(new double[2]), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> state.step(new double[2], NoisySums.ofReference(new double[3]), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void aLearningRateThatIsNone_isRefused(double rate) {
        var state = Optimizer.Sgd.plain().start(1);
        assertThatThrownBy(() -> state.step(new double[1], NoisySums.ofReference(new double[1]), rate))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Schedule.Constant(rate)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hyperParametersOutsideTheirRanges_areRefused() {
        assertThatThrownBy(() -> new Optimizer.Sgd(1, 0)).hasMessageContaining("momentum");
        assertThatThrownBy(() -> new Optimizer.Sgd(0, -1)).hasMessageContaining("weight decay");
        assertThatThrownBy(() -> new Optimizer.Adam(1, 0.9, 1e-8, 0)).hasMessageContaining("beta1");
        assertThatThrownBy(() -> new Optimizer.Adam(0.9, Double.NaN, 1e-8, 0)).hasMessageContaining("beta2");
        assertThatThrownBy(() -> new Optimizer.AdamW(0.9, 0.9, 0, 0)).hasMessageContaining("epsilon");
    }

    @Test
    void aLinearSchedule_risesAndFallsWithoutASingleStepAtZero() {
        var schedule = new Schedule.Linear(2, 4, 10);
        double[] expected = {0.5, 1, 1.5, 2, 2, 10 / 6.0, 8 / 6.0, 1, 4 / 6.0, 2 / 6.0};
        for (int step = 0; step < 10; step++) {
            assertThat(schedule.learningRate(step)).isBetween(expected[step] - 1e-15, expected[step] + 1e-15);
        }
        assertThatThrownBy(() -> schedule.learningRate(10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> schedule.learningRate(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Schedule.Linear(1, 10, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThat(new Schedule.Linear(2, 0, 4).learningRate(0)).isEqualTo(2);
        assertThat(new Schedule.Constant(0.3).learningRate(77)).isEqualTo(0.3);
    }

    private static void assertRefused(byte[] bytes, Optimizer optimizer) {
        assertThatThrownBy(() -> OptimizerState.fromBytes(bytes, optimizer, DIMENSION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be resumed");
    }

    private static double[] oneStep(Optimizer optimizer, double[] start, double[] gradient) {
        double[] parameters = start.clone();
        optimizer.start(start.length).step(parameters, NoisySums.ofReference(gradient), 0.05);
        return parameters;
    }

    private static void step(OptimizerState state, double[] parameters, Random random, int steps) {
        for (int i = 0; i < steps; i++) {
            double[] gradient = random.doubles(parameters.length, -1, 1).toArray();
            state.step(parameters, NoisySums.ofReference(gradient), 0.1);
        }
    }
}
