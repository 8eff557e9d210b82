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
