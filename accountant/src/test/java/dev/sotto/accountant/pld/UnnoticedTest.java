package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.gdp.GaussianDp;
import dev.sotto.accountant.math.Normal;
import dev.sotto.accountant.rdp.RdpAccountant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Steps that tell next to nothing, alone and beside others. */
class UnnoticedTest {
    private static final double DELTA = 1e-6;

    private final BestAccountant best = new BestAccountant();

    private static DpEvent with(DpEvent one, DpEvent other) {
        return new DpEvent.Composed(List.of(one, other));
    }

    /** n steps at q have a total variation of nq at most, whatever their noise is. */
    @ParameterizedTest
    @CsvSource({
        "1e-300, 0.01, 1000000000",
        "1e-300, 1, 9000000000000000",
        "1e-100, 0.001, 1000",
        "1e-14, 0.01, 1000",
        "5e-324, 0.06, 1"
    })
    void besideAGaussian_theyCostNextToNothingMore(double q, double sigma, long n) {
        DpEvent rare = Calibration.sampledGaussian(sigma, q, n);
        Bounds least = new GaussianDp(1).epsilon(DELTA);
        Bounds most = new GaussianDp(1).epsilon(DELTA - n * q);
        Bounds epsilon = best.epsilon(with(rare, new DpEvent.Gaussian(1)), DELTA);
        assertThat(epsilon.lower()).isLessThanOrEqualTo(most.upper()).isGreaterThan(least.lower() - 1e-3);
        assertThat(epsilon.upper()).isGreaterThanOrEqualTo(least.lower()).isLessThan(most.upper() + 1e-3);

        Bounds delta = best.delta(with(rare, new DpEvent.Gaussian(1)), 1);
        Bounds others = new GaussianDp(1).delta(1);
        assertThat(delta.lower()).isLessThanOrEqualTo(others.upper() + n * q);
        assertThat(delta.upper()).isGreaterThanOrEqualTo(others.lower());
        assertThat(delta.isWithin(PldAccountant.DELTA_WIDTH, 0)).isTrue();
    }

    /** Laplace noise has δ(ε) = 1 - e^((ε - 1/b)/2), and failure with τ makes of it 1 - (1-τ)(1-δ). */
    @ParameterizedTest
    @CsvSource({"1, 0.1, 1e-300", "1, 0.1, 9e-6", "0.5, 1e-6, 1e-12", "0.5, 1e-6, 4e-11", "2, 0.2, 1e-3"})
    void besideLaplaceNoise_theExactValueIsBetweenTheBounds(double scale, double delta, double failure) {
        DpEvent event = with(new DpEvent.Laplace(scale), new DpEvent.EpsilonDelta(0, failure));
        double exact = 1 / scale + 2 * (Math.log1p(-delta) - Math.log1p(-failure));
        Bounds epsilon = best.epsilon(event, delta);
        assertThat(exact).isBetween(epsilon.lower() - 1e-13, epsilon.upper() + 1e-13);
        assertThat(epsilon.width()).isLessThan(0.003);
    }

    /** Squares of q are no doubles here. One step has the total variation q (2Φ(1/2σ) - 1), so that ε is above 0 at any δ below. */
    @ParameterizedTest
    @CsvSource({"1e-300, 1", "1e-300, 0.03", "1e-161, 5", "1e-155, 0.04", "1e-200, 100"})
    void epsilonIsZero_onlyWhereDeltaCoversTheTotalVariation(double q, double sigma) {
        double distance = q * (1 - 2 * Normal.above(0.5 / sigma));
        DpEvent one = Calibration.sampledGaussian(sigma, q, 1);
        double below = 0.99 * distance;
        assertThat(new PldAccountant().delta(one, 0).upper()).isGreaterThanOrEqualTo(distance);
        assertThat(best.epsilon(one, below).upper()).isPositive();
        assertThat(new RdpAccountant().epsilon(one, below).upper()).isPositive();
        assertThat(new RdpAccountant().divergence(one, 2)).isPositive();
        assertThat(best.epsilon(one, 1.01 * distance + 1e-307)).isEqualTo(new Bounds(0, 0));
    }

    @Test
    void stepsOfWhichNoneCounts_areTakenAsTheyAre() {
        DpEvent rare = with(Calibration.sampledGaussian(1, 1e-12, 10), Calibration.sampledGaussian(2, 1e-12, 10));
        assertThat(best.epsilon(rare, DELTA)).isEqualTo(new Bounds(0, 0));
        assertThat(best.delta(rare, 0).upper()).isBetween(1e-12, 1e-11);
    }
}
