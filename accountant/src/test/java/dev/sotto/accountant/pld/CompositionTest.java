package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompositionTest {
    private static final double STEP = 0.5;
    private static final double UNIT = 0x1p-53;
    private static final RoundedLoss COIN = new RoundedLoss(
            -0.125, new long[] {-1, 1, 4}, new double[] {0.5, 0.25, 0.2}, new double[] {0.5, 0.25, 0.1}, 0.05, 0.01);

    private static RoundedLoss failing(double infinity, double certain) {
        return new RoundedLoss(
                0, new long[] {0, 1}, new double[] {0.5, 0.5}, new double[] {0.5, 0.5}, infinity, certain);
    }

    private static Composition of(Part... parts) {
        return new Composition(List.of(parts), STEP, 7);
    }

    /** 1 - Π(1 - p_i)^n_i: from above where it stands for an upper bound, from below where for a lower one. */
    @Test
    void failure_isThatOfAnyStep_roundedOutwards() {
        Composition rare = of(new Part(failing(1e-20, 1e-22), 100_000_000), new Part(failing(0, 0), 3));
        assertThat(rare.infinity()).isGreaterThan(1e-12).isLessThan(1e-12 * (1 + 3e-12));
        assertThat(rare.certain()).isLessThan(1e-14).isGreaterThan(1e-14 * (1 - 3e-12));
        Composition frequent = of(new Part(failing(0.5, 0.25), 2), new Part(failing(0.25, 0.125), 1));
        assertThat(frequent.infinity()).isGreaterThan(0.8125).isCloseTo(0.8125, within(2e-12));
        double certain = 1 - 0.75 * 0.75 * 0.875;
        assertThat(frequent.certain()).isLessThan(certain).isCloseTo(certain, within(2e-12));
        assertThat(of(new Part(failing(1, 1), 2)).infinity()).isEqualTo(1);
        assertThat(of(new Part(failing(0, 0), 2)).infinity()).isZero();
        assertThat(of(new Part(failing(0, 0), 2)).certain()).isZero();
    }

    /** 2e-13 and so many units for each step: quadrature, one for each cell, and those of λL. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1, 1e4})
    void rounding_isThatOfEveryStep(double lambda) {
        double reach = 5 * STEP + 0.125 + STEP;
        double one = 2e-13 + UNIT * (16 * 3 + 8 * lambda * reach);
        double all = 1_000_000 * one + 10 * (2e-13 + UNIT * (16 * 2 + 8 * lambda * STEP));
        Composition composition = of(new Part(COIN, 1_000_000), new Part(failing(0, 0), 10));
        assertThat(composition.rounding(lambda)).isBetween(all, all * (1 + 1e-9) + 1e-9);
        assertThat(composition.rounding(lambda)).isGreaterThan(1e-9);
        assertThat(composition.step()).isEqualTo(STEP);
        assertThat(composition.parts()).hasSize(2);
        assertThat(composition.count()).isEqualTo(1_000_010);
        assertThat(composition.largestLoss()).isEqualTo(7);
    }

    /** The tilted mean is where it was wanted, from about a per cent of the tilt; without a tilt where it is above anyway. */
    @ParameterizedTest
    @ValueSource(doubles = {-30, -10, 0, 20, 60, 150, 180})
    void tiltForEpsilon_putsTheMeanThere(double epsilon) {
        Composition composition = of(new Part(COIN, 100));
        double lambda = composition.tiltForEpsilon(epsilon);
        double mean = composition.cumulants(0).mean();
        if (epsilon <= mean) {
            assertThat(lambda).isZero();
        } else {
            assertThat(composition.cumulants(lambda * 0.985).mean()).isLessThan(epsilon);
            assertThat(composition.cumulants(lambda * 1.015).mean()).isGreaterThan(epsilon);
        }
        assertThat(composition.maxTilt()).isEqualTo(300 / (3 * STEP));
        assertThat(composition.tiltForEpsilon(1e9)).isBetween(8.0, composition.maxTilt());
    }

    /** Chernoff's δ at the mean is between δ and what is left of it once the saddle point's prefactor is taken. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 1e-6, 1e-12, 1e-30})
    void tiltForDelta_isThatOfAboutThisDelta(double delta) {
        RoundedLoss fair =
                new RoundedLoss(0, new long[] {-1, 1}, new double[] {0.6, 0.4}, new double[] {0.6, 0.4}, 0, 0);
        Composition composition = of(new Part(fair, 1000));
        double lambda = composition.tiltForDelta(Math.log(delta));
        Cumulants k = composition.cumulants(lambda);
        double log = lambda * k.mean() - k.value();
        double prefactor = Math.log(Math.max(1, lambda * (1 + lambda) * Math.sqrt(k.variance()) * 2.5));
        assertThat(log).isBetween(-Math.log(delta) - 1.2 * prefactor - 1, -Math.log(delta) - 0.9 * prefactor + 1);
    }

    /** Both roundings' moments, over the tilt. */
    @Test
    void gap_isHowFarApartTheRoundingsAre() {
        Composition composition = of(new Part(COIN, 10));
        double up = Math.log(0.5 * Math.exp(-0.5) + 0.25 * Math.exp(0.5) + 0.2 * Math.exp(2));
        double low = Math.log(0.5 * Math.exp(-0.5) + 0.25 * Math.exp(0.5) + 0.1 * Math.exp(2));
        assertThat(composition.gap(1)).isCloseTo(10 * (up - low), within(1e-12));
        assertThat(composition.gap(0)).isPositive();
    }
}
