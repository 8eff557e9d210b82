package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses of very different size on one lattice. */
class MixedLossesTest {
    private static final BestAccountant BEST = new BestAccountant();

    private static DpEvent laplaces(double scale, double q, long count) {
        return new DpEvent.Repeated(count, new DpEvent.PoissonSampled(q, new DpEvent.Laplace(scale)));
    }

    private static void isClose(Bounds epsilon) {
        assertThat(epsilon.isWithin(0.005, 0.005)).as(epsilon.toString()).isTrue();
    }

    /**
     * n steps that see the unit with probability q change every probability by n q at most, so what else was run at δ - n q is
     * private at δ with them.
     */
    @ParameterizedTest
    @CsvSource({
        "1.71, 0.00697, 8804, 0.5, 1.84e-10, 1000, 1e-5",
        "0.37, 2e-5, 67471, 0.3, 2.86e-9, 100, 3e-5",
        "0.72, 1.6e-3, 40, 3, 1e-12, 26, 1.7e-8",
        "0.25, 4.4e-7, 897066, 10, 6.7e-14, 144, 5e-11"
    })
    void rareLaplaces_costNoMoreThanTheirShareOfDelta(
            double sigma, double q, long steps, double scale, double rare, long count, double delta) {
        DpEvent gaussians = Calibration.sampledGaussian(sigma, q, steps);
        Bounds both = BEST.epsilon(new DpEvent.Composed(List.of(laplaces(scale, rare, count), gaussians)), delta);
        isClose(both);
        assertThat(both.upper())
                .isGreaterThanOrEqualTo(BEST.epsilon(gaussians, delta).lower());
        double left = delta - count * rare;
        assertThat(both.lower())
                .isLessThanOrEqualTo(BEST.epsilon(gaussians, left).upper());
    }

    /** n releases of ε0 add n ε0 at most, whatever the lattice. */
    @ParameterizedTest
    @CsvSource({"1e-7, 100, 1.0, 0.01, 1000", "1e-4, 20, 0.8, 1e-4, 100000", "1e-12, 1, 3.0, 0.5, 50"})
    void littleStatements_addWhatTheyState(double stated, long count, double sigma, double q, long steps) {
        DpEvent gaussians = Calibration.sampledGaussian(sigma, q, steps);
        DpEvent statements = new DpEvent.Repeated(count, new DpEvent.EpsilonDelta(stated, 0));
        Bounds alone = BEST.epsilon(gaussians, 1e-6);
        Bounds both = BEST.epsilon(new DpEvent.Composed(List.of(statements, gaussians)), 1e-6);
        isClose(both);
        assertThat(both.upper()).isGreaterThanOrEqualTo(alone.lower());
        assertThat(both.lower()).isLessThanOrEqualTo(alone.upper() + count * stated);
    }

    /** Rare atoms far nearer to each other than the lattice's points: their mean is kept, or the lower bound would stay behind. */
    @Test
    void atomsWithinAStep_loseNothing() {
        DpEvent event = new DpEvent.Composed(List.of(
                laplaces(1.5, 1.98e-4, 1000),
                new DpEvent.Repeated(20, new DpEvent.Gaussian(1.04)),
                laplaces(1.95, 8.57e-5, 1000)));
        Bounds delta = BEST.delta(event, 15.73);
        assertThat(delta.isWithin(0.02, 1e-18)).as(delta.toString()).isTrue();
    }

    /** What is (ε0, δ0)-private adds ε0 and δ0 at most, and nothing at least. */
    @ParameterizedTest
    @CsvSource({"1, 1e-4, 1000, 0.5", "0.4, 2e-5, 1000, 0.7", "2, 3e-3, 300, 0.2"})
    void laplacesBesideAGaussian_areThoseAloneAndTheGaussian(double scale, double q, long count, double epsilon) {
        DpEvent laplaces = laplaces(scale, q, count);
        DpEvent gaussian = new DpEvent.Gaussian(50);
        Bounds both = BEST.delta(new DpEvent.Composed(List.of(laplaces, gaussian)), epsilon);
        assertThat(both.isWithin(0.02, 1e-18)).as(both.toString()).isTrue();
        assertThat(both.upper())
                .isGreaterThanOrEqualTo(BEST.delta(laplaces, epsilon).lower());
        double most = BEST.delta(laplaces, epsilon - 0.1).upper()
                + BEST.delta(gaussian, 0.1).upper();
        assertThat(both.lower()).isLessThanOrEqualTo(most);
    }
}
