package dev.sotto.accountant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.gdp.GaussianDp;
import dev.sotto.accountant.pld.PldAccountant;
import dev.sotto.accountant.rdp.RdpAccountant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes back meets the target as it is, and hardly less of it would not. */
class CalibrationTest {
    private final Accountant pld = new PldAccountant();
    private final Accountant rdp = new RdpAccountant();

    private static double epsilon(Accountant accountant, double sigma, double q, long steps, double delta) {
        return accountant
                .hasty()
                .epsilon(Calibration.sampledGaussian(sigma, q, steps), delta)
                .upper();
    }

    /** The whole table: n releases are one Gaussian, whose ε is known. */
    @ParameterizedTest
    @CsvSource({"1, 1e-5, 1", "0.01, 1e-9, 1000", "80, 1e-3, 4", "3, 0.4, 1000000"})
    void noiseMultiplier_onTheWholeTable_isTheGaussians(double target, double delta, long steps) {
        double sigma = Calibration.noiseMultiplier(pld, target, delta, 1, steps);
        double root = Math.sqrt((double) steps);
        assertThat(new GaussianDp(root / sigma).epsilon(delta).lower()).isBetween(target * 0.999, target);
        assertThat(epsilon(pld, sigma, 1, steps, delta)).isLessThanOrEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource({"2, 1e-5, 0.01, 1000", "0.3, 1e-7, 1e-4, 100000", "20, 1e-6, 0.3, 10"})
    void noiseMultiplier_meetsTheTarget_fromBelow(double target, double delta, double q, long steps) {
        for (Accountant accountant : new Accountant[] {pld, rdp}) {
            double sigma = Calibration.noiseMultiplier(accountant, target, delta, q, steps);
            assertThat(epsilon(accountant, sigma, q, steps, delta)).isBetween(target * 0.999, target);
        }
    }

    @ParameterizedTest
    @CsvSource({"2, 1e-5, 1, 1000", "0.3, 1e-7, 4, 100000", "20, 1e-6, 0.6, 10"})
    void samplingProbability_meetsTheTarget_fromBelow(double target, double delta, double sigma, long steps) {
        for (Accountant accountant : new Accountant[] {pld, rdp}) {
            double q = Calibration.samplingProbability(accountant, target, delta, sigma, steps);
            assertThat(epsilon(accountant, sigma, q, steps, delta)).isBetween(target * 0.999, target);
        }
    }

    @Test
    void samplingProbability_is1WhereAllMayBeSampled_and0WhereNoneMay() {
        assertThat(Calibration.samplingProbability(pld, 1, 1e-5, 100, 10)).isEqualTo(1);
        assertThat(Calibration.samplingProbability(rdp, 1e-3, 1e-14, 1e-3, 1_000_000))
                .isZero();
    }

    /** Below a thousand the number of steps is exact: one more does not fit. */
    @ParameterizedTest
    @CsvSource({"1, 1e-5, 4, 1, 1000000", "2, 1e-5, 1, 0.05, 1000000", "5, 1e-6, 2, 1, 1000000", "1.9, 1e-5, 60, 1, 998"
    })
    void steps_areTheMostThatFit(double target, double delta, double sigma, double q, long maximum) {
        long steps = Calibration.steps(pld, target, delta, n -> Calibration.sampledGaussian(sigma, q, n), maximum);
        assertThat(steps).isBetween(1L, Math.min(maximum, 999));
        assertThat(epsilon(pld, sigma, q, steps, delta)).isLessThanOrEqualTo(target);
        assertThat(steps == maximum || epsilon(pld, sigma, q, steps + 1, delta) > target)
                .isTrue();
    }

    @Test
    void steps_beyondAThousand_areAThousandthShort_andNoneOrAllWhereNoneOrAllFit() {
        double target = 1;
        long steps = Calibration.steps(pld, target, 1e-5, n -> Calibration.sampledGaussian(200, 1, n), 1_000_000);
        assertThat(steps).isGreaterThan(1000);
        assertThat(epsilon(pld, 200, 1, steps, 1e-5)).isBetween(target * 0.999, target);
        assertThat(Calibration.steps(pld, 1e-3, 1e-5, n -> Calibration.sampledGaussian(1, 1, n), 100))
                .isZero();
        assertThat(Calibration.steps(pld, 50, 1e-5, n -> Calibration.sampledGaussian(10, 1, n), 100))
                .isEqualTo(100);
        assertThat(Calibration.steps(pld, 50, 1e-5, n -> Calibration.sampledGaussian(10, 1, n), 1))
                .isEqualTo(1);
    }

    @Test
    void anEvent_isRepeatedSamplesOfGaussians() {
        assertThat(Calibration.sampledGaussian(2, 0.1, 7))
                .isEqualTo(new DpEvent.Repeated(7, new DpEvent.PoissonSampled(0.1, new DpEvent.Gaussian(2))));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void targets_thatMeanNothing_areRefused(double bad) {
        assertThatThrownBy(() -> Calibration.noiseMultiplier(pld, bad, 1e-5, 0.1, 10))
                .hasMessageContaining("target epsilon");
        assertThatThrownBy(() -> Calibration.samplingProbability(pld, bad, 1e-5, 1, 10))
                .hasMessageContaining("target epsilon");
        assertThatThrownBy(() -> Calibration.steps(pld, bad, 1e-5, n -> Calibration.sampledGaussian(1, 1, n), 10))
                .hasMessageContaining("target epsilon");
    }

    @Test
    void parameters_thatMeanNothing_areRefused() {
        for (double bad : new double[] {0, 1, -0.1, Double.NaN}) {
            assertThatThrownBy(() -> Calibration.noiseMultiplier(pld, 1, bad, 0.1, 10))
                    .hasMessageContaining("delta must");
            assertThatThrownBy(() -> Calibration.samplingProbability(pld, 1, bad, 1, 10))
                    .hasMessageContaining("delta must");
        }
        for (long bad : new long[] {0, -1}) {
            assertThatThrownBy(() -> Calibration.noiseMultiplier(pld, 1, 1e-5, 0.1, bad))
                    .hasMessageContaining("steps must");
            assertThatThrownBy(() -> Calibration.samplingProbability(pld, 1, 1e-5, 1, bad))
                    .hasMessageContaining("steps must");
            assertThatThrownBy(() -> Calibration.steps(pld, 1, 1e-5, n -> Calibration.sampledGaussian(1, 1, n), bad))
                    .hasMessageContaining("maximum must");
        }
        for (double bad : new double[] {0, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> Calibration.noiseMultiplier(pld, 1, 1e-5, bad, 10))
                    .hasMessageContaining("q must");
        }
        assertThatThrownBy(() -> Calibration.noiseMultiplier(pld, 1e-9, 1e-12, 1, 1_000_000))
                .hasMessageContaining("no noise multiplier up to");
    }
}
