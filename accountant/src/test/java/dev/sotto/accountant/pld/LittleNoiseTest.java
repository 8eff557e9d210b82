package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.Mechanism.Steps;
import dev.sotto.accountant.gdp.GaussianDp;
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

    private static double logChoose(long n, long k) {
        double log = 0;
        for (long i = 1; i <= k; i++) {
            log += Math.log((n - k + i) / (double) i);
        }
        return log;
    }

    private static double binomial(long n, long k, double q) {
        return Math.exp(logChoose(n, k) + k * Math.log(q) + (n - k) * Math.log1p(-q));
    }

    /** Given k sampled steps, of which each moves the sum by one of its sensitivities: one Gaussian of √k times the μ. */
    private static double mixture(double sigma, double q, long n, double epsilon) {
        double sum = 0;
        for (long k = 1; k <= n; k++) {
            double rest = epsilon - (n - k) * Math.log1p(-q) - k * Math.log(q);
            Bounds one = new GaussianDp(Math.sqrt((double) k) / sigma).delta(Math.max(0, rest));
            sum += binomial(n, k, q) * one.upper();
        }
        return sum;
    }

    private static double share(double sigma, double q) {
        return 1e-4 * q / (sigma * sigma) / 2;
    }

    /** Below it is the mixture itself, above it the mixture with ε less what every step may lose beyond, and what is charged. */
    @ParameterizedTest
    @CsvSource({
        "0.05, 0.1, 3, 190",
        "0.05, 0.1, 3, 560",
        "0.05, 0.3, 1, 150",
        "0.02, 0.4, 70, 30000",
        "0.04, 0.01, 300, 900",
        "0.05, 0.45, 2500, 210000",
        "0.05, 0.999, 20, 4100"
    })
    void delta_isTheMixtureOfGaussians_withEveryStepsRestAbove(double sigma, double q, long n, double epsilon) {
        Bounds delta = LittleNoise.delta(steps(sigma, q, n), epsilon, 10).orElseThrow();
        double exact = mixture(sigma, q, n, epsilon);
        assertThat(delta.lower()).isBetween(exact * (1 - 2e-8), exact);
        double charged = mixture(sigma, q, n, epsilon - n * share(sigma, q));
        assertThat(delta.upper()).isBetween(charged, charged * (1 + 2e-8) + n * 1e-21);
    }

    /** Far above all losses nothing is left but what is charged: the chance of a step that loses more than its share beyond. */
    @ParameterizedTest
    @CsvSource({"0.05, 0.5, 1", "0.05, 0.5, 40", "0.05, 0.9, 3", "0.05, 0.1, 1000", "0.04, 0.3, 10", "0.05, 1e-12, 5"})
    void delta_chargesTheTails(double sigma, double q, long n) {
        double mu = 1 / sigma;
        double odds = q / (1 - q);
        double rise = Math.expm1(share(sigma, q));
        double missed = Normal.above(Math.log(rise / odds) / mu + mu / 2);
        double sampled = Normal.above(Math.log(rise * odds) / mu + mu / 2);
        double upper =
                LittleNoise.delta(steps(sigma, q, n), 1e9, 2).orElseThrow().upper();
        assertThat(upper).isBetween(n * ((1 - q) * missed + q * sampled), n * (missed + q * sampled) * 1.01);
        assertThat(LittleNoise.delta(steps(0.001, 0.1, 3), 1e9, 2).orElseThrow().upper())
                .isBetween(0.99e-286, 1.01e-286); // what underflows
    }

    /** With hardly any noise δ is the chance of so many samples, all along from one number's loss to the next's. */
    @ParameterizedTest
    @CsvSource({"0.5, 40", "0.01, 30", "0.9, 12", "0.3, 300"})
    void delta_isABinomialTail_betweenTwoNumbersOfSamples(double q, long n) {
        double sigma = 5e-4;
        for (long k = Math.max(1, (long) (n * q) - 12); k <= Math.min(n, (long) (n * q) + 12); k++) {
            double loss = (n - k) * Math.log1p(-q) + k * (Math.log(q) + 2e6);
            Bounds delta =
                    LittleNoise.delta(steps(sigma, q, n), loss - 9e5, 0.1).orElseThrow();
            double tail = 0;
            for (long i = n; i >= k; i--) {
                tail += binomial(n, i, q);
            }
            assertThat(delta.lower()).isBetween(tail * (1 - 2e-8), tail * (1 - 5e-9));
            assertThat(delta.upper()).isBetween(Math.min(1, tail * (1 + 5e-9)), tail * (1 + 2e-8));
        }
    }

    /** The weights of many steps begin and end where they underflow: all in all the loss is normal, or nearly so. */
    @ParameterizedTest
    @CsvSource({"5e-4, 0.5, 1000000", "5e-4, 0.01, 1000000", "0.05, 1e-6, 1000000000", "0.05, 0.98, 200000"})
    void delta_ofVeryManySteps_isThatOfANormalLoss(double sigma, double q, long n) {
        double one = 0.5 / (sigma * sigma) + Math.log(q) - Math.log1p(-q);
        double mean = n * Math.log1p(-q) + n * q * one;
        double spread = Math.sqrt(n * q * ((1 - q) * one * one + 1 / (sigma * sigma)));
        for (double z : new double[] {-2, 0, 1.5}) {
            Bounds delta =
                    LittleNoise.delta(steps(sigma, q, n), mean + z * spread, 1).orElseThrow();
            assertThat(delta.lower()).isCloseTo(Normal.above(z), within(0.01));
            assertThat(delta.upper()).isCloseTo(Normal.above(z - n * share(sigma, q) / spread), within(0.01));
        }
        assertThat(LittleNoise.delta(steps(sigma, q, n), mean - 30 * spread, 0.1)
                        .orElseThrow())
                .isEqualTo(new Bounds(1 - 1e-8, 1));
    }

    /** What is returned meets δ, or does not yet, as the bounds on δ have it. */
    @ParameterizedTest
    @CsvSource({"0.05, 0.1, 3, 0.1", "0.04, 0.5, 20, 1e-9", "0.03, 0.01, 1000, 1e-4", "0.001, 0.2, 7, 0.3"})
    void epsilon_isWhereDeltaIsMet(double sigma, double q, long n, double delta) {
        Bounds epsilon =
                LittleNoise.epsilon(steps(sigma, q, n), delta, upper -> upper).orElseThrow();
        assertThat(LittleNoise.delta(steps(sigma, q, n), epsilon.upper(), 10)
                        .orElseThrow()
                        .upper())
                .isLessThanOrEqualTo(delta);
        assertThat(LittleNoise.delta(steps(sigma, q, n), epsilon.lower(), 10)
                        .orElseThrow()
                        .lower())
                .isGreaterThan(delta);
    }

    /** The tails alone are more than δ: this has no bound, and another may. */
    @ParameterizedTest
    @CsvSource({"0.05, 0.1, 3, 1e-30", "0.05, 0.001, 100000000, 1e-15"})
    void whereTheTailsAreMoreThanDelta_thisHasNoBound(double sigma, double q, long n, double delta) {
        assertThat(LittleNoise.epsilon(steps(sigma, q, n), delta, upper -> upper))
                .isEmpty();
    }

    @Test
    void addition_isNotForgotten() {
        double cost = -10 * Math.log(0.9);
        assertThat(LittleNoise.delta(steps(0.01, 0.1, 10), 0.999 * cost, 1)).isEmpty();
        assertThat(LittleNoise.delta(steps(0.01, 0.1, 10), cost * (1 + 2e-13), 1))
                .isEmpty();
        assertThat(LittleNoise.delta(steps(0.01, 0.1, 10), 1.001 * cost, 1)).isPresent();
        Bounds epsilon =
                LittleNoise.epsilon(steps(0.01, 0.1, 10), 0.99, upper -> 2).orElseThrow();
        assertThat(epsilon.lower()).isZero();
        assertThat(epsilon.upper()).isBetween(cost, cost * (1 + 1e-11));
    }

    /** Where the loss of a sampled step is not above that of one that was not, or hardly any step's rest is within its share. */
    @ParameterizedTest
    @CsvSource({"0.05, 1.5e-43", "0.05, 1e-44", "0.05, 1e-100", "0.04, 1e-70", "0.051, 0.1"})
    void tooRareSamples_areLeftToTheLattice(double sigma, double q) {
        assertThat(LittleNoise.delta(steps(sigma, q, 3), 10, 1e9)).isEmpty();
    }

    @Test
    void whereItApplies_boundsCome() {
        assertThat(LittleNoise.delta(steps(0.05, 4e-43, 3), 10, 1e9)).isPresent();
        assertThat(LittleNoise.delta(steps(0.01, 0.5, 1_000_000_001), 1e13, 1e9))
                .isEmpty();
        assertThat(LittleNoise.epsilon(steps(0.05, 0.1, 3), 1e-5, upper -> 1e-9))
                .isEmpty();
        assertThat(LittleNoise.delta(steps(0.05, 0.1, 3), 190, 1e-9)).isEmpty();
    }

    /**
     * Two steps: δ of removal as the integral over the first one's loss of the closed form of the second, by mpmath's
     * quadrature with 25 digits.
     */
    @ParameterizedTest
    @CsvSource({
        "0.05, 0.1, 190, 0.123221621295683",
        "0.05, 0.1, 370, 0.00805643439453561",
        "0.05, 0.5, 430, 0.0315614356645264",
        "0.04, 0.02, 300, 0.0246593244144763",
        "0.03, 0.3, 1100, 0.0508399630067423"
    })
    void delta_ofTwoSteps_containsTheIntegral(double sigma, double q, double epsilon, double exact) {
        Bounds delta = LittleNoise.delta(steps(sigma, q, 2), epsilon, 0.1).orElseThrow();
        assertThat(delta.lower()).isBetween(exact * (1 - 3e-8), exact);
        assertThat(delta.upper()).isBetween(exact, exact * 1.02);
    }
}
