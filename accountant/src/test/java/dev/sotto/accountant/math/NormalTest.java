package dev.sotto.accountant.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalTest {
    /** mpmath 1.3, erfc(x/√2)/2 with 50 digits. */
    @ParameterizedTest
    @CsvSource({
        "-3.5, 0.99976737092096447",
        "-1, 0.84134474606854295",
        "0, 0.5",
        "0.5, 0.3085375387259869",
        "1.9, 0.028716559816001805",
        "2.1, 0.017864420562816553",
        "5, 2.8665157187919391e-7",
        "7.9, 1.3945171466592643e-15",
        "8.1, 2.7479593923982285e-16",
        "20, 2.7536241186062337e-89",
        "37, 5.7255712225245768e-300",
    })
    void above_isTheTailToThirteenDigits(double x, double tail) {
        // The density itself is known to x² units in the last place.
        assertThat(Normal.above(x)).isCloseTo(tail, within((1e-13 + x * x * 2e-16) * tail));
        assertThat(Normal.mills(x) * Normal.density(x)).isCloseTo(tail, within((1e-13 + x * x * 2e-16) * tail));
    }

    @Test
    void above_farBelow_is1() {
        assertThat(Normal.above(-31)).isEqualTo(1);
        assertThat(Normal.above(Double.NEGATIVE_INFINITY)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 1e-12, 0.001, 0.4, 0.5, 0.999})
    void quantile_isTheInverseOfTheTail(double p) {
        assertThat(Normal.above(-Normal.quantile(p))).isCloseTo(p, within(1e-12 * p));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.1, Double.NaN})
    void quantile_ofWhatIsNoProbabilityInside_isRefused(double p) {
        assertThatThrownBy(() -> Normal.quantile(p)).hasMessageContaining("probability");
    }
}
