package dev.sotto.accountant.pld;

import static dev.sotto.accountant.pld.Norms.norm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.math.Fft;
import dev.sotto.accountant.math.Normal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RareSumTest {
    private static final double A = 1e-9;
    private static final double B = 3e-12;
    private static final double C = 2e-10;

    /** Masses A at index 3, B at 5 and the rest at 0 from above; C at 3 from below. */
    private static final RoundedLoss RARE =
            new RoundedLoss(0, new long[] {0, 3, 5}, new double[] {1 - A - B, A, B}, new double[] {1 - C, C, 0}, 0, 0);

    @Test
    void masses_ofWhatIsRareTwice_keepTheirDigits() {
        RareSum sum = new RareSum(32, 4 * A);
        sum.compose(new Part(RARE, 4), 0.1, 0, 0);
        double[] upper = new double[32];
        double[] lower = new double[32];
        double error = sum.masses(upper, lower);
        assertThat(error).isLessThan(1e-22);
        assertThat(upper[0]).isCloseTo(Math.pow(1 - A - B, 4), within(1e-15));
        assertThat(upper[3]).isCloseTo(4 * A * Math.pow(1 - A - B, 3), within(error + 1e-14 * A));
        assertThat(upper[6]).isCloseTo(6 * A * A, within(error + 1e-8 * A * A));
        assertThat(upper[8]).isCloseTo(12 * A * B, within(error + 1e-8 * A * B));
        assertThat(lower[6]).isCloseTo(6 * C * C, within(error + 1e-8 * C * C));
        assertThat(lower[8]).isCloseTo(0, within(error));
    }

    private static final double UNIT = 0x1p-53;

    /**
     * Where nothing is added up that is not rare: of each step the error of its transform and of its logarithm, of the sum that of
     * the way back; the 2-norm of a spectrum is that of what it is of.
     */
    @ParameterizedTest
    @CsvSource({"1, 1", "4, 1", "100000, 1", "2, 2", "1000, 4"})
    void errors_ofWhatIsRare_areChargedForEachStep(long each, int parts) {
        long n = each * parts;
        RareSum sum = new RareSum(32, n * (A + B));
        for (int part = 0; part < parts; part++) {
            sum.compose(new Part(RARE, each), 0.1, 0, 0);
        }
        Fft fft = Fft.ofLength(32);
        double error = sum.masses(new double[32], new double[32]);
        double wrong = (A + B + C) * (fft.relativeError() + 8 * UNIT);
        double spectrum = n * norm(1.5 * wrong, 72 * UNIT * norm(A, B));
        double back = n * norm(A, B, C) * (fft.relativeErrorOfNorm() + 4 * UNIT);
        assertThat(error).isBetween(0.99 * (spectrum + back), 1.5 * (spectrum + back));
    }

    /** Off index 0 more than once, on average: against all outcomes, and errors as above, relative to all masses. */
    @ParameterizedTest
    @CsvSource({"12, 64, 0", "7, 64, 0.4", "12, 128, 0"})
    void masses_ofWhatIsNotRareInSum_areThoseOfAllOutcomes_withinTheErrors(int n, int length, double lambda) {
        RoundedLoss loss = new RoundedLoss(
                0.25, new long[] {0, 3, 5}, new double[] {0.85, 0.1, 0.05}, new double[] {0.75, 0.125, 0.03}, 0, 0);
        Part part = new Part(loss, n);
        double expected = RareSum.expected(new Composition(List.of(part), 0.1, 1), lambda);
        assertThat(expected).isGreaterThan(1);
        RareSum sum = new RareSum(length, expected);
        sum.compose(part, 0.1, lambda, 0.125);
        double[] upper = new double[length];
        double[] lower = new double[length];
        double error = sum.masses(upper, lower);
        double tilt = Math.exp(n * (0.25 * lambda - 0.125));
        double[] exactUpper = power(loss, n, length, 0.1 * lambda, tilt, true);
        double[] exactLower = power(loss, n, length, 0.1 * lambda, tilt, false);
        assertThat(Norms.error(upper, exactUpper)).isLessThan(error);
        assertThat(Norms.error(lower, exactLower)).isLessThan(error);
        Fft fft = Fft.ofLength(length);
        double weight3 = Math.exp(0.3 * lambda);
        double weight5 = Math.exp(0.5 * lambda);
        double all = weight3 * (0.1 / 0.85 + 0.125 / 0.75) + weight5 * (0.05 / 0.85 + 0.03 / 0.75);
        double wrong = all * (fft.relativeError() + 8 * UNIT);
        double larger = Math.max(norm(exactUpper), norm(exactLower));
        double back = norm(norm(exactUpper), norm(exactLower)) * (fft.relativeErrorOfNorm() + 4 * UNIT);
        assertThat(error)
                .isBetween(
                        larger * (1.5 * n * wrong + 24 * UNIT) * 0.99 + back,
                        1.2 * (larger * (1.5 * n * wrong + (24 + 48 * n * 0.25 + 4 * n) * UNIT) + back));
    }

    /** The n-fold convolution, term by term. */
    private static double[] power(RoundedLoss loss, int n, int length, double tilt, double scale, boolean upper) {
        double[] power = new double[length];
        power[0] = scale;
        for (int k = 0; k < n; k++) {
            double[] next = new double[length];
            for (int i = 0; i < length; i++) {
                for (int j = 0; j < loss.size(); j++) {
                    double mass = upper ? loss.upper(j) : loss.lower(j);
                    int to = (int) ((i + loss.index(j)) % length);
                    next[to] += power[i] * mass * Math.exp(tilt * loss.index(j));
                }
            }
            power = next;
        }
        return power;
    }

    /** What is tilted by λ and divided by e^K is e^(λs - K) times what is not; both parts in either order. */
    @Test
    void masses_underATilt_areTheTiltedMasses() {
        double step = 0.1;
        double lambda = 20;
        RoundedLoss other = new RoundedLoss(
                0.5, new long[] {-1, 0, 2}, new double[] {1e-7, 0.9, 1e-6}, new double[] {1e-7, 0.8, 1e-6}, 0, 0);
        for (List<Part> parts : List.of(
                List.of(new Part(RARE, 2), new Part(other, 1)), List.of(new Part(other, 1), new Part(RARE, 2)))) {
            RareSum sum = new RareSum(32, 1e-3);
            parts.forEach(p -> sum.compose(p, step, lambda, 0.25));
            double[] upper = new double[32];
            double error = sum.masses(upper, new double[32]);
            // offset 0.5 once, K = 0.25 three times; index 5 is 3 + 2 or 5 + 0
            double exact = (2 * A * 1e-6 + 2 * B * 0.9) * Math.exp(lambda * (0.5 + 5 * step) - 0.75);
            assertThat(upper[5]).isCloseTo(exact, within(error + 1e-8 * exact));
            assertThat(error).isLessThan(1e-4 * exact);
        }
    }

    @Test
    void expected_isNaN_whereNoMassIsAtIndexZero() {
        RoundedLoss half = new RoundedLoss(0, new long[] {0, 1}, new double[] {0.5, 0.5}, new double[] {0, 0.5}, 0, 0);
        assertThat(RareSum.expected(new Composition(List.of(new Part(half, 1)), 0.1, 1), 0))
                .isNaN();
        assertThatThrownBy(() -> new RareSum(32, Double.NaN)).hasMessageContaining("not rare");
        assertThat(RareSum.expected(new Composition(List.of(new Part(RARE, 1000)), 0.1, 1), 0))
                .isCloseTo(1000 * (A + B), within(1e-12));
    }

    /** One step: δ(ε) = Pr_P[L > ε] - e^ε Pr_Q[L > ε] in closed form. */
    @ParameterizedTest
    @CsvSource({"0.3, 1e-9, 1e-15", "0.3, 1e-10, 1e-14", "0.4, 1e-8, 1e-13", "0.25, 1e-9, 1e-12"})
    void epsilon_ofARareStep_containsTheExactOne(double sigma, double q, double delta) {
        Bounds epsilon = new PldAccountant().epsilon(Calibration.sampledGaussian(sigma, q, 1), delta);
        assertThat(epsilon.width()).isLessThanOrEqualTo(Math.max(0.0025, 0.0025 * epsilon.upper()));
        assertThat(exactDelta(sigma, q, epsilon.upper())).isLessThanOrEqualTo(delta * (1 + 1e-9));
        assertThat(exactDelta(sigma, q, epsilon.lower())).isGreaterThanOrEqualTo(delta * (1 - 1e-9));
    }

    private static double exactDelta(double sigma, double q, double epsilon) {
        double threshold = 0.5 + sigma * sigma * Math.log1p(Math.expm1(epsilon) / q);
        double base = Normal.above(threshold / sigma);
        double shifted = Normal.above((threshold - 1) / sigma);
        return q * (shifted - base) - Math.expm1(epsilon) * base;
    }

    /** Rare steps were too wide apart by rounding. For n steps δ is between one big loss's and the Chernoff-free sum. */
    @ParameterizedTest
    @CsvSource({"0.3, 1e-9, 10000, 1e-10", "0.5, 1e-6, 10000, 1e-10", "0.3, 1e-9, 2, 1e-15", "0.3, 1e-9, 1000, 1e-10"})
    void epsilon_ofManyRareSteps_isAsCloseAsAskedFor(double sigma, double q, long steps, double delta) {
        Bounds epsilon = new PldAccountant().epsilon(Calibration.sampledGaussian(sigma, q, steps), delta);
        assertThat(epsilon.width()).isLessThanOrEqualTo(Math.max(0.002, 0.0025 * epsilon.upper()));
        // one of the steps alone has a δ of at most this one's, and all of them together of about their sum
        assertThat(exactDelta(sigma, q, epsilon.upper()) * steps).isBetween(delta * 0.2, delta * 1.05);
    }

    /** No tilt alone and no single jump makes these close. */
    @Test
    void whereStepsAreRare_boundsAreClose() {
        Bounds epsilon =
                new PldAccountant().epsilon(Calibration.sampledGaussian(0.3733, 1.656e-8, 3_480_299), 1.852e-7);
        assertThat(epsilon.isWithin(0.0025, 0.002)).as(epsilon.toString()).isTrue();
        Bounds delta = new PldAccountant().delta(Calibration.sampledGaussian(0.1745, 7.64e-11, 162_753), 0.002939);
        assertThat(delta.isWithin(PldAccountant.DELTA_WIDTH, PldAccountant.DELTA_ABSOLUTE))
                .as(delta.toString())
                .isTrue();
    }
}
