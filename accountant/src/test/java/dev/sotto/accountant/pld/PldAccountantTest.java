package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.Golden;
import dev.sotto.accountant.Mechanism.SampledGaussian;
import dev.sotto.accountant.Mechanism.Steps;
import dev.sotto.accountant.gdp.GaussianDp;
import dev.sotto.accountant.json.EventJson;
import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.rdp.RdpAccountant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PldAccountantTest {
    private final PldAccountant pld = new PldAccountant();

    /** All settings that are not refused: those with a bracket, and the edges for which no peer has an answer. */
    static Stream<Map<String, Object>> settings() {
        return Golden.rows("settings")
                .filter(row -> !List.of("e019", "e020", "e021", "e022", "e023").contains(row.get("id")));
    }

    static Stream<Map<String, Object>> curves() {
        return settings().filter(row -> List.of(
                        "h001", "h009", "h013", "h026", "h039", "h048", "h052", "h062", "m004", "m010", "m013")
                .contains(row.get("id")));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void epsilon_agreesWithThePeersAndWithTheTruth(Map<String, Object> row) {
        Bounds epsilon = pld.epsilon(EventJson.read(row.get("events")), Golden.number(row, "delta"));
        assertThat(epsilon.width()).isLessThanOrEqualTo(Math.max(0.005, 0.005 * epsilon.upper()));
        if (row.containsKey("exact")) {
            double exact = Golden.number(row, "exact");
            assertThat(epsilon.lower()).isLessThanOrEqualTo(exact + 1e-9);
            assertThat(epsilon.upper()).isBetween(exact - 1e-9, exact + 1e-9 * (1 + exact));
        }
        if (row.containsKey("bracket")) {
            Map<String, Object> bracket = Golden.object(row, "bracket");
            double low = Golden.number(bracket, "lo");
            double high = Golden.number(bracket, "hi");
            assertThat(epsilon.upper()).isBetween(low, high * 1.003 + 0.002);
            assertThat(epsilon.lower()).isLessThanOrEqualTo(high + 1e-9);
        }
    }

    /** The peers' curve is an upper bound with 1e-15 per composition of their own slack and an interval of 1e-4. */
    @ParameterizedTest
    @MethodSource("curves")
    void delta_agreesWithThePeersCurve(Map<String, Object> row) {
        Map<String, Object> peer = Golden.object(Golden.object(row, "results"), "dpacc_pld_1e-4");
        DpEvent event = EventJson.read(row.get("events"));
        Golden.object(peer, "delta_at_eps").forEach((epsilon, delta) -> {
            Bounds ours = pld.delta(event, Double.parseDouble(epsilon));
            double theirs = ((Number) delta).doubleValue();
            assertThat(ours.lower()).as("delta(%s)", epsilon).isLessThanOrEqualTo(theirs * (1 + 1e-6) + 1e-12);
            assertThat(ours.upper()).as("delta(%s)", epsilon).isLessThanOrEqualTo(theirs * 1.03 + 1e-12);
        });
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1e-5", "10, 100, 1e-9", "0.3, 1, 1e-15", "50, 1000, 1e-3"})
    void theGridsAnswer_containsTheExactOne(double sigma, long steps, double delta) {
        List<Steps> gaussians = List.of(new Steps(new SampledGaussian(1, sigma), steps));
        Bounds exact = new GaussianDp(Math.sqrt((double) steps) / sigma).epsilon(delta);
        Bounds grid = new Refinement(gaussians, Math.log(delta)).epsilon(delta, e -> Math.max(0.002, 0.0025 * e));
        assertThat(grid.lower()).isLessThanOrEqualTo(exact.lower());
        assertThat(grid.upper()).isGreaterThanOrEqualTo(exact.upper());
        assertThat(grid.width()).isLessThanOrEqualTo(Math.max(0.005, 0.005 * grid.upper()));
    }

    /** One Laplace release: δ(ε) = 1 - e^((ε - 1/b)/2), from its two tails. */
    @ParameterizedTest
    @CsvSource({"1, 0.5", "2, 0.1", "0.1, 3", "10, 0.05"})
    void delta_ofOneLaplace_isTheClosedForm(double scale, double epsilon) {
        Bounds delta = pld.delta(new DpEvent.Laplace(scale), epsilon);
        double exact = -Math.expm1((epsilon - 1 / scale) / 2);
        assertThat(delta.lower()).isLessThanOrEqualTo(exact);
        assertThat(delta.upper()).isGreaterThanOrEqualTo(exact).isLessThanOrEqualTo(exact * 1.02);
    }

    /** One sampled Gaussian: δ(ε) = Pr_P[L > ε] - e^ε Pr_Q[L > ε], the larger of both directions. */
    @ParameterizedTest
    @CsvSource({"1, 0.01, 0.2", "0.5, 0.3, 2", "2, 0.9, 0.1", "0.8, 1e-5, 0.001", "3, 0.0001, 1e-6"})
    void delta_ofOneSampledGaussian_isTheClosedForm(double sigma, double q, double epsilon) {
        double threshold = 0.5 + sigma * sigma * Math.log1p(Math.expm1(epsilon) / q);
        double base = dev.sotto.accountant.math.Normal.above(threshold / sigma);
        double shifted = dev.sotto.accountant.math.Normal.above((threshold - 1) / sigma);
        double exact = q * (shifted - base) - Math.expm1(epsilon) * base;
        Bounds delta = pld.delta(Calibration.sampledGaussian(sigma, q, 1), epsilon);
        assertThat(delta.lower()).isLessThanOrEqualTo(exact * (1 + 1e-9));
        assertThat(delta.upper()).isBetween(exact * (1 - 1e-9), exact * 1.1);
    }

    @Test
    void statedGuarantees_composeAsKairouzOhViswanath() {
        // k-fold (ε, δ): KOV 2017, Theorem 3.3 with k = 3, i = 0 and 1.
        double e = 0.7;
        double d = 1e-4;
        DpEvent event = new DpEvent.Repeated(3, new DpEvent.EpsilonDelta(e, d));
        double atOne = (Math.exp(3 * e) - Math.exp(e)) / Math.pow(1 + Math.exp(e), 3);
        double exact = 1 - Math.pow(1 - d, 3) * (1 - atOne);
        Bounds delta = pld.delta(event, e);
        assertThat(delta.lower()).isLessThanOrEqualTo(exact);
        assertThat(delta.upper()).isGreaterThanOrEqualTo(exact).isLessThanOrEqualTo(exact * 1.02);
        assertThat(pld.epsilon(event, 1e-5)).isEqualTo(new Bounds(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY));
        assertThat(pld.epsilon(new DpEvent.EpsilonDelta(1, 1e-5), 1e-5).upper()).isCloseTo(1, within(1e-9));
    }

    @Test
    void edges_areExactOrInfinite() {
        DpEvent event = Calibration.sampledGaussian(1, 0.01, 1000);
        assertThat(pld.epsilon(event, 0).upper()).isInfinite();
        assertThat(pld.epsilon(event, 1)).isEqualTo(new Bounds(0, 0));
        assertThat(pld.epsilon(Calibration.sampledGaussian(1, 0.01, 0), 0)).isEqualTo(new Bounds(0, 0));
        assertThat(pld.epsilon(Calibration.sampledGaussian(1, 0, 1000), 0)).isEqualTo(new Bounds(0, 0));
        assertThat(pld.epsilon(new DpEvent.NonPrivate(), 0.5).upper()).isInfinite();
        assertThat(pld.epsilon(new DpEvent.NonPrivate(), 1).upper()).isZero();
        assertThat(pld.epsilon(new DpEvent.Repeated(3, new DpEvent.Laplace(2)), 0)
                        .upper())
                .isCloseTo(1.5, within(1e-12));
        assertThat(pld.delta(new DpEvent.Laplace(2), 0.6).upper()).isLessThan(1e-14);
        assertThat(new PldAccountant(Adjacency.REPLACE_ONE, 0.005, 0.005).epsilon(new DpEvent.Gaussian(2), 1e-5))
                .isEqualTo(pld.epsilon(new DpEvent.Gaussian(1), 1e-5));
        for (double bad : new double[] {Double.NaN, -1e-5, 1.5}) {
            assertThatThrownBy(() -> pld.epsilon(event, bad)).hasMessageContaining("delta");
        }
    }

    /** Never above RDP by more than the width. */
    @ParameterizedTest
    @CsvSource({
        "0.001, 0.5, 1, 1e-5",
        "0.001, 1e-12, 1, 1e-5",
        "1000, 1e-12, 1, 1e-5",
        "1000, 0.999, 1, 1e-5",
        "0.5, 1e-12, 1000, 1e-10",
        "1000, 0.5, 1000000, 1e-6",
        "20, 0.001, 100000000, 1e-6",
        "1, 0.01, 1000, 1e-15",
        "0.01, 0.3, 10, 1e-6",
        "100, 0.9, 3, 0.3",
        "0.3, 0.5, 100000000, 1e-10",
    })
    void extremes_areNoWorseThanRdp(double sigma, double q, long steps, double delta) {
        DpEvent event = Calibration.sampledGaussian(sigma, q, steps);
        Bounds epsilon = pld.epsilon(event, delta);
        double rdp = new RdpAccountant().epsilon(event, delta).upper();
        assertThat(epsilon.lower()).isLessThanOrEqualTo(rdp);
        assertThat(epsilon.upper()).isLessThanOrEqualTo(rdp * 1.005 + 0.005);
    }

    /** Nearly all steps lose next to nothing: that bulk lies on a lattice point, whatever the step, and costs no width. */
    @ParameterizedTest
    @CsvSource({
        "0.3, 6.388851092659169e-6, 100000000, 0.1",
        "0.3, 6.4e-6, 100000000, 0.1",
        "0.1, 1.5157652013350409e-5, 100000000, 1e-10",
        "0.3, 1e-9, 10000, 1e-10",
    })
    void rareLosses_areBoundedClosely(double sigma, double q, long steps, double delta) {
        for (double width : new double[] {0.0025, 0.002}) {
            Bounds epsilon = new PldAccountant(Adjacency.ADD_OR_REMOVE_ONE, width, width)
                    .epsilon(Calibration.sampledGaussian(sigma, q, steps), delta);
            assertThat(epsilon.width()).isLessThanOrEqualTo(Math.max(width, width * epsilon.upper()));
        }
    }

    @Test
    void epsilon_isMonotone_andDoesNotDependOnTheOrder() {
        long seed = 20260101;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 12; i++) {
            double sigma = Math.exp(random.nextDouble() * 3 - 0.7);
            double q = Math.exp(-random.nextDouble() * 7 - 0.1);
            long steps = (long) Math.exp(random.nextDouble() * 8) + 1;
            double delta = Math.exp(-random.nextDouble() * 25 - 3);
            double lower = pld.epsilon(Calibration.sampledGaussian(sigma, q, steps), delta)
                    .lower();
            for (DpEvent more : List.of(
                    Calibration.sampledGaussian(sigma * 0.95, q, steps),
                    Calibration.sampledGaussian(sigma, Math.min(1, q * 1.05), steps),
                    Calibration.sampledGaussian(sigma, q, steps + steps / 10 + 1))) {
                assertThat(pld.epsilon(more, delta).upper())
                        .as("%s %s %s %s", sigma, q, steps, delta)
                        .isGreaterThanOrEqualTo(lower);
            }
            DpEvent one = Calibration.sampledGaussian(sigma, q, steps);
            DpEvent other = Calibration.sampledGaussian(2 * sigma, q / 2, 10);
            Bounds forth = pld.epsilon(new DpEvent.Composed(List.of(one, other)), delta);
            Bounds back = pld.epsilon(new DpEvent.Composed(List.of(other, one)), delta);
            assertThat(forth.upper()).isCloseTo(back.upper(), within(1e-9 + 1e-6 * back.upper()));
            assertThat(forth.lower()).isGreaterThanOrEqualTo(lower - forth.width() - 0.005 * lower - 0.005);
        }
    }

    @Test
    void manyDifferentRuns_composeInTime() {
        List<DpEvent> runs = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            runs.add(Calibration.sampledGaussian(1 + i * 1e-3, 0.001 + i * 1e-5, 100 + i));
        }
        Bounds epsilon = pld.epsilon(new DpEvent.Composed(runs), 1e-6);
        double rdp =
                new RdpAccountant().epsilon(new DpEvent.Composed(runs), 1e-6).upper();
        assertThat(epsilon.upper()).isLessThan(rdp).isGreaterThan(rdp * 0.8);
    }

    /** Noise between 1 and 1.02 costs between what either costs; most frequencies of most runs are never computed. */
    @Test
    void manySimilarRuns_costBetweenTheirExtremes() {
        List<DpEvent> runs = new ArrayList<>();
        for (int i = 0; i <= 400; i++) {
            runs.add(Calibration.sampledGaussian(1 + i * 5e-5, 0.003, 20));
        }
        Bounds many = pld.epsilon(new DpEvent.Composed(runs), 1e-6);
        Bounds most = pld.epsilon(Calibration.sampledGaussian(1, 0.003, 401 * 20), 1e-6);
        Bounds least = pld.epsilon(Calibration.sampledGaussian(1.02, 0.003, 401 * 20), 1e-6);
        assertThat(many.upper()).isGreaterThanOrEqualTo(least.lower());
        assertThat(many.lower()).isLessThanOrEqualTo(most.upper());
        assertThat(many.width()).isLessThanOrEqualTo(0.003 * many.upper());
        Collections.reverse(runs);
        Bounds back = pld.epsilon(new DpEvent.Composed(runs), 1e-6);
        assertThat(back.upper()).isCloseTo(many.upper(), within(1e-6 * many.upper()));
    }

    /** Where most of a hundred mechanisms have atoms, the spectrum does not fall off and all of it is computed. */
    @Test
    void manyLaplaceReleases_addUpAtDeltaNearZero_andAreLessBeyond() {
        List<DpEvent> releases = new ArrayList<>();
        double sum = 0;
        for (int i = 0; i < 30; i++) {
            releases.add(new DpEvent.Laplace(10 + 0.5 * i));
            sum += 1 / (10 + 0.5 * i);
        }
        DpEvent all = new DpEvent.Composed(releases);
        assertThat(pld.epsilon(all, 0).upper()).isCloseTo(sum, within(1e-12));
        Bounds beyond = pld.epsilon(all, 1e-6);
        assertThat(beyond.upper())
                .isLessThan(sum)
                .isLessThanOrEqualTo(new RdpAccountant().epsilon(all, 1e-6).upper());
        assertThat(beyond.lower()).isPositive();
    }

    @Test
    void epsilon_fallsInDelta() {
        DpEvent event = Calibration.sampledGaussian(0.9, 0.02, 700);
        double before = Double.POSITIVE_INFINITY;
        for (double delta = 1e-15; delta < 0.5; delta *= 7) {
            Bounds epsilon = pld.epsilon(event, delta);
            assertThat(epsilon.lower()).as("delta %s", delta).isLessThanOrEqualTo(before);
            before = epsilon.upper();
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sotto.accountant.Golden#calibrations")
    void calibration_meetsTheTargetFromBelow_withLessNoiseThanThePeers(Map<String, Object> row) {
        double target = Golden.number(row, "target_eps");
        double delta = Golden.number(row, "delta");
        double q = Golden.number(row, "q");
        long steps = (long) Golden.number(row, "steps");
        PldAccountant narrow = new PldAccountant(Adjacency.ADD_OR_REMOVE_ONE, 0.001, 1e-4);
        double sigma = Calibration.noiseMultiplier(narrow, target, delta, q, steps);
        double epsilon = narrow.epsilon(Calibration.sampledGaussian(sigma, q, steps), delta)
                .upper();
        assertThat(epsilon).isBetween(target * 0.999, target);
        Map<String, Object> results = Golden.object(row, "results");
        double peer = Golden.number(Golden.object(results, "dpacc_pld_1e-3_tol1e-5"), "sigma");
        assertThat(sigma).isLessThanOrEqualTo(peer * 1.001);
    }

    /**
     * Events, δ and ε of settings drawn at random, composed apart from this code: the losses of N(2, σ²) against N(0, σ²) and of
     * Laplace noise moved by twice the sensitivity, rounded to a grid of 2e-5 (2e-4 where that was too large) and composed by
     * NumPy's transform; good to 2e-4 and 0.02 %.
     */
    @ParameterizedTest
    @CsvFileSource(resources = "/replace-one.csv", delimiter = '|', quoteCharacter = '\'')
    void replaceOne_isWhatMovingByTwiceTheSensitivityCosts(String events, double delta, double exact) {
        Bounds epsilon = new PldAccountant(Adjacency.REPLACE_ONE).epsilon(EventJson.read(Json.read(events)), delta);
        double grid = 2e-4 + 2e-4 * exact;
        assertThat(exact).isBetween(epsilon.lower() - grid, epsilon.upper() + grid);
        assertThat(epsilon.isWithin(0.005, 0.005)).isTrue();
    }

    @Test
    void deltaOfManyStepsWithLittleNoise_isOne() {
        Bounds delta = new PldAccountant().delta(Calibration.sampledGaussian(0.01, 0.5, 201_974), 100);
        assertThat(delta.upper()).isEqualTo(1);
        assertThat(delta.lower()).isBetween(1 - 1e-6, 1.0);
    }

    /** Of two guarantees that fail together with 1 - (1 - 1e-5)², which is no double: next to it no finite ε is certain. */
    @Test
    void whereDeltaIsTheFailureOfSeveral_butForRounding_nothingIsPromised() {
        DpEvent event = new DpEvent.Repeated(2, new DpEvent.EpsilonDelta(0.5, 1e-5));
        double failure = 2e-5 - 1e-10;
        for (double delta : new double[] {failure, Math.nextUp(failure), Math.nextDown(failure)}) {
            assertThat(pld.epsilon(event, delta)).isEqualTo(new Bounds(0, Double.POSITIVE_INFINITY));
        }
        assertThat(pld.epsilon(event, failure * (1 + 1e-12)).upper()).isCloseTo(1, within(1e-12));
        assertThat(pld.epsilon(event, failure * (1 - 1e-12)).lower()).isInfinite();
        Bounds beyond = pld.delta(event, 1);
        assertThat(beyond.lower()).isLessThan(failure).isCloseTo(failure, within(1e-18));
        assertThat(beyond.upper()).isGreaterThan(failure).isCloseTo(failure, within(1e-14));
        assertThat(pld.delta(new DpEvent.Repeated(1_000_000, new DpEvent.EpsilonDelta(0.5, 0.5)), 1))
                .isEqualTo(new Bounds(1 - 6 * 0x1p-52, 1));
    }

    /** Just above failure ε is far below the largest loss, where that is unlikely; at failure it is that loss. */
    @Test
    void whereDeltaIsLittleMoreThanFailure_epsilonMayBeMuchLessThanTheLargestLoss() {
        DpEvent releases = new DpEvent.Repeated(300, new DpEvent.Laplace(1));
        DpEvent event = new DpEvent.Composed(List.of(releases, new DpEvent.EpsilonDelta(0, 1e-5)));
        double delta = 1e-5 * (1 + 5e-10);
        double known = new RdpAccountant()
                .epsilon(releases, (delta - 1e-5) * (1 - 1e-3))
                .upper();
        assertThat(known).isLessThan(290);
        assertThat(pld.epsilon(event, delta).lower()).isLessThanOrEqualTo(known);
        assertThat(pld.epsilon(event, delta).upper()).isGreaterThan(200);
        assertThat(pld.epsilon(event, 1e-5).lower()).isCloseTo(300, within(1e-9));
        assertThat(pld.epsilon(event, 1e-5).upper()).isCloseTo(300, within(1e-9));
    }

    @Test
    void whatMeansNothing_isRefused() {
        for (double bad : new double[] {0, 1, -0.1, Double.NaN}) {
            assertThatThrownBy(() -> new PldAccountant(Adjacency.ADD_OR_REMOVE_ONE, bad, 0.1))
                    .hasMessageContaining("relative width");
        }
        for (double bad : new double[] {-0.1, Double.NaN}) {
            assertThatThrownBy(() -> new PldAccountant(Adjacency.ADD_OR_REMOVE_ONE, 0.1, bad))
                    .hasMessageContaining("absolute width");
        }
        for (double bad : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> pld.delta(new DpEvent.Gaussian(1), bad)).hasMessageContaining("epsilon");
        }
        assertThat(new PldAccountant(Adjacency.REPLACE_ONE).adjacency()).isEqualTo(Adjacency.REPLACE_ONE);
        assertThat(pld.adjacency()).isEqualTo(Adjacency.ADD_OR_REMOVE_ONE);
    }
}
