package dev.sotto.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.DpEvent;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivacyPlanTest {
    private static final PrivacyPlan PLAN = new PrivacyPlan(1000, 0.01, 10, 1.5, new Clipping.Abadi(1));

    @Test
    void theEvent_isDerivedFromThePlan() {
        var step = new DpEvent.PoissonSampled(0.01, new DpEvent.Gaussian(1.5));
        assertThat(PLAN.event()).isEqualTo(new DpEvent.Repeated(10, step));
        assertThat(PLAN.eventOf(3)).isEqualTo(new DpEvent.Repeated(3, step));
        assertThat(PLAN.eventOf(0)).isEqualTo(new DpEvent.Repeated(0, step));
        assertThat(PLAN.expectedBatchSize()).isEqualTo(10);
        assertThatThrownBy(() -> PLAN.eventOf(11)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PLAN.eventOf(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withoutNoise_nothingIsPromised() {
        var plan = new PrivacyPlan(1000, 0.01, 10, 0, new Clipping.Abadi(1));
        assertThat(plan.isPrivate()).isFalse();
        assertThat(plan.event()).isEqualTo(new DpEvent.NonPrivate());
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0.0999, 1e6 + 1, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE})
    void aNoiseMultiplierOutsideItsRange_isRefused(double sigma) {
        assertThatThrownBy(() -> new PrivacyPlan(1000, 0.01, 10, sigma, new Clipping.Abadi(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1e-31, 1e31, Double.NaN, Double.POSITIVE_INFINITY})
    void aBoundOutsideItsRange_isRefused(double bound) {
        for (Clipping clipping : ClippedSumTest.clippings(bound)) {
            assertThatThrownBy(() -> new PrivacyPlan(1000, 0.01, 10, 1, clipping))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void noUnitsNoStepsNoSampling_areRefused() {
        var clipping = new Clipping.Abadi(1);
        assertThatThrownBy(() -> new PrivacyPlan(0, 0.01, 10, 1, clipping)).hasMessageContaining("units");
        assertThatThrownBy(() -> new PrivacyPlan(10, 0, 10, 1, clipping)).hasMessageContaining("probability");
        assertThatThrownBy(() -> new PrivacyPlan(10, 1.1, 10, 1, clipping)).hasMessageContaining("probability");
        assertThatThrownBy(() -> new PrivacyPlan(10, 0.1, 0, 1, clipping)).hasMessageContaining("steps");
    }

    /** The value is part of the checkpoint format: it may not change. */
    @Test
    void theHash_isStableAndTellsPlansApart() {
        Set<String> hashes = new HashSet<>();
        for (var plan : List.of(
                PLAN,
                new PrivacyPlan(1001, 0.01, 10, 1.5, new Clipping.Abadi(1)),
                new PrivacyPlan(1000, Math.nextUp(0.01), 10, 1.5, new Clipping.Abadi(1)),
                new PrivacyPlan(1000, 0.01, 11, 1.5, new Clipping.Abadi(1)),
                new PrivacyPlan(1000, 0.01, 10, Math.nextUp(1.5), new Clipping.Abadi(1)),
                new PrivacyPlan(1000, 0.01, 10, 1.5, new Clipping.AutoS(1)),
                new PrivacyPlan(1000, 0.01, 10, 1.5, new Clipping.AutoV(1)),
                new PrivacyPlan(1000, 0.01, 10, 1.5, new Clipping.Abadi(Math.nextUp(1.0))))) {
            assertThat(plan.hash()).matches("[0-9a-f]{16}");
            hashes.add(plan.hash());
        }
        assertThat(hashes).hasSize(8);
        assertThat(PLAN.hash()).isEqualTo("c08e2fdd8e946933");
    }

    /** L·σ ≤ 2^28 < (L + 1)·σ in the real numbers, for the very double σ: the noise is never smaller than accounted. */
    @Test
    void theLattice_neverLoosensTheNoiseMultiplier() {
        var random = new Random(1);
        BigDecimal deviation = new BigDecimal(1L << Lattice.NOISE_BITS);
        for (int trial = 0; trial < 100_000; trial++) {
            double sigma =
                    switch (trial % 4) {
                        case 0 -> 0.1 + random.nextDouble();
                        case 1 ->
                            (double) (1 << 28) / (1 + random.nextInt(1 << 28)); // the quotient is close to an integer
                        case 2 -> Math.nextUp((double) (1 << 28) / (1 + random.nextInt(1 << 28)));
                        default -> Math.exp(random.nextDouble() * 10);
                    };
            if (sigma < 0.1 || sigma > 1e6) {
                continue;
            }
            var lattice = Lattice.of(new PrivacyPlan(1, 1, 1, sigma, new Clipping.Abadi(3)));
            BigDecimal exact = new BigDecimal(sigma);
            assertThat(exact.multiply(new BigDecimal(lattice.radius()))).isLessThanOrEqualTo(deviation);
            assertThat(exact.multiply(new BigDecimal(lattice.radius() + 1))).isGreaterThan(deviation);
            assertThat(lattice.spacing() * (1 << 28)).isBetween(sigma * 3 * (1 - 1e-15), sigma * 3 * (1 + 1e-15));
        }
    }

    @Test
    void factors_areThoseOfThePapers() {
        assertThat(new Clipping.Abadi(2).factor(1)).isEqualTo(1);
        assertThat(new Clipping.Abadi(2).factor(2)).isEqualTo(1);
        assertThat(new Clipping.Abadi(2).factor(8)).isEqualTo(0.25);
        assertThat(new Clipping.AutoS(2).factor(0.99)).isEqualTo(2);
        assertThat(new Clipping.AutoS(2).factor(0)).isEqualTo(200);
        assertThat(new Clipping.AutoV(2).factor(0.5)).isEqualTo(4);
        assertThat(new Clipping.AutoV(2).factor(0)).isZero();
        assertThat(new Clipping.Abadi(2).factor(0)).isEqualTo(1);
        assertThat(new Clipping.AutoV(1e30).factor(1e-300)).as("overflow").isZero();
        for (Clipping clipping : ClippedSumTest.clippings(2)) {
            assertThat(clipping.factor(Double.NaN)).isZero();
            assertThat(clipping.factor(Double.POSITIVE_INFINITY)).isZero();
        }
    }
}
