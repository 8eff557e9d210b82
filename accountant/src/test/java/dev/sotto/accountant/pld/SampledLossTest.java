package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.accountant.math.Normal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One step on a lattice, against closed forms. At the lattice's points the upper rounding is exact. */
class SampledLossTest {
    /** M0[y &gt; t] and M1[y &gt; t] of a base loss. */
    private interface Tails {
        double above0(double t);

        /** e^shift M0[y &gt; t], either of which may be beyond doubles. */
        double above0(double t, double shift);

        double above1(double t);

        /** M0[y &lt; t] and M1[y &lt; t], which must not be taken from 1. */
        default double below0(double t) {
            return above1(-t);
        }

        default double below1(double t) {
            return above0(-t);
        }
    }

    private record GaussianTails(double mu) implements Tails {
        @Override
        public double above0(double t) {
            return Normal.above(t / mu + mu / 2);
        }

        @Override
        public double above0(double t, double shift) {
            double x = t / mu + mu / 2;
            return x < 0
                    ? Math.exp(shift) * Normal.above(x)
                    : Normal.mills(x) * Math.exp(shift - x * x / 2) / Math.sqrt(2 * Math.PI);
        }

        @Override
        public double above1(double t) {
            return Normal.above(t / mu - mu / 2);
        }
    }

    /** Of |x - 1| - |x| for Laplace noise, over b. */
    private record LaplaceTails(double limit) implements Tails {
        @Override
        public double above0(double t) {
            return above0(t, 0);
        }

        @Override
        public double above0(double t, double shift) {
            return t >= limit ? 0 : t < -limit ? Math.exp(shift) : Math.exp(shift - (t + limit) / 2) / 2;
        }

        @Override
        public double above1(double t) {
            return t >= limit ? 0 : t < -limit ? 1 : 1 - Math.exp((t - limit) / 2) / 2;
        }
    }

    /** The base loss at which log(P/Q) is {@code loss}; -∞ where it is above that everywhere. */
    private static double base(double q, double loss) {
        double m = loss - Math.log1p(-q);
        return q == 1
                ? loss
                : m <= 0 ? Double.NEGATIVE_INFINITY : m + Math.log(-Math.expm1(-m)) + Math.log1p(-q) - Math.log(q);
    }

    /** {δ(ε), the mass above ε} of removal, or of addition. */
    private static double[] exact(Tails tails, double q, double epsilon, boolean removal) {
        double t = base(q, removal ? epsilon : -epsilon);
        if (t == Double.NEGATIVE_INFINITY) {
            return removal ? new double[] {-Math.expm1(epsilon), 1} : new double[] {0, 0};
        }
        if (removal) {
            double mass = (1 - q) * tails.above0(t) + q * tails.above1(t);
            return new double[] {mass - tails.above0(t, epsilon), mass};
        }
        double base = tails.below0(t);
        double sampled = q * tails.above0(-t, epsilon); // M1 below t is M0 above -t
        double rest = q == 1 ? 0 : Math.exp(epsilon) * (1 - q) * base;
        return new double[] {base - rest - sampled, base};
    }

    private static double loss(RoundedLoss rounded, double step, double index) {
        return rounded.offset() + step * index;
    }

    private static double delta(RoundedLoss rounded, double step, double epsilon, boolean upper) {
        double sum = 0;
        for (int i = 0; i < rounded.size(); i++) {
            double above = loss(rounded, step, (double) rounded.index(i)) - epsilon;
            sum += above > 0 ? (upper ? rounded.upper(i) : rounded.lower(i)) * -Math.expm1(-above) : 0;
        }
        return sum + (upper ? rounded.infinity() : rounded.certain());
    }

    private static void brackets(RoundedLoss rounded, double step, Tails tails, double q, boolean removal) {
        int stride = Math.max(1, rounded.size() / 60);
        double before = 1;
        for (int i = 0; i + 1 < rounded.size(); i += stride) {
            double point = loss(rounded, step, (double) rounded.index(i));
            double[] at = exact(tails, q, point, removal);
            double rounding = 1e-12 * at[1];
            assertThat(delta(rounded, step, point, true))
                    .as("upper at point %s", point)
                    .isBetween(at[0] - rounding, at[0] + rounding + rounded.infinity());
            // what is in a cell is split over its ends but for a unit in the last place
            assertThat(delta(rounded, step, point, false))
                    .as("lower at point %s", point)
                    .isLessThanOrEqualTo(at[0] + rounding + 1e-15 * before);
            before = at[1];
            double middle = loss(rounded, step, (rounded.index(i) + rounded.index(i + 1)) / 2.0);
            double[] between = exact(tails, q, middle, removal);
            rounding = 1e-12 * between[1];
            double upper = delta(rounded, step, middle, true);
            double lower = delta(rounded, step, middle, false);
            assertThat(upper).as("upper at %s", middle).isGreaterThanOrEqualTo(between[0] - rounding);
            assertThat(lower)
                    .as("lower at %s", middle)
                    .isLessThanOrEqualTo(between[0] + rounding + 1e-15 * at[1] + 1e-100);
        }
    }

    private static void brackets(double step, CellWidths widths, BaseLoss base, Tails tails, double q) {
        RoundedPair pair = new SampledLoss(q, base).round(step, widths);
        brackets(pair.removal(), step, tails, q, true);
        brackets(pair.addition(), step, tails, q, false);
        double mass = 0;
        double other = 0;
        for (int i = 0; i < pair.removal().size(); i++) {
            mass += pair.removal().upper(i);
            other += pair.addition().upper(i);
        }
        double lost = base.tail(q);
        assertThat(mass).isBetween(1 - lost - 1e-13, 1 + 1e-13);
        assertThat(other).isBetween(1 - lost - 1e-13, 1 + 1e-13);
        assertThat(pair.removal().infinity()).isEqualTo(lost);
        assertThat(pair.addition().infinity()).isEqualTo(lost);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0.3, 0.05",
        "1, 1, 0.1",
        "0.5, 1e-6, 0.02",
        "3, 0.9, 0.01",
        "0.7, 0.01, 1",
        "20, 0.2, 0.003",
        "0.02, 0.2, 0.5",
        "0.02, 1, 2",
        "0.3, 1e-12, 0.25",
        "5, 1e-6, 1e-8",
        "20, 1, 0.3",
        "4, 0.5, 0.7",
    })
    void gaussians_areBracketed_inBothDirections(double sigma, double q, double step) {
        double mu = 1 / sigma;
        BaseLoss base = new BaseLoss.Gaussian(mu, 7, Math.max(5, 7 - mu));
        brackets(step, CellWidths.even(), base, new GaussianTails(mu), q);
        brackets(step, CellWidths.octaves(), base, new GaussianTails(mu), q);
        brackets(step / 50, CellWidths.octaves(), base, new GaussianTails(mu), q);
    }

    @ParameterizedTest
    @CsvSource({"1, 0.3, 0.05", "1, 1, 0.1", "0.1, 0.01, 0.5", "5, 0.9, 0.003", "0.02, 1, 0.7", "2, 1e-7, 0.01"})
    void laplaces_areBracketed_withTheirAtomsOnPointsOrOff(double scale, double q, double wanted) {
        double limit = 1 / scale;
        SampledLoss loss = new SampledLoss(q, new BaseLoss.Laplace(limit));
        double aligned = loss.atomSpan() / Math.ceil(loss.atomSpan() / wanted);
        for (double step : new double[] {aligned, wanted * 0.987}) {
            brackets(step, CellWidths.even(), new BaseLoss.Laplace(limit), new LaplaceTails(limit), q);
        }
    }

    /** Two losses, -ε and ε, and certain failure. */
    @ParameterizedTest
    @CsvSource({"0.7, 0.01, 0.1, 7", "2, 0, 0.3, 7", "1, 0.5, 1, 1"})
    void statedGuarantees_areTwoAtoms_andFailure(double epsilon, double delta, double step, int steps) {
        SampledLoss loss = new SampledLoss(1, new BaseLoss.Stated(epsilon, delta));
        assertThat(loss.atomSpan()).isCloseTo(2 * epsilon, within(1e-15));
        double up = (1 - delta) / (1 + Math.exp(-epsilon));
        for (double width : new double[] {2 * epsilon / steps, step}) {
            RoundedPair pair = loss.round(width, CellWidths.even());
            for (RoundedLoss rounded : new RoundedLoss[] {pair.removal(), pair.addition()}) {
                assertThat(rounded.certain()).isEqualTo(delta);
                assertThat(rounded.infinity()).isEqualTo(delta);
                for (double e = -epsilon - 0.1; e < epsilon + 0.1; e += 0.0625) {
                    double exact = delta
                            + up * Math.max(0, -Math.expm1(e - epsilon))
                            + (1 - delta - up) * Math.max(0, -Math.expm1(e + epsilon));
                    assertThat(delta(rounded, width, e, true)).isGreaterThanOrEqualTo(exact - 1e-13);
                    assertThat(delta(rounded, width, e, false)).isLessThanOrEqualTo(exact + 1e-13);
                }
                if (width != step) { // both on points: nothing is rounded
                    assertThat(delta(rounded, width, 0, true))
                            .isCloseTo(delta + up * -Math.expm1(-epsilon), within(1e-13));
                    assertThat(delta(rounded, width, 0, false))
                            .isCloseTo(delta + up * -Math.expm1(-epsilon), within(1e-13));
                }
            }
        }
    }

    /** An atom next to a point is not on it: an upper bound must not leave out the little that it lies above. */
    @ParameterizedTest
    @CsvSource({"1e-10", "8e-10", "-8e-10", "1e-6"})
    void atomsNextToAPoint_areRoundedOutwards(double beyond) {
        double epsilon = 1;
        double step = 0.5 / (1 + beyond);
        RoundedPair pair = new SampledLoss(1, new BaseLoss.Stated(epsilon, 0)).round(step, CellWidths.even());
        double up = 1 / (1 + Math.exp(-epsilon));
        for (RoundedLoss rounded : new RoundedLoss[] {pair.removal(), pair.addition()}) {
            for (double e : new double[] {0.5, 1 - 1e-7}) {
                double exact = up * -Math.expm1(e - epsilon);
                assertThat(delta(rounded, step, e, true)).isGreaterThanOrEqualTo(exact - 1e-15);
                assertThat(delta(rounded, step, e, false)).isLessThanOrEqualTo(exact + 1e-15);
            }
        }
    }

    @Test
    void largestAddition_isThatOfAUnitThatWasNotSampled() {
        assertThat(new SampledLoss(0.25, new BaseLoss.Gaussian(1, 6, 6)).largestAddition())
                .isEqualTo(-Math.log(0.75));
        assertThat(new SampledLoss(0.25, new BaseLoss.Laplace(3)).largestAddition())
                .isEqualTo(-Math.log(0.75));
        assertThat(new SampledLoss(1, new BaseLoss.Laplace(3)).largestAddition())
                .isEqualTo(3);
        assertThat(new SampledLoss(1, new BaseLoss.Gaussian(1, 6, 6)).largestAddition())
                .isInfinite();
    }

    /** What the windows leave out of the mixture, and of the base alone, is at most what is charged, and about that. */
    @ParameterizedTest
    @CsvSource({
        "1, 0.3, 4, 4",
        "1, 0.3, 5, 3.5",
        "1, 0.001, 5, 4",
        "0.5, 0.1, 5, 3",
        "1, 0.01, 6, 2",
        "30, 0.5, 4, 4",
        "30, 0.01, 4, 2",
        "8, 1, 3.9, 3.9"
    })
    void tails_areAtLeastWhatTheWindowsLeaveOut(double mu, double q, double z, double zHigh) {
        BaseLoss base = new BaseLoss.Gaussian(mu, z, zHigh);
        double[] windows = base.windows();
        Tails tails = new GaussianTails(mu);
        double out0 = tails.below0(windows[0]) + tails.above0(windows[windows.length - 1]);
        double out1 = tails.below1(windows[0]) + tails.above1(windows[windows.length - 1]);
        for (int w = 1; w + 1 < windows.length; w += 2) {
            out0 += tails.above0(windows[w]) - tails.above0(windows[w + 1]);
            out1 += tails.above1(windows[w]) - tails.above1(windows[w + 1]);
        }
        double out = Math.max(out0, (1 - q) * out0 + q * out1);
        assertThat(base.tail(q)).isBetween(out, 3 * out);
    }
}
