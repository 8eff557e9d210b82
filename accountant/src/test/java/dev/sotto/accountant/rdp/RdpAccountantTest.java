package dev.sotto.accountant.rdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.Golden;
import dev.sotto.accountant.NoTheoremException;
import dev.sotto.accountant.json.EventJson;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RdpAccountantTest {
    private final RdpAccountant rdp = new RdpAccountant();

    static Stream<Map<String, Object>> settingsWithRdp() {
        return Golden.rows("settings").filter(row -> {
            Map<String, Object> results = Golden.object(row, "results");
            return results.containsKey("dpacc_rdp")
                    && Golden.object(results, "dpacc_rdp").get("eps") instanceof Number
                    && Golden.number(row, "delta") > 0
                    && !row.get("id").equals("e023");
        });
    }

    @ParameterizedTest
    @MethodSource("settingsWithRdp")
    void epsilon_isNoLooserThanThePeersAndAboveTheTruth(Map<String, Object> row) {
        double epsilon = rdp.epsilon(EventJson.read(row.get("events")), Golden.number(row, "delta"))
                .upper();
        double peer = Golden.number(Golden.object(Golden.object(row, "results"), "dpacc_rdp"), "eps");
        assertThat(epsilon).isLessThanOrEqualTo(peer * (1 + 1e-6) + 1e-9);
        if (row.containsKey("bracket")) {
            assertThat(epsilon).isGreaterThanOrEqualTo(Golden.number(Golden.object(row, "bracket"), "lo"));
        }
    }

    @Test
    void laplace_atLargeOrdersTendsToPureEpsilon() {
        DpEvent event = new DpEvent.Laplace(2);
        assertThat(rdp.divergence(event, 1e6)).isCloseTo(0.5, within(1e-5)).isLessThanOrEqualTo(0.5);
        // Mironov 2017, Table II at α = 2, b = 2: log(2/3 e^(1/2) + 1/3 e^(-1))
        assertThat(rdp.divergence(event, 2))
                .isCloseTo(Math.log(2 / 3.0 * Math.exp(0.5) + Math.exp(-1) / 3), within(1e-12));
    }

    /** Randomized response with ε beyond where e^ε is a double costs ε all the same, but for log(1/δ') of its order. */
    @Test
    void largeStatedGuarantees_costWhatTheyState() {
        DpEvent event = new DpEvent.Repeated(4, new DpEvent.EpsilonDelta(800, 0));
        assertThat(rdp.epsilon(event, 1e-5).upper()).isBetween(3199.0, 3200.1);
        assertThat(rdp.divergence(new DpEvent.EpsilonDelta(800, 0), 30)).isCloseTo(800, within(1e-9));
    }

    /** Where the integral would take too many panels, the largest loss stands for every order. */
    @Test
    void sampledLaplace_ofLittleNoise_hasItsLargestLoss() {
        double largest = 500 + Math.log(0.01);
        double byLoss = rdp.divergence(new DpEvent.PoissonSampled(0.01, new DpEvent.Laplace(0.002)), 100);
        assertThat(byLoss).isBetween(largest, largest * (1 + 1e-12));
        double alpha = 40;
        double whole = rdp.divergence(new DpEvent.Laplace(0.02), alpha);
        double half = rdp.divergence(new DpEvent.PoissonSampled(0.5, new DpEvent.Laplace(0.02)), alpha);
        assertThat(half).isBetween((whole - Math.log(2) * alpha / (alpha - 1)) * (1 - 1e-12), whole);
    }

    /** Sums of relative errors of 2e-12 and the like: above the truth, and hardly. Of all parts the sum. */
    @Test
    void divergences_areRoundedUp_andAddUp() {
        for (double order : new double[] {1.0001, 1.5, 7, 200}) {
            for (double b : new double[] {0.1, 1, 30}) {
                // the closed form, good to 1e-13 where orders and scales are moderate
                double e = order / (2 * order - 1) * Math.exp((order - 1) / b)
                        + (order - 1) / (2 * order - 1) * Math.exp(-order / b);
                double exact = Math.log(e) / (order - 1);
                if (order >= 1.5 && exact > 0.01 && exact < 1e6) {
                    double ours = rdp.divergence(new DpEvent.Laplace(b), order);
                    assertThat(ours)
                            .isBetween(
                                    exact + 1e-12 * (1 - 1 / e) / (order - 1),
                                    exact * (1 + 1e-9) + 4e-12 / (order - 1));
                }
            }
            DpEvent one = new DpEvent.Gaussian(3);
            DpEvent two = new DpEvent.PoissonSampled(0.2, new DpEvent.Laplace(2));
            double sum = 5 * rdp.divergence(one, order) + rdp.divergence(two, order);
            DpEvent both = new DpEvent.Composed(List.of(new DpEvent.Repeated(5, one), two));
            assertThat(rdp.divergence(both, order)).isBetween(sum, sum * (1 + 1e-14));
        }
        double response = Math.log((Math.exp(2.1) + Math.exp(-1.4)) / (1 + Math.exp(0.7)));
        assertThat(rdp.divergence(new DpEvent.EpsilonDelta(0.7, 0), 3))
                .isBetween(response / 2, response / 2 * (1 + 1e-11));
    }

    @Test
    void delta_ofEdges_isExact_andFailureComesOnTop() {
        DpEvent event = Calibration.sampledGaussian(1, 0.01, 100);
        assertThat(rdp.delta(new DpEvent.Composed(List.of()), 0.5).upper()).isZero();
        assertThat(rdp.delta(new DpEvent.NonPrivate(), 0.5).upper()).isEqualTo(1);
        assertThat(rdp.delta(new DpEvent.Gaussian(1), 300).upper()).isBetween(Double.MIN_NORMAL, 1e-300);
        double alone = rdp.delta(event, 1).upper();
        double failing = rdp.delta(new DpEvent.Composed(List.of(event, new DpEvent.EpsilonDelta(0, 0.25))), 1)
                .upper();
        assertThat(failing).isBetween(0.25 + 0.75 * alone, 0.25 + 0.75 * alone * (1 + 1e-9) + 1e-12);
        for (double bad : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> rdp.delta(event, bad)).hasMessageContaining("epsilon");
        }
        assertThat(rdp.adjacency()).isEqualTo(Adjacency.ADD_OR_REMOVE_ONE);
        assertThat(rdp.boundsBelow()).isFalse();
        // a stated guarantee's failure is taken from delta first: ε is that at (δ - failure)/(1 - failure)
        DpEvent composed = new DpEvent.Composed(List.of(event, new DpEvent.EpsilonDelta(0, 3e-6)));
        assertThat(rdp.epsilon(composed, 1e-5).upper())
                .isCloseTo(rdp.epsilon(event, 7e-6 / (1 - 3e-6)).upper(), within(1e-9));
    }

    @Test
    void parametersThatMeanNothing_areRefused() {
        for (double bad : new double[] {0, -1, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> new SampledGaussianRdp(bad, 1)).hasMessageContaining("q must");
            assertThatThrownBy(() -> new SampledLaplaceRdp(bad, 1)).hasMessageContaining("q must");
        }
        for (double bad : new double[] {0, -1, Double.NaN}) {
            assertThatThrownBy(() -> new SampledGaussianRdp(0.5, bad)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new SampledLaplaceRdp(0.5, bad)).hasMessageContaining("scale");
        }
        for (double bad : new double[] {1, 0.5, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> new SampledGaussianRdp(0.5, 1).epsilon(bad))
                    .hasMessageContaining("order");
            assertThatThrownBy(() -> new SampledLaplaceRdp(0.5, 1).epsilon(bad)).hasMessageContaining("order");
        }
    }

    @Test
    void sampledLaplace_withAlmostEverythingSampledTendsToTheLaplace() {
        DpEvent sampled = new DpEvent.PoissonSampled(1 - 1e-12, new DpEvent.Laplace(1.5));
        assertThat(rdp.divergence(sampled, 3.3))
                .isCloseTo(rdp.divergence(new DpEvent.Laplace(1.5), 3.3), within(1e-10));
    }

    @Test
    void delta_invertsEpsilon() {
        DpEvent event = Calibration.sampledGaussian(0.9, 0.01, 1000);
        double epsilon = rdp.epsilon(event, 1e-6).upper();
        assertThat(rdp.delta(event, epsilon).upper()).isCloseTo(1e-6, within(1e-11));
    }

    @Test
    void edges_areExact() {
        DpEvent event = Calibration.sampledGaussian(1, 0.01, 1000);
        assertThat(rdp.epsilon(event, 0).upper()).isInfinite();
        assertThat(rdp.epsilon(event, 1).upper()).isZero();
        assertThat(rdp.epsilon(Calibration.sampledGaussian(1, 0.01, 0), 0).upper())
                .isZero();
        assertThat(rdp.epsilon(Calibration.sampledGaussian(1, 0, 1000), 0).upper())
                .isZero();
        assertThat(rdp.epsilon(new DpEvent.NonPrivate(), 0.5).upper()).isInfinite();
        assertThat(rdp.epsilon(new DpEvent.EpsilonDelta(1, 1e-3), 1e-4).upper()).isInfinite();
        assertThat(rdp.epsilon(new DpEvent.EpsilonDelta(1, 1e-6), 1e-5).upper()).isBetween(0.9, 1.0 + 1e-6);
        assertThatThrownBy(() -> rdp.epsilon(event, Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> rdp.epsilon(event, -1e-5)).hasMessageContaining("delta");
    }

    /** At order 2 a sample's divergence is log(1 + q² χ²), χ² that of the whole: (2 e^(1/b) + e^(-2/b))/3 - 1. */
    @ParameterizedTest
    @CsvSource({"0.5, 2", "1e-6, 1", "1e-9, 0.3", "0.01, 0.05", "0.9, 0.02"})
    void sampledLaplace_atOrderTwo_isTheClosedForm_roundedUp(double q, double b) {
        double whole = (2 * Math.expm1(1 / b) + Math.expm1(-2 / b)) / 3;
        double exact = Math.log1p(q * q * whole);
        double ours = rdp.divergence(new DpEvent.PoissonSampled(q, new DpEvent.Laplace(b)), 2);
        double moment = -Math.expm1(-exact); // by which the slack of the moment is less than one of its logarithm
        assertThat(ours).isBetween(exact + 1e-12 * moment, exact + 1e-11 * moment + 1e-14 * exact);
    }

    /** So little noise that no order has a finite divergence in doubles. */
    @Test
    void whereNoOrderTells_epsilonIsInfinite() {
        assertThat(rdp.epsilon(new DpEvent.Gaussian(1e-170), 1e-5).upper()).isInfinite();
    }

    @Test
    void pairsWithoutATheorem_areRefused() {
        var replace = new RdpAccountant(Adjacency.REPLACE_ONE);
        assertThatThrownBy(() -> replace.epsilon(Calibration.sampledGaussian(1, 0.1, 2), 1e-5))
                .isInstanceOf(NoTheoremException.class);
        DpEvent shared = new DpEvent.PoissonSampled(
                0.1, new DpEvent.Composed(List.of(new DpEvent.Gaussian(1), new DpEvent.Laplace(1))));
        assertThatThrownBy(() -> rdp.epsilon(shared, 1e-5)).isInstanceOf(NoTheoremException.class);
        assertThat(replace.epsilon(new DpEvent.Gaussian(2), 1e-5))
                .isEqualTo(rdp.epsilon(new DpEvent.Gaussian(1), 1e-5));
    }

    @ParameterizedTest
    @MethodSource("dev.sotto.accountant.Golden#calibrations")
    void calibration_meetsTheTargetFromBelow(Map<String, Object> row) {
        double target = Golden.number(row, "target_eps");
        double delta = Golden.number(row, "delta");
        double q = Golden.number(row, "q");
        long steps = (long) Golden.number(row, "steps");
        double sigma = Calibration.noiseMultiplier(rdp, target, delta, q, steps);
        double epsilon =
                rdp.epsilon(Calibration.sampledGaussian(sigma, q, steps), delta).upper();
        assertThat(epsilon).isBetween(target * 0.999, target);
        double peer = Golden.number(Golden.object(Golden.object(row, "results"), "dpacc_rdp_tol1e-6"), "sigma");
        assertThat(sigma).isLessThanOrEqualTo(peer * 1.0005);
    }
}
