package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Moments, and the bounds and windows that follow from them, of losses that can be summed by hand. */
class MomentsTest {
    private static final double STEP = 0.5;
    /** 3/4 at -1, 1/8 at 0, 1/16 at 2; 1/16 at infinity, half of it in truth. From below 3/4 at -1, 1/16 at 0. */
    private static final RoundedLoss THREE = new RoundedLoss(
            0,
            new long[] {-2, 0, 4},
            new double[] {0.75, 0.125, 0.0625},
            new double[] {0.75, 0.0625, 0},
            0.0625,
            0.03125);
    /** Always 0, on a lattice that reaches a million nats down, where addition's masses underflow. */
    private static final RoundedLoss CERTAIN =
            new RoundedLoss(0, new long[] {-2_000_000, 0}, new double[] {0, 1}, new double[] {0, 1}, 0, 0);

    private static Composition of(RoundedLoss loss, long count) {
        return new Composition(List.of(new Part(loss, count)), STEP, Double.POSITIVE_INFINITY);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-3, -0.1, 0, 0.1, 3})
    void cumulants_areTheSumsOfTheirDefinition(double lambda) {
        double a = 0.75 * Math.exp(-lambda);
        double c = 0.0625 * Math.exp(2 * lambda);
        double sum = a + 0.125 + c;
        double mean = (2 * c - a) / sum;
        Cumulants k = of(THREE, 7).cumulants(lambda);
        assertThat(k.value()).isCloseTo(7 * Math.log(sum), within(1e-12));
        assertThat(k.mean()).isCloseTo(7 * mean, within(1e-12));
        assertThat(k.variance()).isCloseTo(7 * ((4 * c + a) / sum - mean * mean), within(1e-12));
        Cumulants low = Cumulants.of(THREE, STEP, lambda, false);
        assertThat(low.value()).isCloseTo(Math.log(a + 0.0625), within(1e-12));
        assertThat(of(THREE, 7).rounding(Math.abs(lambda))).isBetween(1e-9, 2e-9);
    }

    /** Over the whole lattice these tilts would come to e^±1000. */
    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 0.1})
    void cumulants_keepWhatIsFarFromTheLatticesEnds(double lambda) {
        RoundedLoss middle = new RoundedLoss(
                1, new long[] {-5000, 3, 5000}, new double[] {0, 0.5, 0}, new double[] {0, 0.25, 0}, 0, 0);
        assertThat(Cumulants.of(middle, 1, lambda, true).value()).isCloseTo(4 * lambda + Math.log(0.5), within(1e-9));
        assertThat(Cumulants.of(middle, 1, lambda, true).mean()).isCloseTo(4, within(1e-9));
        assertThat(Cumulants.of(middle, 1, lambda, false).value()).isCloseTo(4 * lambda + Math.log(0.25), within(1e-9));
    }

    @Test
    void lossThatIsCertain_hasItsOwnBounds() {
        Composition certain = of(CERTAIN, 10);
        Window window = Window.around(certain, 0, 38);
        assertThat(window.first()).isLessThanOrEqualTo(0);
        assertThat(window.first() + window.length()).isGreaterThan(0);
        assertThat(Moments.deltaLower(certain, 0.1)).isZero();
        assertThat(Moments.epsilonLower(certain, 1e-5)).isZero();
    }

    /** Ten of {@link #THREE}: δ(ε) summed over the multinomial. */
    private static double delta(double epsilon, double a, double b, double c, double infinity) {
        int n = 10;
        double sum = 1 - Math.pow(1 - infinity, n);
        double logFactorial = 0;
        for (int i = 2; i <= n; i++) {
            logFactorial += Math.log(i);
        }
        for (int i = 0; i <= n; i++) {
            for (int j = 0; i + j <= n; j++) {
                double log = logFactorial;
                for (int k : new int[] {i, j, n - i - j}) {
                    for (int m = 2; m <= k; m++) {
                        log -= Math.log(m);
                    }
                }
                double mass = Math.exp(log) * Math.pow(a, i) * Math.pow(b, j) * Math.pow(c, n - i - j);
                double loss = 2 * (n - i - j) - i;
                sum += loss > epsilon ? mass * -Math.expm1(epsilon - loss) : 0;
            }
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, 3.7, 8, 15, 19.9})
    void boundsByMoments_lieOnTheirSides(double epsilon) {
        Composition ten = of(THREE, 10);
        double upper = delta(epsilon, 0.75, 0.125, 0.0625, 0.0625);
        double certain = 1 - Math.pow(1 - 0.03125, 10);
        assertThat(ten.infinity()).isCloseTo(1 - Math.pow(1 - 0.0625, 10), within(1e-11));
        assertThat(ten.certain()).isCloseTo(certain, within(1e-11)).isLessThanOrEqualTo(certain);
        assertThat(Moments.deltaUpper(ten, epsilon)).isBetween(upper, 1.0);
        assertThat(Moments.deltaUpper(ten, 21)).isLessThan(ten.infinity() + 1e-3);
        assertThat(Moments.deltaLower(ten, epsilon)).isLessThanOrEqualTo(delta(epsilon, 0.75, 0.0625, 0, 0));
        assertThat(Moments.epsilonUpper(ten, ten.infinity())).isInfinite();
        if (epsilon < 16) { // beyond, a double of δ does not determine it
            assertThat(Moments.epsilonUpper(ten, upper)).isGreaterThanOrEqualTo(epsilon);
        }
    }

    /** A loss of about 400 of little variance: δ is nearly 1 far below it, and its ε for δ of 1/2 is near it. */
    @Test
    void boundsByMoments_closeInOnALargeLoss() {
        RoundedLoss two =
                new RoundedLoss(0, new long[] {1, 3}, new double[] {0.25, 0.75}, new double[] {0.25, 0.75}, 0, 0);
        Composition many = of(two, 320); // mean 400, standard deviation 7.7
        assertThat(Moments.deltaLower(many, 300)).isBetween(1 - 1e-4, 1.0);
        assertThat(Moments.deltaLower(many, 400)).isLessThan(0.5);
        assertThat(Moments.epsilonLower(many, 0.5)).isBetween(380.0, 400.0);
        assertThat(Moments.epsilonUpper(many, 0.1)).isBetween(408.0, 420.0);
        assertThat(Moments.epsilonUpper(many, 1e-9)).isBetween(430.0, 450.0);
        assertThat(Moments.deltaUpper(many, 450)).isBetween(1e-13, 1e-8);
        assertThat(Moments.epsilonLower(of(THREE, 1), 0.9)).isZero();
    }

    private static double cumulant(double lambda) {
        return 10 * Math.log(0.75 * Math.exp(-lambda) + 0.125 + 0.0625 * Math.exp(2 * lambda));
    }

    /** Canonne, Kamath, Steinke 2020, Proposition 12, at the very tilt: not below it, and above by rounding alone. */
    @ParameterizedTest
    @ValueSource(doubles = {0.477, 0.48, 0.5})
    void epsilonUpper_isTheFormula_withFailureTakenFromDelta(double delta) {
        Composition ten = of(THREE, 10);
        double left = delta - (1 - Math.pow(1 - 0.0625, 10));
        double lambda = ten.tiltForDelta(Math.log(left * (1 - 1e-6)));
        double formula = (cumulant(lambda) - Math.log(left) - Math.log1p(lambda)) / lambda - Math.log1p(1 / lambda);
        assertThat(Moments.epsilonUpper(ten, 0.6)).isInfinite(); // no tilt, no bound
        assertThat(Moments.epsilonUpper(ten, delta)).isBetween(formula + 9e-7 / lambda, formula + 2e-6 / lambda + 1e-9);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-3, 0, 4, 12, 19})
    void deltaUpper_isTheFormula_withFailureOnTop(double epsilon) {
        Composition ten = of(THREE, 10);
        double infinity = 1 - Math.pow(1 - 0.0625, 10);
        double lambda = ten.tiltForEpsilon(epsilon);
        double finite =
                Math.exp(cumulant(lambda) - lambda * epsilon) * Math.pow(lambda / (1 + lambda), lambda) / (1 + lambda);
        assertThat(Moments.deltaUpper(ten, epsilon))
                .isGreaterThanOrEqualTo(finite * (1 + 5e-7) + infinity)
                .isLessThanOrEqualTo(finite * (1 + 2e-6) + infinity * (1 + 1e-11));
    }

    /** P(L &le; t) &le; e^(K(-λ) + λt) for every λ: no lower bound may use less than the least of these. */
    @Test
    void lowerBounds_areThoseOfTheBestTilt_orLess() {
        RoundedLoss two =
                new RoundedLoss(0, new long[] {1, 3}, new double[] {0.25, 0.75}, new double[] {0.25, 0.75}, 0, 0);
        Composition many = of(two, 320);
        for (double epsilon : new double[] {290, 320, 340}) {
            double least = 1;
            double latest = 0; // ε + log(1 - δ/P(L > t)) at δ = 0.6, half of 0.4 spared
            for (double lambda = 1e-3; lambda < 5; lambda *= 1.001) {
                double value = 320 * Math.log(0.25 * Math.exp(-0.5 * lambda) + 0.75 * Math.exp(-1.5 * lambda));
                least = Math.min(least, Math.exp(value + lambda * (epsilon + 30)));
                latest = Math.max(latest, (Math.log(0.2) - value) / lambda);
            }
            assertThat(Moments.deltaLower(many, epsilon)).isBetween(1 - 1.2 * least - 1e-6, 1 - least);
            assertThat(Moments.epsilonLower(many, 0.6))
                    .isBetween(latest + Math.log1p(-0.75) - 0.1, latest + Math.log1p(-0.75));
        }
    }
}
