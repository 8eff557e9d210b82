package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.Mechanism.SampledGaussian;
import dev.sotto.accountant.Mechanism.SampledLaplace;
import dev.sotto.accountant.Mechanism.Stated;
import dev.sotto.accountant.Mechanism.Steps;
import dev.sotto.accountant.NotConvergedException;
import dev.sotto.accountant.gdp.GaussianDp;
import dev.sotto.accountant.math.Normal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bounds contain what is known in closed form, whichever way they were found, however little may be spent. */
class RefinementTest {
    private static double width(double upper) {
        return Math.max(0.002, 0.0025 * upper);
    }

    private static List<Steps> steps(Mechanism mechanism, long count) {
        return List.of(new Steps(mechanism, count));
    }

    /** Bounds on ε: as close as asked for with as many bins as there are, and else also where they stayed too wide. */
    private static Bounds epsilon(List<Steps> steps, double delta, long most) {
        try {
            Bounds bounds = new Refinement(steps, Math.log(delta), most).epsilon(delta, RefinementTest::width);
            assertThat(bounds.width()).isLessThanOrEqualTo(width(bounds.upper()));
            return bounds;
        } catch (NotConvergedException e) {
            assertThat(most).as("%s", e.getMessage()).isLessThan(Refinement.MOST_BINS);
            return e.bounds();
        }
    }

    private static void contains(Bounds bounds, double exact) {
        assertThat(bounds.lower()).isLessThanOrEqualTo(exact * (1 + 1e-9));
        assertThat(bounds.upper()).isGreaterThanOrEqualTo(exact * (1 - 1e-9));
    }

    /** n Gaussians on the whole table are one. */
    @ParameterizedTest
    @CsvSource({
        "1, 1, 1e-5",
        "10, 400, 1e-9",
        "0.2, 3, 1e-15",
        "40, 1000, 0.01",
        "2, 100, 0.3",
        "0.004, 5, 1e-6",
        "1, 1, 1e-60"
    })
    void gaussians_haveTheirExactEpsilon_andDelta(double sigma, long count, double delta) {
        List<Steps> steps = steps(new SampledGaussian(1, sigma), count);
        GaussianDp exact = new GaussianDp(Math.sqrt((double) count) / sigma);
        double epsilon = exact.epsilon(delta).upper();
        for (long most : new long[] {Refinement.MOST_BINS, 1000}) {
            contains(epsilon(steps, delta, most), epsilon);
        }
        Refinement refinement = new Refinement(steps, Math.log(delta));
        Bounds bounds = refinement.delta(epsilon, 0.02, 1e-18);
        assertThat(bounds.isWithin(0.02, 1e-18)).isTrue();
        contains(bounds, delta);
        assertThat(refinement.bins()).isPositive();
        contains(refinement.coarseDelta(epsilon), delta);
        contains(
                refinement.delta(epsilon / 2, 0.02, 1e-18),
                exact.delta(epsilon / 2).upper());
    }

    /** One step: δ(ε) = Pr_P[L > ε] - e^ε Pr_Q[L > ε]. */
    @ParameterizedTest
    @CsvSource({"1, 0.01, 0.2", "0.3, 1e-9, 10", "0.5, 0.3, 3", "3, 0.001, 1e-4", "0.08, 0.1, 60", "0.25, 1e-9, 20"})
    void oneSampledGaussian_isTheClosedForm(double sigma, double q, double epsilon) {
        double threshold = 0.5 + sigma * sigma * Math.log1p(Math.expm1(epsilon) / q);
        double base = Normal.above(threshold / sigma);
        double delta = q * (Normal.above((threshold - 1) / sigma) - base) - Math.expm1(epsilon) * base;
        List<Steps> steps = steps(new SampledGaussian(q, sigma), 1);
        for (long most : new long[] {Refinement.MOST_BINS, 1000}) {
            contains(epsilon(steps, delta, most), epsilon);
        }
        contains(new Refinement(steps, Math.log(delta)).delta(epsilon, 0.02, 1e-18), delta);
        contains(new Refinement(steps, Math.log(delta), 10).delta(epsilon, 0.02, 1e-18), delta);
        contains(new Refinement(steps, Math.log(delta)).coarseDelta(epsilon), delta);
    }

    /** Kairouz, Oh, Viswanath 2017: a binomial number of losses of ε, and of -ε, and failure. */
    @ParameterizedTest
    @CsvSource({"0.5, 1e-7, 12, 2.2", "1.5, 0, 5, 4", "0.01, 1e-9, 300, 0.4", "3, 1e-3, 2, 5", "0.5, 1e-7, 12, 5.9"})
    void statedGuarantees_composeAsABinomial(double e, double d, int count, double epsilon) {
        double delta = -Math.expm1(count * Math.log1p(-d));
        double success = 1 - delta;
        double choose = 1;
        for (int i = 0; i <= count; i++) {
            double log = (count - i) * e - count * Math.log1p(Math.exp(e));
            delta += success * choose * Math.exp(log) * Math.max(0, -Math.expm1(epsilon - (count - 2 * i) * e));
            choose = choose * (count - i) / (i + 1);
        }
        List<Steps> steps = steps(new Stated(e, d), count);
        contains(new Refinement(steps, Math.log(delta)).delta(epsilon, 0.02, 1e-18), delta);
        contains(new Refinement(steps, Math.log(delta)).coarseDelta(epsilon), delta);
        for (long most : new long[] {Refinement.MOST_BINS, 1000}) {
            Bounds bounds = epsilon(steps, delta, most);
            assertThat(bounds.lower()).isLessThanOrEqualTo(epsilon * (1 + 1e-9));
            assertThat(bounds.upper()).isGreaterThanOrEqualTo(epsilon * (1 - 1e-9));
        }
    }

    /** A step that fails is taken from δ, however the bounds on ε are found. */
    @Test
    void certainFailure_isTakenFromDelta() {
        List<Steps> steps = List.of(new Steps(new SampledGaussian(1, 3), 4), new Steps(new Stated(0, 1e-6), 5));
        double failure = -Math.expm1(5 * Math.log1p(-1e-6));
        for (double delta : new double[] {1e-5, 5.01e-6}) {
            double exact = new GaussianDp(2 / 3.0)
                    .epsilon((delta - failure) / (1 - failure))
                    .upper();
            for (long most : new long[] {Refinement.MOST_BINS, 1000}) {
                Bounds bounds = epsilon(steps, delta, most);
                assertThat(bounds.lower()).isLessThanOrEqualTo(exact * (1 + 1e-6));
                assertThat(bounds.upper()).isGreaterThanOrEqualTo(exact * (1 - 1e-6));
            }
        }
        assertThat(new Refinement(steps, -12).coarseDelta(40).lower()).isBetween(failure * (1 - 1e-9), failure);
    }

    /** Losses that jump where δ is are told from both sides of the jump. */
    @Test
    void whereLossesJump_bothSidesAreTold() {
        List<Steps> laplace = steps(new SampledLaplace(1, 0.1), 1);
        double delta = -Math.expm1((9.9 - 10) / 2);
        contains(epsilon(laplace, delta, Refinement.MOST_BINS), 9.9);
        assertThat(epsilon(laplace, 1e-12, Refinement.MOST_BINS).upper()).isBetween(10 - 1e-11, 10.03);
    }

    /** Two steps: the integral over the first one's loss of the closed form of the second, by mpmath with 25 digits. */
    @ParameterizedTest
    @CsvSource({
        "0.3, 1e-9, 6, 7.24730888829267e-20",
        "0.5, 1e-6, 3, 3.23828712818729e-20",
        "1, 0.1, 1.5, 6.11304935242824e-5",
        "0.2, 1e-4, 20, 4.7949477496931e-8",
        "3, 0.5, 0.2, 0.0319292516955153"
    })
    void twoSteps_haveTheIntegralsDelta(double sigma, double q, double epsilon, double delta) {
        List<Steps> steps = steps(new SampledGaussian(q, sigma), 2);
        for (long most : new long[] {Refinement.MOST_BINS, 1000}) {
            contains(epsilon(steps, delta, most), epsilon);
            Bounds bounds = new Refinement(steps, Math.log(delta), most).delta(epsilon, 0.02, 1e-18);
            contains(bounds, delta);
            assertThat(most < Refinement.MOST_BINS || bounds.isWithin(0.02, 1e-18))
                    .isTrue();
        }
        contains(new Refinement(steps, Math.log(delta)).coarseDelta(epsilon), delta);
    }

    /** Where single losses among very many make δ: whichever way they were found, no two bounds exclude each other. */
    @ParameterizedTest
    @CsvSource({"0.5, 3e-9, 100000000, 1e-15", "0.4719, 3.494e-8, 9716, 2.44e-12", "0.3, 1e-9, 1000, 1e-10"})
    void boundsFoundInDifferentWays_overlap(double sigma, double q, long count, double delta) {
        List<Steps> steps = steps(new SampledGaussian(q, sigma), count);
        Bounds all = new Bounds(0, Double.POSITIVE_INFINITY);
        for (long most : new long[] {Refinement.MOST_BINS, 1 << 16, 100}) {
            Bounds one = epsilon(steps, delta, most);
            assertThat(one.lower()).isLessThanOrEqualTo(all.upper());
            assertThat(one.upper()).isGreaterThanOrEqualTo(all.lower());
            all = all.and(one);
        }
        Refinement refinement = new Refinement(steps, Math.log(delta));
        assertThat(refinement.delta(all.lower(), 0.02, 1e-18).upper()).isGreaterThanOrEqualTo(delta * (1 - 1e-9));
        assertThat(refinement.delta(all.upper(), 0.02, 1e-18).lower()).isLessThanOrEqualTo(delta * (1 + 1e-9));
    }

    /** No finite ε holds, and none comes back as if that were close enough. */
    @Test
    void whereOnlyInfinityHolds_thatIsRefused() {
        Refinement refinement = new Refinement(steps(new Stated(0.5, 1e-3), 3), Math.log(1e-4));
        assertThatThrownBy(() -> refinement.epsilon(1e-4, RefinementTest::width))
                .isInstanceOfSatisfying(
                        NotConvergedException.class,
                        e -> assertThat(e.bounds().upper()).isInfinite());
    }
}
