package dev.sotto.accountant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.Mechanism.SampledGaussian;
import dev.sotto.accountant.Mechanism.SampledLaplace;
import dev.sotto.accountant.Mechanism.Stated;
import dev.sotto.accountant.Mechanism.Steps;
import dev.sotto.accountant.Mechanism.Unprotected;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an event comes down to, and what is refused: a parameter or a pair that no theorem is about. */
class MechanismTest {
    private static List<Steps> add(DpEvent event) {
        return Mechanism.of(event, Adjacency.ADD_OR_REMOVE_ONE);
    }

    private static List<Steps> replace(DpEvent event) {
        return Mechanism.of(event, Adjacency.REPLACE_ONE);
    }

    private static DpEvent sampled(double q, DpEvent event) {
        return new DpEvent.PoissonSampled(q, event);
    }

    @Test
    void equalSteps_areCountedTogether_andThoseThatDoNothingAreNot() {
        DpEvent event = new DpEvent.Composed(List.of(
                new DpEvent.Repeated(3, new DpEvent.Repeated(5, sampled(0.1, new DpEvent.Gaussian(2)))),
                new DpEvent.Repeated(0, new DpEvent.NonPrivate()),
                sampled(0, new DpEvent.NonPrivate()),
                new DpEvent.EpsilonDelta(0, 0),
                new DpEvent.Laplace(3),
                sampled(0.1, new DpEvent.Gaussian(2)),
                sampled(1, new DpEvent.Repeated(2, new DpEvent.Laplace(3))),
                sampled(0.2, new DpEvent.Laplace(3)),
                sampled(0.2, new DpEvent.NonPrivate()),
                new DpEvent.NonPrivate(),
                new DpEvent.EpsilonDelta(0, 0.25)));
        assertThat(add(event))
                .containsExactlyInAnyOrder(
                        new Steps(new SampledGaussian(0.1, 2), 16),
                        new Steps(new SampledLaplace(1, 3), 3),
                        new Steps(new SampledLaplace(0.2, 3), 1),
                        new Steps(new Unprotected(), 2),
                        new Steps(new Stated(0, 0.25), 1));
        assertThat(Mechanism.total(add(event))).isEqualTo(23);
        assertThat(add(new DpEvent.Composed(List.of()))).isEmpty();
    }

    /** Exchanging a unit moves a sum twice as far as adding one; what was stated is stated for these neighbours. */
    @Test
    void replaceOne_halvesTheNoise_andHasNoSamples() {
        assertThat(replace(new DpEvent.Gaussian(3))).containsExactly(new Steps(new SampledGaussian(1, 1.5), 1));
        assertThat(replace(new DpEvent.Laplace(3))).containsExactly(new Steps(new SampledLaplace(1, 1.5), 1));
        assertThat(replace(sampled(1, new DpEvent.Gaussian(3))))
                .containsExactly(new Steps(new SampledGaussian(1, 1.5), 1));
        assertThat(replace(new DpEvent.EpsilonDelta(2, 0.1))).containsExactly(new Steps(new Stated(2, 0.1), 1));
        assertThat(replace(sampled(0, new DpEvent.Gaussian(3)))).isEmpty();
        for (DpEvent event : List.of(
                new DpEvent.Gaussian(1),
                new DpEvent.Laplace(1),
                new DpEvent.EpsilonDelta(1, 0),
                new DpEvent.NonPrivate())) {
            assertThatThrownBy(() -> replace(sampled(0.5, event)))
                    .isInstanceOf(NoTheoremException.class)
                    .hasMessageContaining("replace-one");
        }
    }

    /** ε' = log(1 + q(e^ε - 1)), δ' = qδ, rounded up, and never more than was stated. */
    @ParameterizedTest
    @CsvSource({"1, 1e-5, 0.01", "0.1, 0.5, 0.9", "50, 1e-9, 1e-6", "1e-9, 0, 0.5", "699, 1, 0.25", "3, 1e-300, 1e-200"
    })
    void samplesOfStatedGuarantees_areAmplified(double epsilon, double delta, double q) {
        List<Steps> steps = add(sampled(q, new DpEvent.EpsilonDelta(epsilon, delta)));
        Stated stated = (Stated) steps.get(0).mechanism();
        double exact = Math.log1p(q * Math.expm1(epsilon));
        assertThat(stated.epsilon()).isBetween(exact, Math.min(epsilon, exact * (1 + 1e-13)));
        assertThat(stated.epsilon()).isGreaterThan(Math.min(exact, epsilon * (1 - 1e-15)));
        assertThat(stated.delta()).isGreaterThan(q * delta).isLessThanOrEqualTo(q * delta * (1 + 1e-15) + 1e-320);
    }

    @Test
    void largeStatedGuarantees_areLeftAsTheyAre() {
        for (double epsilon : new double[] {700, 5000}) {
            List<Steps> steps = add(sampled(0.5, new DpEvent.EpsilonDelta(epsilon, 0.5)));
            assertThat(((Stated) steps.get(0).mechanism()).epsilon()).isEqualTo(epsilon);
        }
    }

    @Test
    void samplesThatAreShared_haveNoTheorem() {
        for (DpEvent shared : List.of(
                new DpEvent.Composed(List.of(new DpEvent.Gaussian(1))),
                new DpEvent.Repeated(2, new DpEvent.Gaussian(1)),
                sampled(0.5, new DpEvent.Gaussian(1)))) {
            assertThatThrownBy(() -> add(sampled(0.5, shared)))
                    .isInstanceOf(NoTheoremException.class)
                    .hasMessageContaining(shared.getClass().getSimpleName());
        }
    }

    @Test
    void counts_thatOverflow_areRefused() {
        long half = 1L << 62;
        DpEvent one = new DpEvent.Gaussian(1);
        assertThat(add(new DpEvent.Repeated(half, one)).get(0).count()).isEqualTo(half);
        for (long times : new long[] {2, 4, 1L << 40}) {
            assertThatThrownBy(() -> add(new DpEvent.Repeated(times, new DpEvent.Repeated(half, one))))
                    .hasMessageContaining("more than can be counted");
        }
        DpEvent all = new DpEvent.Repeated(half, one);
        assertThatThrownBy(() -> add(new DpEvent.Composed(List.of(all, all)))).hasMessageContaining("plus");
        DpEvent most = new DpEvent.Repeated(half - 1, one);
        assertThat(add(new DpEvent.Composed(List.of(all, most))).get(0).count()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void noise_thatIsNone_isRefused(double bad) {
        assertThatThrownBy(() -> new DpEvent.Gaussian(bad)).hasMessageContaining("noise multiplier");
        assertThatThrownBy(() -> new DpEvent.Laplace(bad)).hasMessageContaining("scale");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void probabilities_thatAreNone_areRefused(double bad) {
        assertThatThrownBy(() -> sampled(bad, new DpEvent.Gaussian(1))).hasMessageContaining("q must");
        assertThatThrownBy(() -> new DpEvent.EpsilonDelta(1, bad)).hasMessageContaining("delta of");
        assertThatThrownBy(() -> Mechanism.checkDelta(bad)).hasMessageContaining("delta must");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
    void epsilons_thatAreNone_areRefused(double bad) {
        assertThatThrownBy(() -> new DpEvent.EpsilonDelta(bad, 0)).hasMessageContaining("epsilon of");
        assertThatThrownBy(() -> Mechanism.checkEpsilon(bad)).hasMessageContaining("epsilon must");
    }

    @Test
    void counts_belowZero_areRefused_andEdgesAreNot() {
        assertThatThrownBy(() -> new DpEvent.Repeated(-1, new DpEvent.Gaussian(1)))
                .hasMessageContaining("count");
        assertThat(add(new DpEvent.EpsilonDelta(0, 1))).containsExactly(new Steps(new Stated(0, 1), 1));
        Mechanism.checkDelta(0);
        Mechanism.checkDelta(1);
        Mechanism.checkEpsilon(0);
    }
}
