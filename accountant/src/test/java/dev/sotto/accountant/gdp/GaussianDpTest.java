package dev.sotto.accountant.gdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.accountant.Bounds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GaussianDpTest {
    /** Φ(-ε/μ + μ/2) - e^ε Φ(-ε/μ - μ/2) by mpmath 1.3 with 50 digits. */
    @ParameterizedTest
    @CsvSource({
        "0.001, 1e-6, 0.00039844266247126821",
        "0.05, 1e-6, 0.019944546366737446",
        "0.05, 0.1, 0.00044619186488471433",
        "0.05, 1, 1.1290332270977223e-91",
        "0.7, 0.1, 0.23827996243662213",
        "0.7, 1, 0.038032439297332136",
        "0.7, 9, 1.7875714532059265e-37",
        "1, 1e-6, 0.38292461401050925",
        "1, 1, 0.1269367375066439458",
        "1, 9, 9.7574117871648689e-19",
        "3, 1e-6, 0.86638553065507078",
        "3, 9, 0.039275570780703081",
        "3, 60, 1.4338597021611082e-77",
        "12, 1e-6, 0.99999999802682372",
        "12, 9, 0.99999986405030965",
        "12, 60, 0.81952487253354716",
    })
    void bounds_containTheExactValue_andAreClose(double mu, double epsilon, double exact) {
        GaussianDp gdp = new GaussianDp(mu);
        Bounds delta = gdp.delta(epsilon);
        assertThat(delta.lower()).isLessThanOrEqualTo(exact);
        assertThat(delta.upper()).isGreaterThanOrEqualTo(exact);
        assertThat(delta.width()).isLessThanOrEqualTo(1e-8 * exact);
        double a = epsilon / mu - mu / 2;
        double apart = 2e-12 * (1 + 1 / mu + (a > 0 ? a * a : 0)) * exact; // on both sides, but never above 1
        assertThat(delta.width()).isGreaterThanOrEqualTo(Math.min(0.99 * apart, 1 - exact));
        if (exact < 0.999) { // nearer to 1, a double of δ does not determine ε so well
            Bounds back = gdp.epsilon(exact);
            assertThat(back.lower()).isLessThanOrEqualTo(epsilon * (1 + 1e-14));
            assertThat(back.upper()).isGreaterThanOrEqualTo(epsilon * (1 - 1e-14));
            assertThat(back.width()).isLessThanOrEqualTo(1e-8 * (1 + epsilon));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {31, 60, 200})
    void delta_whereEverythingShows_isJustBelow1(double mu) {
        assertThat(new GaussianDp(mu).delta(0.5).upper()).isBetween(1 - 1e-9, 1.0);
        double rare = new GaussianDp(mu).delta(mu * mu).upper();
        assertThat(rare).isGreaterThan(0).isLessThan(Math.max(Math.exp(-mu * mu / 8), 1e-307));
        // at the mean of the loss: 1/2 less e^ε Φ(-μ) = φ(0) m(μ), about 0.4/μ
        assertThat(new GaussianDp(mu).delta(mu * mu / 2).upper()).isCloseTo(0.5 - 0.39894 / mu, within(0.5 / mu / mu));
    }

    /** Doubles below 2e-308 have few digits: what is left there is charged, on both sides. */
    @Test
    void delta_thatUnderflows_isChargedForIt() {
        Bounds delta = new GaussianDp(1).delta(39);
        assertThat(delta.lower()).isZero();
        assertThat(delta.upper()).isBetween(Double.MIN_NORMAL, 3 * Double.MIN_NORMAL);
    }

    @Test
    void edges_areInfiniteOr0() {
        GaussianDp gdp = new GaussianDp(1);
        assertThat(gdp.epsilon(0).upper()).isInfinite();
        assertThat(gdp.epsilon(Double.MIN_VALUE).upper()).isInfinite();
        assertThat(gdp.epsilon(Double.MIN_VALUE).lower())
                .isBetween(gdp.epsilon(1e-306).upper(), 39.0);
        assertThat(gdp.epsilon(1)).isEqualTo(new Bounds(0, 0));
        assertThat(gdp.epsilon(0.5)).isEqualTo(new Bounds(0, 0));
        for (double bad : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> gdp.epsilon(bad)).hasMessageContaining("delta");
        }
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new GaussianDp(bad)).hasMessageContaining("mu");
            assertThatThrownBy(() -> new CentralLimitEstimate(bad)).hasMessageContaining("mu");
        }
    }

    @Test
    void centralLimit_isTheFormulaOfItsPaper() {
        CentralLimitEstimate estimate = CentralLimitEstimate.of(0.8, 0.01, 400);
        assertThat(estimate.mu()).isCloseTo(0.01 * 20 * Math.sqrt(Math.exp(1 / 0.64) - 1), within(1e-14));
        assertThat(estimate.estimatedEpsilon(1e-5))
                .isEqualTo(new GaussianDp(estimate.mu()).epsilon(1e-5).upper());
        assertThatThrownBy(() -> estimate.estimatedEpsilon(0)).hasMessageContaining("delta");
        assertThatThrownBy(() -> estimate.estimatedEpsilon(1)).hasMessageContaining("delta");
    }
}
