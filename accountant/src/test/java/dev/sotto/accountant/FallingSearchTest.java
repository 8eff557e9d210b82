package dev.sotto.accountant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FallingSearchTest {
    /** Bounds that are a quarter of the distance from the target apart, or a thousandth. */
    private static DoubleFunction<Bounds> rough(DoubleUnaryOperator f, double target) {
        return x -> {
            double value = f.applyAsDouble(x);
            double half = Math.max(5e-4 * value, Math.abs(value - target) / 10);
            return new Bounds(Math.max(0, value - half), value + half);
        };
    }

    private static DoubleFunction<Bounds> exact(DoubleUnaryOperator f) {
        return x -> new Bounds(0.9995 * f.applyAsDouble(x), 1.0005 * f.applyAsDouble(x));
    }

    @ParameterizedTest
    @CsvSource({"-1, 3, 1", "-0.1, 0.01, 1e4", "-20, 5, 2", "-2, 1e-4, 0.5", "-1, 1000, 1e6"})
    void answer_isAtOrUnderTheTarget_byATenthOfAPerCentAtMost(double power, double target, double start) {
        DoubleUnaryOperator f = x -> Math.pow(x, power);
        double x = new FallingSearch(target, rough(f, target), exact(f)).smallest(start, 1e-60, 1e60);
        assertThat(1.0005 * f.applyAsDouble(x)).isBetween(0.999 * target, target);
    }

    @Test
    void whereTheFunctionJumps_theAnswerIsOnTheSafeSideOfTheJump() {
        DoubleUnaryOperator f = x -> x < 2 ? 100 + 1 / x : 1 / x;
        double x = new FallingSearch(3, rough(f, 3), exact(f)).smallest(50, 1e-3, 1e3);
        assertThat(x).isBetween(2.0, 2.00001);
    }

    @Test
    void whereNothingMeetsTheTarget_theAnswerIs0_andTheLowestWhereEverythingDoes() {
        DoubleUnaryOperator f = x -> 1 / x;
        assertThat(new FallingSearch(1e-9, rough(f, 1e-9), exact(f)).smallest(1, 1e-3, 1e3))
                .isZero();
        assertThat(new FallingSearch(1e9, rough(f, 1e9), exact(f)).smallest(1, 1e-3, 1e3))
                .isEqualTo(1e-3);
    }

    @Test
    void whereTheFunctionIsZero_theAnswerIsTheLowest() {
        DoubleFunction<Bounds> zero = x -> {
            assertThat(x).isBetween(1e-3, 1e3);
            return new Bounds(0, 0);
        };
        assertThat(new FallingSearch(1, zero, zero).smallest(1, 1e-3, 1e3)).isEqualTo(1e-3);
    }

    @Test
    void whereBoundsStayWide_fewQuestionsAreAsked_andTheAnswersUpperBoundMeetsTheTarget() {
        AtomicInteger questions = new AtomicInteger();
        DoubleFunction<Bounds> wide = x -> {
            questions.incrementAndGet();
            return new Bounds(0, 1 / x);
        };
        double x = new FallingSearch(0.1, wide, wide).smallest(1, 1e-3, 1e3);
        assertThat(1 / x).isLessThanOrEqualTo(0.1);
        assertThat(questions.get()).isLessThan(20);
    }

    @Test
    void whereRoughBoundsAreTheCloserOnes_theBoundsThatCountDecide() {
        DoubleUnaryOperator f = x -> 1 / x;
        DoubleFunction<Bounds> higher = x -> new Bounds(0.98 / x, 1.02 / x);
        double x = new FallingSearch(0.1, rough(f, 0.1), higher).smallest(1, 1e-3, 1e3);
        assertThat(1.02 / x).isLessThanOrEqualTo(0.1);
        assertThatThrownBy(() -> new FallingSearch(0.1, rough(f, 0.1), q -> new Bounds(0, 1)).smallest(1, 1e-3, 1e3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("further apart");
    }
}
