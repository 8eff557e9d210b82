package dev.sotto.accountant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BoundsTest {
    private static final double INFINITE = Double.POSITIVE_INFINITY;

    @Test
    void bounds_thatCrossOrAreNegative_areRefused() {
        for (double[] bad : new double[][] {{-1e-9, 1}, {2, 1}, {Double.NaN, 1}, {0, Double.NaN}}) {
            assertThatThrownBy(() -> new Bounds(bad[0], bad[1])).hasMessageContaining("lower <= upper");
        }
        assertThat(new Bounds(0, 0).width()).isZero();
    }

    @Test
    void width_isTheirDistance_and0ForTwoInfinities() {
        assertThat(new Bounds(1, 3).width()).isEqualTo(2);
        assertThat(new Bounds(INFINITE, INFINITE).width()).isZero();
        assertThat(new Bounds(3, INFINITE).width()).isInfinite();
    }

    @Test
    void isWithin_takesTheLargerOfBothWidths() {
        Bounds bounds = new Bounds(3, 4);
        assertThat(bounds.isWithin(0.25, 0)).isTrue();
        assertThat(bounds.isWithin(0.2, 0)).isFalse();
        assertThat(bounds.isWithin(0, 1)).isTrue();
        assertThat(bounds.isWithin(0, 0.9)).isFalse();
        assertThat(new Bounds(3, INFINITE).isWithin(0.5, INFINITE)).isFalse();
        assertThat(new Bounds(INFINITE, INFINITE).isWithin(0.5, 0)).isTrue();
    }

    @Test
    void contains_isFromEndToEnd() {
        Bounds bounds = new Bounds(3, 4);
        assertThat(bounds.contains(3)).isTrue();
        assertThat(bounds.contains(4)).isTrue();
        assertThat(bounds.contains(2.9)).isFalse();
        assertThat(bounds.contains(4.1)).isFalse();
    }

    /** Where two pairs do not meet, one of them is wrong by rounding: the upper one stands. */
    @Test
    void and_isWhatBothSay() {
        assertThat(new Bounds(1, 4).and(new Bounds(2, 5))).isEqualTo(new Bounds(2, 4));
        assertThat(new Bounds(2, 5).and(new Bounds(1, 4))).isEqualTo(new Bounds(2, 4));
        assertThat(new Bounds(1, 2).and(new Bounds(3, 4))).isEqualTo(new Bounds(2, 2));
    }
}
