package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.Mechanism.Steps;
import dev.sotto.accountant.math.Normal;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LittleNoiseTest {
    private static List<Steps> steps(double sigma, double q, long count) {
        return Mechanism.of(Calibration.sampledGaussian(sigma, q, count), Adjacency.ADD_OR_REMOVE_ONE);
    }

    private static double width(double upper) {
        return Math.max(0.002, 0.0025 * upper);
    }

    @ParameterizedTest
    @CsvSource({"0.05, 0.1, 3, 1e-5", "0.05, 0.5, 40, 1e-6", "0.04, 0.01, 100, 1e-3", "0.03, 0.3, 5, 1e-8"})
    void epsilon_overlapsTheLatticesBounds(double sigma, double q, long count, double delta) {
        Bounds mixture = LittleNoise.epsilon(steps(sigma, q, count), delta, LittleNoiseTest::width)
                .orElseThrow();
        Bounds lattice = new Refinement(steps(sigma, q, count), Math.log(delta)).epsilon(delta, LittleNoiseTest::width);
        assertThat(mixture.lower()).isLessThanOrEqualTo(lattice.upper());
        assertThat(mixture.upper()).isGreaterThanOrEqualTo(lattice.lower());
    }

    /** One step: δ(ε) = Pr_P[L > ε] - e^ε Pr_Q[L > ε]. */
    @ParameterizedTest
    @CsvSource({"0.05, 0.1, 190", "0.03, 0.5, 540", "0.01, 0.2, 5010", "0.001, 0.01, 499000"})
    void delta_ofOneStep_containsTheClosedForm(double sigma, double q, double epsilon) {
        double threshold = 0.5 + sigma * sigma * (epsilon - Math.log(q) + Math.log1p(-(1 - q) * Math.exp(-epsilon)));
        double shifted = q * Normal.above((threshold - 1) / sigma);
        double rest = threshold / sigma; // e^ε times the mass above it under Q, in logarithms
        double base = (1 - q) * Normal.above(rest)
                - Math.exp(epsilon + Math.log(Normal.mills(rest)) - rest * rest / 2 - Math.log(Math.sqrt(2 * Math.PI)));
        double exact = shifted + base;
        Bounds delta = LittleNoise.delta(steps(sigma, q, 1), epsilon, 0.1).orElseThrow();
        assertThat(delta.lower()).isLessThanOrEqualTo(exact * (1 + 1e-9));
        assertThat(delta.upper()).isGreaterThanOrEqualTo(exact * (1 - 1e-9));
    }

    @Test
    void moreNoise_orSeveralMechanisms_areLeftToTheLattice() {
        assertThat(LittleNoise.epsilon(steps(0.06, 0.1, 10), 1e-5, LittleNoiseTest::width))
                .isEmpty();
        assertThat(LittleNoise.epsilon(steps(0.01, 1, 10), 1e-5, LittleNoiseTest::width))
                .isEmpty();
        assertThat(LittleNoise.epsilon(List.of(), 1e-5, LittleNoiseTest::width)).isEqualTo(Optional.empty());
        assertThat(LittleNoise.epsilon(steps(0.01, 0.1, 10), 1e-290, LittleNoiseTest::width))
                .isEmpty();
    }

    /** P(two samples in two steps) = q² = 1/4: above it ε is that of one sampled step, below it that of two. */
    @Test
    void epsilon_jumpsWhereTheNumberOfSampledStepsDoes() {
        Bounds one = LittleNoise.epsilon(steps(0.001, 0.5, 2), 0.26, LittleNoiseTest::width)
                .orElseThrow();
        Bounds two = LittleNoise.epsilon(steps(0.001, 0.5, 2), 0.24, LittleNoiseTest::width)
                .orElseThrow();
        assertThat(one.upper()).isBetween(490_000.0, 504_000.0);
        assertThat(two.lower()).isBetween(995_000.0, 1_010_000.0);
    }
}
