package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Calibration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JumpSumsTest {
    private static final double STEP = 0.25;
    private static final double JUMP = 3e-6;
    private static final double HIGHER = 1e-8;

    /** A coin at indices -1 and 1, and jumps to 20 and 40; half of them from below. */
    private static final RoundedLoss COIN = new RoundedLoss(
            0,
            new long[] {-1, 1, 20, 40},
            new double[] {0.6, 0.4 - JUMP - HIGHER, JUMP, HIGHER},
            new double[] {0.6, 0.4 - JUMP / 2 - HIGHER / 2, JUMP / 2, HIGHER / 2},
            0,
            0);

    private static final RoundedLoss STILL =
            new RoundedLoss(-0.1, new long[] {0, 2}, new double[] {0.9, 0.1}, new double[] {0.95, 0.05}, 1e-13, 1e-14);

    /** Over all outcomes of n coins, the numbers of each kind, and of two of the others. */
    private static double exact(int n, RoundedLoss others, boolean upper, double epsilon) {
        double sum = 0;
        for (int up = 0; up <= n; up++) {
            for (int jump = 0; jump + up <= n; jump++) {
                for (int higher = 0; higher + jump + up <= n; higher++) {
                    int down = n - up - jump - higher;
                    double mass = multinomial(n, up, jump, higher)
                            * power(COIN, 0, down, upper)
                            * power(COIN, 1, up, upper)
                            * power(COIN, 2, jump, upper)
                            * power(COIN, 3, higher, upper);
                    for (int moved = 0; moved <= 2; moved++) {
                        double other = multinomial(2, moved, 0, 0)
                                * power(others, 0, 2 - moved, upper)
                                * power(others, 1, moved, upper);
                        double loss = STEP * (up - down + 20 * jump + 40 * higher + 2 * moved) - 0.2;
                        sum += loss > epsilon ? mass * other * -Math.expm1(epsilon - loss) : 0;
                    }
                }
            }
        }
        return sum;
    }

    private static double power(RoundedLoss loss, int i, int n, boolean upper) {
        return Math.pow(upper ? loss.upper(i) : loss.lower(i), n);
    }

    private static double multinomial(int n, int a, int b, int c) {
        double product = 1;
        int next = 1;
        for (int part : new int[] {n - a - b - c, a, b, c}) {
            for (int k = 1; k <= part; k++) {
                product *= (double) next++ / k;
            }
        }
        return product;
    }

    @ParameterizedTest
    @CsvSource({"0.5", "1.9", "2.9", "4.1", "4.6", "5.4", "7.7", "9.8"})
    void delta_isThatOfAllOutcomes_fromBothSides_closeWhereAJumpMakesIt(double epsilon) {
        Composition composition =
                new Composition(List.of(new Part(COIN, 12), new Part(STILL, 2)), STEP, Double.POSITIVE_INFINITY);
        double certain = -Math.expm1(2 * Math.log1p(-1e-14));
        double upper = exact(12, STILL, true, epsilon) - Math.expm1(2 * Math.log1p(-1e-13));
        double lower = exact(12, STILL, false, epsilon);
        JumpSums sums = JumpSums.of(composition, epsilon, Math.log(1e-4)).orElseThrow();
        double twice = 12 * (JUMP + HIGHER) * 12 * (JUMP + HIGHER) / 2;
        assertThat(sums.upper(epsilon)).isBetween(upper, upper * (1 + 1e-6) + twice + 2 * sums.charge(epsilon));
        assertThat(sums.lower(epsilon))
                .isBetween(lower * (1 - 1e-6) - twice - 2 * sums.charge(epsilon), (lower + certain) * (1 + 1e-12));
        assertThat(sums.charge(epsilon)).isBetween(twice, twice + 1e-4 * 1e-4);
        // at least what the other two's offsets may be off by, however the rest is tilted
        assertThat(sums.lossError()).isBetween(8 * 0x1p-53 * 0.2, 1e-13);
        assertThat(sums.end()).isGreaterThanOrEqualTo(9.8);
        double reached = sums.epsilonUpper(upper);
        assertThat(exact(12, STILL, true, reached)).isLessThanOrEqualTo(upper);
    }

    /** Of a single step nothing is left once it has jumped. */
    @ParameterizedTest
    @CsvSource({"0.6", "3", "7.7"})
    void delta_ofOneStepThatJumps_isThatOfItsJumps(double epsilon) {
        Composition composition =
                new Composition(List.of(new Part(COIN, 1), new Part(STILL, 2)), STEP, Double.POSITIVE_INFINITY);
        JumpSums sums = JumpSums.of(composition, epsilon, Math.log(1e-4)).orElseThrow();
        double upper = exact(1, STILL, true, epsilon) - Math.expm1(2 * Math.log1p(-1e-13));
        double lower = exact(1, STILL, false, epsilon) - Math.expm1(2 * Math.log1p(-1e-14));
        assertThat(sums.upper(epsilon)).isBetween(upper, upper * (1 + 1e-6) + 2 * sums.charge(epsilon));
        assertThat(sums.lower(epsilon)).isBetween(lower * (1 - 1e-6) - 2 * sums.charge(epsilon), lower * (1 + 1e-12));
    }

    /** Whoever fails, fails once: not with every other step's jump anew. */
    @ParameterizedTest
    @CsvSource({"1.9", "4.1", "9.8"})
    void failure_isCountedOnce(double epsilon) {
        RoundedLoss failing = new RoundedLoss(
                -0.1, new long[] {0, 2}, new double[] {0.75, 0.125}, new double[] {0.8, 0.05}, 0.125, 0.0625);
        Composition composition =
                new Composition(List.of(new Part(COIN, 12), new Part(failing, 2)), STEP, Double.POSITIVE_INFINITY);
        JumpSums sums = JumpSums.of(composition, epsilon, Math.log(1e-4)).orElseThrow();
        double upper = exact(12, failing, true, epsilon) + 1 - 0.875 * 0.875;
        double lower = exact(12, failing, false, epsilon) + 1 - 0.9375 * 0.9375;
        assertThat(sums.upper(epsilon)).isBetween(upper, upper + 1e-8);
        assertThat(sums.lower(epsilon)).isBetween(lower - 1e-8, lower);
    }

    @Test
    void withoutAJump_thereIsNothingToSplit() {
        RoundedLoss coin =
                new RoundedLoss(0, new long[] {-1, 1}, new double[] {0.5, 0.5}, new double[] {0.5, 0.5}, 0, 0);
        Composition composition = new Composition(List.of(new Part(coin, 10)), STEP, Double.POSITIVE_INFINITY);
        assertThat(JumpSums.of(composition, 2, Math.log(1e-3))).isEmpty();
    }

    /** δ is made of single large losses, far beyond those that make it at first sight. */
    @ParameterizedTest
    @CsvSource({
        "0.4057, 1.085e-10, 9364047, 0.2875",
        "0.4035, 2.831e-11, 1765, 0.001358",
        "0.6375, 1.773e-7, 14698046, 0.179",
        "0.3562, 2.214e-10, 30895, 0.5697"
    })
    void delta_ofOneLargeLossAmongMany_isClose(double sigma, double q, long steps, double epsilon) {
        Bounds delta = new BestAccountant().delta(Calibration.sampledGaussian(sigma, q, steps), epsilon);
        assertThat(delta.isWithin(PldAccountant.DELTA_WIDTH, PldAccountant.DELTA_ABSOLUTE))
                .as(delta.toString())
                .isTrue();
    }

    /** δ is made of single large losses here, and was drowned by the rounding of 1e8 small ones. */
    @ParameterizedTest
    @CsvSource({"0.5, 3e-9, 100000000, 1e-15", "0.4719, 3.494e-8, 9716, 2.44e-12", "0.5, 1e-6, 100000000, 1e-5"})
    void epsilon_ofOneLargeLossAmongMany_isClose(double sigma, double q, long steps, double delta) {
        Bounds epsilon = new BestAccountant().epsilon(Calibration.sampledGaussian(sigma, q, steps), delta);
        assertThat(epsilon.width()).isLessThanOrEqualTo(0.005);
        assertThat(epsilon.lower()).isPositive();
    }
}
