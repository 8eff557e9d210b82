package dev.sotto.accountant.ledger;

import static dev.sotto.accountant.ledger.LedgerTestFolder.ROWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.rdp.RdpAccountant;
import dev.sotto.accountant.rdp.RenyiFilter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a ledger admits, and what it then promises, when whoever asks has seen all that came before. */
class BudgetingTest {
    private static final Budget BUDGET = new Budget(3, 1e-5);
    private static final DpEvent NOTHING = new DpEvent.Composed(List.of());

    /** Fits a budget of 3 by privacy loss distributions, and not by a filter of any order. */
    private static final DpEvent WHOLE = Calibration.sampledGaussian(
            Calibration.noiseMultiplier(new BestAccountant(), 3, 1e-5, 0.05, 200), 0.05, 200);

    private static final DpEvent SMALL = Calibration.sampledGaussian(2, 0.02, 50);

    @TempDir
    Path folder;

    private Ledger ledger;

    @BeforeEach
    void open() {
        ledger = LedgerTestFolder.open(folder);
    }

    private boolean admits(String id, DpEvent event) {
        try {
            return ledger.reserve(id, event, ROWS, Optional.of(BUDGET)).fresh();
        } catch (BudgetExceededException refused) {
            return false;
        }
    }

    /** The theorem's premise and its conclusion, written down a second time: D at one order, then Canonne, Kamath, Steinke. */
    private static double epsilonAtOrder(double order, DpEvent released, double delta) {
        double divergence = new RdpAccountant().divergence(released, order);
        return divergence + Math.log((order - 1) / order) - (Math.log(delta) + Math.log(order)) / (order - 1);
    }

    /**
     * Somebody chooses noise, sampling and length of each run as he likes, and stops runs when he likes. Whatever he does, all that
     * was drawn is within the budget by one theorem or the other, and by which is settled before the first draw.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void whateverIsChosen_allThatIsChargedKeepsTheBudget(long seed) {
        var random = new Random(seed);
        double order = 0;
        boolean alone = false;
        for (int asked = 0; asked < 12; asked++) {
            String id = "run-" + asked;
            double q = 0.01 + 0.05 * random.nextDouble();
            long steps = 1L + random.nextInt(400);
            double sigma = 0.7 + random.nextDouble();
            if (admits(id, Calibration.sampledGaussian(sigma, q, steps)) && random.nextInt(3) > 0) {
                long drawn = random.nextLong(steps + 1);
                ledger.settle(id, drawn == 0 ? NOTHING : Calibration.sampledGaussian(sigma, q, drawn));
            }
            List<Run> charged =
                    ledger.runs().stream().filter(run -> !run.cameToNothing()).toList();
            if (charged.isEmpty()) {
                continue;
            }
            Run first = charged.get(0);
            if (order != first.order()) {
                assertThat(charged)
                        .as("the order changes only before anything is drawn")
                        .hasSize(1);
                order = first.order();
                alone = epsilonAtOrder(order, first.reserved(), BUDGET.delta()) > BUDGET.epsilon();
            }
            DpEvent all = ledger.charged();
            if (alone) {
                assertThat(charged).hasSize(1);
                assertThat(new BestAccountant()
                                .epsilon(first.reserved(), BUDGET.delta())
                                .upper())
                        .isLessThanOrEqualTo(BUDGET.epsilon());
            } else {
                assertThat(epsilonAtOrder(order, all, BUDGET.delta())).isLessThanOrEqualTo(BUDGET.epsilon());
            }
            Standing standing = ledger.standing(BUDGET);
            assertThat(standing.firstRunAlone()).isEqualTo(alone);
            assertThat(standing.counted())
                    .isGreaterThanOrEqualTo(ledger.spent(BUDGET.delta()).lower());
        }
    }

    @Test
    void aRunCalibratedToTheBudget_isAdmittedAloneAndNoOtherEverAfter() {
        assertThat(admits("whole", WHOLE)).isTrue();
        assertThat(admits("small", SMALL)).isFalse();
        ledger.settle(
                "whole", Calibration.sampledGaussian(sigma(WHOLE), 0.05, 3)); // stopped when its outputs were seen
        assertThat(admits("small", SMALL))
                .as("its stop was chosen after what it released")
                .isFalse();
        assertThat(ledger.standing(BUDGET).left()).isZero();
        assertThatThrownBy(() -> ledger.reserve("small", SMALL, ROWS, Optional.of(BUDGET)))
                .hasMessageContaining("run whole has the budget")
                .hasMessageContaining("itself");
        assertThat(ledger.reserve("small", SMALL, ROWS, Optional.of(new Budget(4, 1e-5)))
                        .fresh())
                .as("under a budget whose filter lets the first run in")
                .isTrue();
    }

    @Test
    void aRunThatDrewNothing_isAsIfItHadNeverBeen() {
        assertThat(admits("whole", WHOLE)).isTrue();
        ledger.settle("whole", NOTHING);
        assertThat(ledger.standing(BUDGET)).isEqualTo(new Standing(BUDGET, 0, 0, false));
        assertThat(admits("small", SMALL)).isTrue();
        assertThat(ledger.runs().get(1).order())
                .isNotEqualTo(ledger.runs().get(0).order());
    }

    @Test
    void laterAttemptsAtTheFirstRun_areItsOwn() {
        assertThat(admits("whole", WHOLE)).isTrue();
        ledger.settle("whole", Calibration.sampledGaussian(sigma(WHOLE), 0.05, 60));
        DpEvent rest = Calibration.sampledGaussian(sigma(WHOLE), 0.05, 140);
        assertThat(admits("whole/2", Calibration.sampledGaussian(sigma(WHOLE), 0.05, 150)))
                .isFalse();
        assertThat(admits("whole/2", SMALL))
                .as("another mechanism is another run")
                .isFalse();
        assertThat(admits("whole/2", rest)).isTrue();
        assertThat(admits("other/2", SMALL)).isFalse();
    }

    /** Composed as if fixed beforehand, more would fit than the filter admits: that is the price of looking. */
    @Test
    void runsOneAfterAnother_areAdmittedByTheFilter_notByComposition() {
        int admitted = 0;
        while (admits("run-" + admitted, SMALL)) {
            admitted++;
        }
        assertThat(admitted).isGreaterThan(5);
        DpEvent oneMore = new DpEvent.Composed(List.of(ledger.charged(), SMALL));
        assertThat(new BestAccountant().epsilon(oneMore, 1e-5).upper()).isLessThan(3);
        double order = ledger.runs().get(0).order();
        assertThat(epsilonAtOrder(order, ledger.charged(), 1e-5)).isLessThanOrEqualTo(3);
        assertThat(epsilonAtOrder(order, oneMore, 1e-5)).isGreaterThan(3);
        Standing standing = ledger.standing(BUDGET);
        assertThat(standing.left()).isEqualTo(3 - standing.counted());
        double each = standing.used() / admitted;
        assertThat(each * admitted).isLessThanOrEqualTo(1);
        assertThat(each * (admitted + 1)).isGreaterThan(1);
    }

    @Test
    void whatHasNoDivergence_fitsNoBudgetBesideAnother() {
        assertThat(admits("small", SMALL)).isTrue();
        assertThat(admits("stated", new DpEvent.EpsilonDelta(0.1, 1e-9))).isFalse();
        assertThat(admits("none", new DpEvent.NonPrivate())).isFalse();
        assertThat(admits("pure", new DpEvent.EpsilonDelta(0.1, 0))).isTrue();
        assertThat(admits("laplace", new DpEvent.Laplace(20))).isTrue();
        assertThat(admits("count", new DpEvent.Composed(List.of(new DpEvent.Gaussian(30), SMALL))))
                .isTrue();
    }

    @Test
    void order_isTheBestForRepeatingTheFirstRun() {
        for (double epsilon : new double[] {0.1, 1, 8}) {
            double chosen = RenyiFilter.forRepeating(SMALL, epsilon, 1e-6).order();
            double most = repeats(chosen, epsilon);
            for (double log = -2; log < 6; log += 0.05) {
                assertThat(repeats(1 + Math.exp(log), epsilon)).isLessThanOrEqualTo(most * 1.001);
            }
        }
        assertThat(RenyiFilter.forRepeating(new DpEvent.NonPrivate(), 1, 1e-6))
                .isEqualTo(RenyiFilter.forRepeating(new DpEvent.Gaussian(1), 1, 1e-6));
        assertThatThrownBy(() -> new RenyiFilter(1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static double repeats(double order, double epsilon) {
        double one = new RdpAccountant().divergence(SMALL, order);
        return (epsilon - (epsilonAtOrder(order, SMALL, 1e-6) - one)) / one;
    }

    /** Else whoever writes lines by hand could pick the order after he saw what was released. */
    @Test
    void anOrderThatChangesAfterTheFirstDraw_isRefused() throws Exception {
        ledger.reserve("a", SMALL, ROWS, Optional.empty());
        assumeThat(ledger.runs().get(0).order()).isNotEqualTo(7.0);
        var body = new java.util.LinkedHashMap<String, Object>();
        body.put("kind", "reserve");
        body.put("run", "b");
        body.put("event", dev.sotto.accountant.json.EventJson.write(SMALL));
        body.put("terms", ROWS.json());
        body.put("order", 7.0);
        java.nio.file.Files.write(
                folder.resolve(LedgerLine.name(1)), LedgerLine.encode(1, ledger.head(), body, Optional.empty()));
        assertThatThrownBy(() -> ledger.runs()).hasMessageContaining("line 1").hasMessageContaining("order");
    }

    private static double sigma(DpEvent run) {
        var sampled = (DpEvent.PoissonSampled) ((DpEvent.Repeated) run).event();
        return ((DpEvent.Gaussian) sampled.event()).noiseMultiplier();
    }
}
