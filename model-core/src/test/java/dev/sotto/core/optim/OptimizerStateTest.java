package dev.sotto.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.core.privacy.NoisySum;
import dev.sotto.core.privacy.NoisySums;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
                Optimizer.AdamW.defaults(),
                new Optimizer.Sgd(0.9, 0.01, true),
                new Optimizer.Adam(0.8, 0.95, 1e-6, 0.1, 0.1),
                new Optimizer.AdamW(0.9, 0.999, 1e-8, 0.01, 0.1),
                Optimizer.Lamb.defaults(),
                new Optimizer.Averaged(Optimizer.Sgd.plain(), 0.9),
                new Optimizer.Averaged(Optimizer.Adam.defaults(), 0.99));
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
        assertThat(restored.learned(copy)).isEqualTo(state.learned(parameters));
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

    /** All but LAMB, to which it matters what is one tensor. */
    @ParameterizedTest
    @MethodSource("optimizers")
    void tensorsAtTheWholeRate_haveTheBitsOfOneTensor(Optimizer optimizer) {
        double[] whole = after(optimizer, Segments.UNDIVIDED);
        assertThat(after(optimizer, tensors(1, DIMENSION))).isEqualTo(whole);
        if (!(optimizer instanceof Optimizer.Lamb)) {
            assertThat(after(optimizer, tensors(1, 2, 2, DIMENSION))).isEqualTo(whole);
        }
    }

    @Test
    void theMovingAverageOfWhatDoesNotMove_isThat() {
        var state = new Optimizer.Averaged(Optimizer.Sgd.plain(), 0.9).start(2);
        double[] still = {0.1, -1e300};
        assertThat(state.learned(still)).isEqualTo(still);
        for (int step = 0; step < 20; step++) {
            state.step(still, NoisySums.ofReference(new double[2]), 0.1, 0, Segments.UNDIVIDED);
            assertThat(state.learned(still)).containsExactly(0.1, -1e300);
        }
    }

    @Test
    void theMovingAverage_leavesTheRuleAlone() {
        for (Optimizer rule : optimizers()) {
            assertThat(after(new Optimizer.Averaged(rule, 0.99), Segments.UNDIVIDED))
                    .isEqualTo(after(rule, Segments.UNDIVIDED));
        }
    }

    @Test
    void noiseThatIsNone_isNotCorrected() {
        double[] gradient = {0.3, -0.2, 0};
        double[] start = {1, -2, 3};
        assertThat(oneStep(new Optimizer.Adam(0.9, 0.99, 1e-8, 0.1, 0.5), start, gradient))
                .isEqualTo(oneStep(new Optimizer.Adam(0.9, 0.99, 1e-8, 0.1), start, gradient));
    }

    /** What LAMB's documentation says of biases: a step of Adam first, then no faster than by 1 + the learning rate. */
    @Test
    void aTensorOfZeros_beginsAsAdamAndThenGrowsByTheRateAtMost() {
        double[] lamb = new double[3];
        double[] adam = new double[3];
        var state = Optimizer.Lamb.defaults().start(3);
        NoisySum gradient = NoisySums.ofReference(new double[] {0.1, 0.2, -0.3});
        state.step(lamb, gradient, 0.1, 0, Segments.UNDIVIDED);
        new Optimizer.Adam(0.9, 0.999, 1e-6, 0).start(3).step(adam, gradient, 0.1, 0, Segments.UNDIVIDED);
        assertThat(lamb).containsExactly(adam, within(1e-15));
        double length = norm(lamb);
        state.step(lamb, gradient, 0.1, 0, Segments.UNDIVIDED);
        assertThat(norm(lamb)).isCloseTo(1.1 * length, within(1e-12));
    }

    @Test
    void mismatchedLengths_areRefused() {
        var state = Optimizer.Sgd.plain().start(2);
        assertThatThrownBy(
                        () -> state.step(new double[3], NoisySums.ofReference(new double[2]), 1, 0, Segments.UNDIVIDED))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> state.step(new double[2], NoisySums.ofReference(new double[3]), 1, 0, Segments.UNDIVIDED))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> state.step(new double[2], NoisySums.ofReference(new double[2]), 1, 0, tensors(1, 1, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 numbers");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void aLearningRateThatIsNone_isRefused(double rate) {
        var state = Optimizer.Sgd.plain().start(1);
        assertThatThrownBy(() ->
                        state.step(new double[1], NoisySums.ofReference(new double[1]), rate, 0, Segments.UNDIVIDED))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        state.step(new double[1], NoisySums.ofReference(new double[1]), 1, rate, Segments.UNDIVIDED))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Segments.Segment(0, 1, rate)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Schedule.Constant(rate)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void hyperParametersOutsideTheirRanges_areRefused() {
        assertThatThrownBy(() -> new Optimizer.Sgd(1, 0)).hasMessageContaining("momentum");
        assertThatThrownBy(() -> new Optimizer.Sgd(0, -1)).hasMessageContaining("weight decay");
        assertThatThrownBy(() -> new Optimizer.Sgd(0, 0, true)).hasMessageContaining("Nesterov");
        assertThatThrownBy(() -> new Optimizer.Adam(0.9, 0.9, 1e-8, 0, 1.5)).hasMessageContaining("noise floor");
        assertThatThrownBy(() -> new Optimizer.AdamW(0.9, 0.9, 1e-8, 0, Double.NaN))
                .hasMessageContaining("noise floor");
        assertThatThrownBy(() -> new Optimizer.Lamb(0.9, 0.9, 1e-6, 1)).hasMessageContaining("weight decay");
        assertThatThrownBy(() -> new Optimizer.Averaged(Optimizer.Sgd.plain(), 1))
                .hasMessageContaining("average's decay");
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

    @Test
    void noScheduleHasAStepAtZero_howeverLong() {
        long steps = 10_000_000_000L;
        for (Schedule schedule : List.of(
                new Schedule.Constant(1, 10),
                new Schedule.Linear(1, 10, steps),
                new Schedule.Cosine(1, 10, steps),
                new Schedule.Cosine(1, steps - 1, steps))) {
            for (long step : new long[] {0, 9, steps - 2, steps - 1}) {
                assertThat(schedule.learningRate(step))
                        .as("%s at %d", schedule, step)
                        .isPositive();
            }
        }
    }

    @Test
    void aCosineSchedule_risesInALineAndFallsAlongHalfACosine() {
        var schedule = new Schedule.Cosine(2, 2, 8);
        assertThat(schedule.learningRate(0)).isEqualTo(1);
        assertThat(schedule.learningRate(1)).isEqualTo(2);
        for (int step = 2; step < 8; step++) {
            assertThat(schedule.learningRate(step)).isCloseTo(1 + Math.cos(Math.PI * (step - 2) / 6), within(1e-15));
        }
        assertThatThrownBy(() -> schedule.learningRate(8)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Schedule.Cosine(1, 8, 8)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aConstantSchedule_risesInALineAndStays() {
        var schedule = new Schedule.Constant(2, 4);
        double[] expected = {0.5, 1, 1.5, 2, 2, 2};
        for (int step = 0; step < expected.length; step++) {
            assertThat(schedule.learningRate(step)).isEqualTo(expected[step]);
        }
        assertThatThrownBy(() -> new Schedule.Constant(1, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tensorsWithAGapBetweenThem_areRefused() {
        assertThatThrownBy(() -> new Segments(List.of(new Segments.Segment(0, 2, 1), new Segments.Segment(3, 5, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ends at 2");
    }

    private static void assertRefused(byte[] bytes, Optimizer optimizer) {
        assertThatThrownBy(() -> OptimizerState.fromBytes(bytes, optimizer, DIMENSION))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be resumed");
    }

    private static double[] oneStep(Optimizer optimizer, double[] start, double[] gradient) {
        double[] parameters = start.clone();
        optimizer.start(start.length).step(parameters, NoisySums.ofReference(gradient), 0.05, 0, Segments.UNDIVIDED);
        return parameters;
    }

    /** Tensors that end at these places, each at this share of the rate. */
    private static Segments tensors(double share, int... ends) {
        List<Segments.Segment> tensors = new ArrayList<>();
        int begin = 0;
        for (int end : ends) {
            tensors.add(new Segments.Segment(begin, end, share));
            begin = end;
        }
        return new Segments(tensors);
    }

    private static double[] after(Optimizer optimizer, Segments segments) {
        var random = new Random(4);
        double[] parameters = random.doubles(DIMENSION, -1, 1).toArray();
        var state = optimizer.start(DIMENSION);
        for (int i = 0; i < 4; i++) {
            double[] gradient = random.doubles(DIMENSION, -1, 1).toArray();
            state.step(parameters, NoisySums.ofReference(gradient), 0.1, 0.01, segments);
        }
        return parameters;
    }

    private static double norm(double[] vector) {
        return Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
    }

    private static void step(OptimizerState state, double[] parameters, Random random, int steps) {
        for (int i = 0; i < steps; i++) {
            double[] gradient = random.doubles(parameters.length, -1, 1).toArray();
            state.step(parameters, NoisySums.ofReference(gradient), 0.1, 0.01, Segments.UNDIVIDED);
        }
    }
}
