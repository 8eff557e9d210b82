package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.Mechanism.SampledGaussian;
import dev.sotto.accountant.Mechanism.SampledLaplace;
import dev.sotto.accountant.Mechanism.Stated;
import dev.sotto.accountant.Mechanism.Steps;
import dev.sotto.accountant.math.Normal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClosedFormsTest {
    private static List<Steps> steps(Mechanism mechanism, long count) {
        return List.of(new Steps(mechanism, count));
    }

    /** n Gaussians on the whole table are one, whose total variation distance is 1 - 2Φ(-√n/2σ). */
    @ParameterizedTest
    @CsvSource({"1, 1", "3, 7", "50, 100", "1000, 10000", "0.1, 1", "20, 1"})
    void deltaAtZero_isAtOrAboveTheTotalVariation_andNearItWhereThatIsSmall(double sigma, long count) {
        double exact = 1 - 2 * Normal.above(Math.sqrt((double) count) / 2 / sigma);
        double bound = ClosedForms.deltaAtZero(steps(new SampledGaussian(1, sigma), count));
        assertThat(bound).isBetween(exact, Math.min(1.0000001, 1.85 * exact));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "2, 0.3, 1", "100, 1, 400", "10, 0.01, 1000", "0.05, 0.5, 1"})
    void deltaAtZero_ofLaplace_isAtOrAboveThatOfOne_andGrowsWithTheRootOfTheirNumber(double b, double q, long count) {
        double one = q * -Math.expm1(-0.5 / b);
        double bound = ClosedForms.deltaAtZero(steps(new SampledLaplace(q, b), count));
        assertThat(bound).isBetween(one, Math.min(1.0000001, 1.5 * Math.sqrt((double) count) * one));
    }

    /** Randomized response with failure: δ + (1-δ) tanh(ε/2); of many, failure counts with the rest. */
    @Test
    void deltaAtZero_ofStatedGuarantees_coversFailure() {
        double one = 1e-3 + (1 - 1e-3) * Math.tanh(0.35);
        assertThat(ClosedForms.deltaAtZero(steps(new Stated(0.7, 1e-3), 1))).isCloseTo(one, within(1e-12));
        double failure = 1 - Math.pow(1 - 1e-4, 100);
        double bound = ClosedForms.deltaAtZero(steps(new Stated(1e-3, 1e-4), 100));
        double spread = Math.sqrt(100 * 2 / Math.PI) * 5e-4; // of a sum of hundred signs, by the central limit
        assertThat(bound).isBetween(failure + (1 - failure) * spread, failure + 2 * spread);
        assertThat(ClosedForms.deltaAtZero(steps(new Mechanism.Unprotected(), 1)))
                .isCloseTo(1, within(1e-12));
    }

    private static void failureIs(double exact, List<Steps> steps) {
        assertThat(ClosedForms.failure(steps)).isEqualTo(new Bounds(exact, exact));
    }

    @Test
    void failure_isThatAnyOfThemFails() {
        failureIs(0.25, steps(new Stated(1, 0.25), 1));
        failureIs(1, steps(new Mechanism.Unprotected(), 1));
        failureIs(1, List.of(new Steps(new Stated(1, 0.1), 9), new Steps(new Mechanism.Unprotected(), 2)));
        failureIs(0, steps(new SampledGaussian(1, 1), 5));
        failureIs(0.1, List.of(new Steps(new Stated(1, 0), 9), new Steps(new Stated(1, 0.1), 1)));
    }

    /** Rounded both ways where it is a product: δ between the bounds may or may not cover it. */
    @Test
    void failure_ofSeveral_isBetweenDoublesNextToIt() {
        List<Steps> mixed = List.of(
                new Steps(new Stated(1, 0.25), 1),
                new Steps(new Stated(2, 0.5), 1),
                new Steps(new SampledGaussian(0.1, 1), 9));
        for (var row :
                Map.of(0.4375, steps(new Stated(1, 0.25), 2), 0.625, mixed).entrySet()) {
            Bounds failure = ClosedForms.failure(row.getValue());
            assertThat(failure.lower()).isLessThan(row.getKey());
            assertThat(failure.upper()).isGreaterThan(row.getKey());
            assertThat(failure.width()).isLessThan(2e-15);
        }
        // 1 - (1 - p)^3 by its terms, which add up to the last place
        double p = 1e-9;
        Bounds rare = ClosedForms.failure(steps(new Stated(1, p), 3));
        assertThat(rare.lower()).isLessThan(3 * p - 3 * p * p).isGreaterThan(3 * p * (1 - p) * (1 - 1e-14));
        assertThat(rare.upper()).isGreaterThan(3 * p - 3 * p * p).isLessThan(3 * p * (1 - p) * (1 + 1e-14));
        List<Steps> many = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            many.add(new Steps(new Stated(1, i * 0x1p-20), 1));
        }
        double log = 0; // of what succeeds, to second order in 1e-6, which is as far as doubles go
        for (int i = 1; i <= 12; i++) {
            log += -i * 0x1p-20 - i * i * 0x1p-41 - i * i * i * 0x1p-60 / 3;
        }
        assertThat(ClosedForms.failure(many).lower()).isLessThan(-Math.expm1(log));
        assertThat(ClosedForms.failure(many).upper()).isGreaterThan(-Math.expm1(log));
        assertThat(ClosedForms.failure(steps(new Stated(1, Double.MIN_VALUE), 2))
                        .lower())
                .isZero();
        assertThat(ClosedForms.failure(steps(new Stated(1, 0.9), 1000)).upper()).isEqualTo(1);
    }

    @Test
    void largestLoss_isTheSumOfAll_fromBothSides() {
        List<Steps> steps = List.of(
                new Steps(new SampledLaplace(0.25, 2), 3),
                new Steps(new SampledLaplace(0.5, 0.02), 1),
                new Steps(new Stated(0.7, 0.1), 2));
        double exact = 3 * Math.log(0.75 + 0.25 * Math.exp(0.5)) + 50 + Math.log(0.5 + 0.5 * Math.exp(-50)) + 1.4;
        assertThat(ClosedForms.largestLoss(steps).lower()).isLessThan(exact).isCloseTo(exact, within(1e-12));
        assertThat(ClosedForms.largestLoss(steps).upper()).isGreaterThan(exact).isCloseTo(exact, within(1e-12));
        assertThat(ClosedForms.largestLoss(steps(new SampledGaussian(0.1, 9), 1))
                        .lower())
                .isInfinite();
    }

    @Test
    void gaussiansOnTheWholeTable_areOne_andOthersStay() {
        List<Steps> merged = ClosedForms.mergeGaussians(List.of(
                new Steps(new SampledGaussian(1, 2), 4),
                new Steps(new SampledGaussian(0.5, 2), 4),
                new Steps(new SampledGaussian(1, 3), 1)));
        assertThat(merged).hasSize(2).contains(new Steps(new SampledGaussian(0.5, 2), 4));
        double mu = ClosedForms.mu(merged.subList(1, 2));
        assertThat(mu).isBetween(Math.sqrt(10) / 3, Math.sqrt(10) / 3 * (1 + 1e-14));
        assertThat(ClosedForms.isGaussian(merged)).isFalse();
        assertThat(ClosedForms.isGaussian(merged.subList(1, 2))).isTrue();
        assertThat(ClosedForms.isGaussian(merged.subList(0, 1))).isFalse();
        assertThat(ClosedForms.isGaussian(steps(new Stated(1, 0), 1))).isFalse();
    }

    /** log(1 + q(e^(1/b) - 1)) keeps its digits where it is small, where e^(1/b) is large, and beyond doubles. */
    @Test
    void largestLoss_keepsItsDigits() {
        double small = 1e-9 * Math.expm1(0.5) - 0.5e-18 * Math.expm1(0.5) * Math.expm1(0.5);
        double large = 31 + Math.log(1e-3 + 0.999 * Math.exp(-31));
        for (double[] row :
                new double[][] {{1e-9, 2, small}, {1e-3, 1 / 31.0, large}, {0.5, 0.001, 1000 - Math.log(2)}}) {
            Bounds largest = ClosedForms.largestLoss(steps(new SampledLaplace(row[0], row[1]), 1));
            assertThat(largest.lower()).isBetween(row[2] * (1 - 2e-15), row[2]);
            assertThat(largest.upper()).isBetween(row[2], row[2] * (1 + 2e-15));
        }
        List<Steps> many = new ArrayList<>();
        for (int i = 1; i <= 12; i++) {
            many.add(new Steps(new Stated(i * 0x1p-4, 0), 3));
        }
        assertThat(ClosedForms.largestLoss(many).lower()).isLessThan(14.625);
        assertThat(ClosedForms.largestLoss(many).upper()).isGreaterThan(14.625);
    }
}
