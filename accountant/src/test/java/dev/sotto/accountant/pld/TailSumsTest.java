package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole way from single losses to δ and ε, against sums over all outcomes. */
class TailSumsTest {
    private static final double STEP = 0.25;
    private static final RoundedLoss THREE = new RoundedLoss(
            0.125,
            new long[] {-2, 0, 4},
            new double[] {0.75, 0.125, 0.0625},
            new double[] {0.75, 0.0625, 0.03125},
            0.0625,
            0.03125);
    private static final RoundedLoss TWO =
            new RoundedLoss(-0.05, new long[] {-1, 3}, new double[] {0.6, 0.4}, new double[] {0.7, 0.25}, 0, 0);
    private static final RoundedLoss RARE = new RoundedLoss(
            -1e-3,
            new long[] {-3, 0, 2, 9},
            new double[] {1e-7, 1 - 1e-7 - 2e-9, 1.9e-9, 1e-10},
            new double[] {2e-7, 1 - 2e-7, 1e-9, 5e-11},
            0,
            0);
    private static final List<Part> PARTS = List.of(new Part(THREE, 10), new Part(TWO, 7));
    private static final List<Part> RARE_PARTS = List.of(new Part(RARE, 6));

    private static Composition composition(List<Part> parts) {
        return new Composition(parts, STEP, Double.POSITIVE_INFINITY);
    }

    /** Mass of each sum of indices. */
    private static Map<Long, Double> sums(List<Part> parts, boolean upper) {
        Map<Long, Double> sums = new HashMap<>();
        sums.put(0L, 1.0);
        for (Part part : parts) {
            for (long n = 0; n < part.count(); n++) {
                Map<Long, Double> next = new HashMap<>();
                sums.forEach((index, mass) -> {
                    for (int i = 0; i < part.loss().size(); i++) {
                        double one = upper ? part.loss().upper(i) : part.loss().lower(i);
                        next.merge(index + part.loss().index(i), mass * one, Double::sum);
                    }
                });
                sums = next;
            }
        }
        return sums;
    }

    private static double finite(List<Part> parts, boolean upper, double epsilon) {
        double offset = 0;
        for (Part part : parts) {
            offset += part.count() * part.loss().offset();
        }
        double sum = 0;
        for (var entry : sums(parts, upper).entrySet()) {
            double loss = offset + STEP * entry.getKey();
            sum += loss > epsilon ? entry.getValue() * -Math.expm1(epsilon - loss) : 0;
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"0, 0.1", "0, 3", "0.3, 0", "0.3, 2.2", "1, 2", "1, 6", "2.5, 9", "2.5, 11.3", "6, 12"})
    void delta_isTheSumOverAllOutcomes_fromBothSides(double lambda, double epsilon) {
        TailSums sums = new TailSums(composition(PARTS), lambda, 28, false);
        double upper = finite(PARTS, true, epsilon) + 1 - Math.pow(1 - 0.0625, 10);
        double lower = finite(PARTS, false, epsilon) + 1 - Math.pow(1 - 0.03125, 10);
        double charge = sums.charge(epsilon);
        double rounding = 2e-13 * 17 * finite(PARTS, true, epsilon); // of 17 steps' masses
        assertThat(sums.upper(epsilon))
                .isBetween(upper + 0.99 * (charge + rounding) - 1e-15, upper + 2 * charge + 1e-9 * upper);
        assertThat(sums.lower(epsilon)).isBetween(lower - 2 * charge - 1e-9 * lower, lower);
        double scale = Math.exp(composition(PARTS).cumulants(lambda).value() - lambda * epsilon) / (1 + lambda);
        assertThat(charge).isGreaterThan(2 * Math.exp(-28) * scale); // what the window leaves out
        assertThat(new TailSums(composition(PARTS), lambda, 600, false).charge(epsilon))
                .isBetween(1e-15 * scale, 1e-12 * scale * (1 + lambda)); // the transform's errors
        if (lambda > 0) { // where δ is small, errors are relative to it
            assertThat(charge).isLessThan(1e-6 * (finite(PARTS, true, epsilon) + Math.exp(-3 * epsilon)));
        }
    }

    @Test
    void delta_farBeyondOrBeforeAllLosses_isWhatIsAtInfinity_orAll() {
        TailSums sums = new TailSums(composition(PARTS), 1, 28, false);
        assertThat(sums.upper(1000)).isCloseTo(1 - Math.pow(1 - 0.0625, 10), within(1e-10));
        assertThat(sums.lower(1000)).isCloseTo(1 - Math.pow(1 - 0.03125, 10), within(1e-10));
        assertThat(new TailSums(composition(RARE_PARTS), 0, 28, false).upper(-1000))
                .isCloseTo(1, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.1", "0, 1.2", "2, 0.4", "2, 2.6", "9, 3", "9, 4.4"})
    void rareSums_keepTheDigitsOfWhatIsRare(double lambda, double epsilon) {
        TailSums sums = new TailSums(composition(RARE_PARTS), lambda, 60, true);
        double upper = finite(RARE_PARTS, true, epsilon);
        double lower = finite(RARE_PARTS, false, epsilon);
        double charge = sums.charge(epsilon);
        assertThat(sums.upper(epsilon)).isBetween(upper, upper + 2 * charge + 1e-9 * upper);
        assertThat(sums.lower(epsilon)).isBetween(lower - 2 * charge - 1e-9 * lower, lower);
        assertThat(charge).isBetween(1e-40, 1e-4 * upper + 1e-24);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.52", "0.3, 0.5", "1, 0.48", "2.5, 0.476", "2.5, 0.475565"})
    void epsilon_isWhereDeltaIsReached_fromBothSides(double lambda, double delta) {
        TailSums sums = new TailSums(composition(PARTS), lambda, 28, false);
        double certain = 1 - Math.pow(1 - 0.0625, 10);
        double upper = sums.epsilonUpper(delta);
        assertThat(finite(PARTS, true, upper) + certain).isLessThanOrEqualTo(delta);
        assertThat(finite(PARTS, true, upper * (1 - 1e-6)) + certain)
                .isGreaterThan(delta - 2 * sums.charge(upper) - 1e-9);
        double small = delta - certain + 1 - Math.pow(1 - 0.03125, 10);
        double lower = sums.epsilonLower(small, upper);
        assertThat(finite(PARTS, false, lower) + 1 - Math.pow(1 - 0.03125, 10))
                .isGreaterThanOrEqualTo(lower > 0 ? small - 1e-12 : 0);
        assertThat(lower).isBetween(0.0, upper);
        assertThat(sums.epsilonUpper(0.99)).isZero();
        assertThat(sums.epsilonLower(0.99, upper)).isZero();
        assertThat(sums.epsilonUpper(0.4)).isInfinite(); // less than what is at infinity
    }

    /** Chernoff on both sides: the tilted mass that a window leaves out is as little as it says. */
    @ParameterizedTest
    @CsvSource({"0, 5", "1, 5", "1, 12", "3, 28", "0.2, 2"})
    void windows_holdAllTiltedMassButWhatTheySay(double lambda, double nats) {
        for (List<Part> parts : List.of(PARTS, RARE_PARTS)) {
            Composition composition = composition(parts);
            Window window = Window.around(composition, lambda, nats);
            double offset = Window.offset(composition);
            assertThat(window.outside()).isBetween(2 * Math.exp(-nats), 2.001 * Math.exp(-nats));
            assertThat(Integer.bitCount(window.length())).isEqualTo(1);
            for (boolean upper : new boolean[] {true, false}) {
                double outside = 0;
                for (var entry : sums(parts, upper).entrySet()) {
                    double loss = offset + STEP * entry.getKey();
                    boolean in = entry.getKey() >= window.first() && entry.getKey() < window.first() + window.length();
                    double log = lambda * loss - composition.cumulants(lambda).value();
                    outside += in ? 0 : entry.getValue() * Math.exp(log);
                }
                assertThat(outside).isLessThanOrEqualTo(window.outside());
            }
        }
    }

    @Test
    void windowsThatNoLatticeHolds_areRefused() {
        RoundedLoss wide =
                new RoundedLoss(0, new long[] {0, 1L << 30}, new double[] {0.5, 0.5}, new double[] {0.5, 0.5}, 0, 0);
        assertThatThrownBy(() -> Window.around(composition(List.of(new Part(wide, 100))), 0, 28))
                .isInstanceOf(TooFineException.class);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 1e-3", "1, 1e-4", "1, 1e-6", "2.5, 1e-9"})
    void epsilonLower_isWhereTheLowerBoundStillIsAboveDelta(double lambda, double over) {
        TailSums sums = new TailSums(composition(PARTS), lambda, 60, false);
        double certain = 1 - Math.pow(1 - 0.03125, 10);
        for (double from : new double[] {30, Double.POSITIVE_INFINITY}) {
            double lower = sums.epsilonLower(certain + over, from);
            assertThat(finite(PARTS, false, lower)).isGreaterThanOrEqualTo(over * (1 - 1e-6));
            assertThat(finite(PARTS, false, lower * (1 + 1e-6))).isLessThan(over * (1 + 1e-3));
            assertThat(lower).isPositive();
        }
    }

    /**
     * What is charged against what it bounds, weight by weight: e^(-λ(s-ε)) (1 - e^(ε-s)) at each bin above ε. Also with ε far
     * below a window of few bins, where all weights are those of a distance.
     */
    @ParameterizedTest
    @CsvSource({
        "0, 0.25",
        "0.3, 0.25",
        "1, 0.25",
        "2.5, 0.25",
        "6, 0.25",
        "0, 1e-4",
        "0.7, 1e-4",
        "40, 1e-4",
        "300, 1e-4"
    })
    void charge_isAtLeastTheErrorsTimesTheirWeights(double lambda, double step) {
        Composition composition = new Composition(List.of(new Part(THREE, 10)), step, Double.POSITIVE_INFINITY);
        for (double nats : new double[] {5, 28, 600}) {
            Window window = Window.around(composition, lambda, nats);
            TiltedSum tilted = new TiltedSum(window.length());
            Cumulants k = composition.cumulants(lambda);
            tilted.compose(new Part(THREE, 10), step, lambda, k.value() / 10);
            double errors = tilted.masses(new double[window.length()], new double[window.length()]);
            TailSums sums = new TailSums(composition, lambda, nats, false);
            double start = 1.25 + step * window.first();
            double end = start + step * window.length();
            double highest = lambda == 0 ? 1 : Math.pow(lambda / (1 + lambda), lambda) / (1 + lambda);
            for (double epsilon : new double[] {
                start - 20 / (1 + lambda),
                start - 1 / (1 + lambda),
                start - step / 3,
                start,
                (start + end) / 2,
                end - 1.5 * step
            }) {
                double squares = 0;
                double most = 0;
                for (int bin = 0; bin < window.length(); bin++) {
                    double x = start + step * bin - epsilon;
                    double weight = x > 0 ? Math.exp(-lambda * x) * -Math.expm1(-x) : 0;
                    squares += weight * weight;
                    most = Math.max(most, weight);
                }
                double scale = Math.exp(k.value() - lambda * epsilon);
                double least = scale * (window.outside() * highest + errors * Math.sqrt(squares));
                assertThat(sums.charge(epsilon)).as("epsilon %s", epsilon).isGreaterThanOrEqualTo(least * (1 - 1e-9));
                double bins = Math.sqrt(window.length());
                assertThat(sums.charge(epsilon))
                        .isLessThanOrEqualTo(scale
                                * (1 + 1e-3)
                                / (1 + lambda)
                                * (window.outside() + 1.1 * (1 + lambda) * errors * bins));
                assertThat(most).isLessThanOrEqualTo(highest * (1 + 1e-12));
            }
            assertThat(sums.end()).isGreaterThanOrEqualTo(end - 1e-12);
            double moved = 10 * (Math.abs(k.mean() / 10) + Math.sqrt(k.variance() / 10) + 0.125);
            assertThat(sums.lossError()).isBetween(0.99 * 8 * 0x1p-53 * moved, 1.01 * 8 * 0x1p-53 * moved);
            assertThat(sums.length()).isEqualTo(window.length());
        }
    }

    /** Masses that are good to 1e-13 are a product of n that is good to e^(n 1e-13), which many steps make large. */
    @Test
    void delta_ofVeryManySteps_isChargedTheErrorsOfEachStepsMass() {
        long n = 30_000_000_000_000L;
        RoundedLoss still = new RoundedLoss(1e-18, new long[] {0, 1}, new double[] {1, 0}, new double[] {1, 0}, 0, 0);
        Composition composition = new Composition(List.of(new Part(still, n)), 1e-12, Double.POSITIVE_INFINITY);
        TailSums sums = new TailSums(composition, 0, 28, false);
        assertThat(sums.upper(0)).isGreaterThanOrEqualTo(n * 1e-18 * Math.exp(n * 1e-13));
        assertThat(sums.lower(0)).isLessThanOrEqualTo(n * 1e-18 * Math.exp(-n * 1e-13));
    }

    /**
     * All is at one loss, whose δ is known: what comes on top of it, and of what is charged absolutely, is twice what the masses, the
     * tilted losses and the logarithms of each step may be off by, and the window's sums.
     */
    @ParameterizedTest
    @CsvSource({"0, 0.25, 3", "40, 0.25, 3", "40, -0.5, 1000", "40, 30, 1000", "1, 0.125, 1000000", "900, 1e-4, 1000000"
    })
    void relativeErrors_areChargedForEachStep(double lambda, double offset, long count) {
        long[] index = LongStream.range(0, 101).toArray();
        double[] masses = new double[101];
        masses[100] = 1;
        RoundedLoss one = new RoundedLoss(offset, index, masses, masses, 0, 0);
        Composition composition = composition(List.of(new Part(one, count)));
        TailSums sums = new TailSums(composition, lambda, 28, false);
        double loss = count * (offset + 100 * STEP);
        double epsilon = loss - 1 / (1 + lambda);
        double exact = -Math.expm1(-1 / (1 + lambda));
        double reach = 100 * STEP + Math.abs(offset);
        double cumulant = lambda * (offset + 100 * STEP);
        double unit = 0x1p-53;
        double error = count * (1e-13 + unit * (64 + 4 * lambda * reach + 4 * cumulant))
                + unit * (64 * sums.length() + 8 * count * cumulant);
        double rounding = 1e-15 + 8 * unit * count * cumulant;
        double over = Math.log((sums.upper(epsilon) - sums.charge(epsilon)) / exact);
        double under = -Math.log((sums.lower(epsilon) + sums.charge(epsilon)) / exact);
        assertThat(over).isCloseTo(2 * error, within(2e-3 * error + rounding));
        assertThat(under).isCloseTo(2 * error, within(2e-3 * error + rounding));
    }
}
