package dev.sotto.accountant.ledger;

import static dev.sotto.accountant.ledger.LedgerTestFolder.ROWS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.DpEvent.Composed;
import dev.sotto.accountant.DpEvent.Gaussian;
import dev.sotto.accountant.DpEvent.Laplace;
import dev.sotto.accountant.DpEvent.PoissonSampled;
import dev.sotto.accountant.DpEvent.Repeated;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines of noise that no run would draw: what they cost is answered, with bounds that err upwards, however they are mixed with others. */
class ForgedLinesTest {
    private static final Budget BUDGET = new Budget(8, 1e-6);
    private static final double[] LITTLE = {1e-300, 1e-9, 1e-4};
    private static final double[] MUCH = {1e9, 1e99, 1e300};
    private static final long[] STEPS = {1, 9_000_000_000_000_000L};
    private static final DpEvent HONEST = new Repeated(100, new PoissonSampled(0.01, new Gaussian(1)));

    @TempDir
    Path folder;

    @Test
    void noiseOfNextToNothing_countsAsMoreThanAnyBudget() {
        for (double noise : LITTLE) {
            for (long steps : STEPS) {
                for (double q : new double[] {0.1, 1}) {
                    Ledger ledger = with(new Gaussian(noise), q, steps);
                    assertThat(ledger.spent(1e-6).upper())
                            .as("%s, %s steps", noise, steps)
                            .isGreaterThan(1000);
                    assertThat(ledger.standing(BUDGET).counted()).isGreaterThan(1000);
                }
            }
        }
    }

    @Test
    void noiseBeyondMeasure_countsNoLessThanTheHonestRunBesideIt() {
        double honest = ledger("honest", HONEST).spent(1e-6).lower();
        for (double noise : MUCH) {
            for (long steps : STEPS) {
                for (double q : new double[] {1e-300, 0.5}) {
                    for (DpEvent event : List.of(new Gaussian(noise), new Laplace(noise))) {
                        Ledger ledger = with(event, q, steps);
                        assertThat(ledger.spent(1e-6).upper()).isGreaterThanOrEqualTo(honest);
                        assertThat(ledger.standing(BUDGET).counted()).isGreaterThanOrEqualTo(honest);
                    }
                }
            }
        }
    }

    private int ledgers;

    private Ledger with(DpEvent once, double q, long steps) {
        DpEvent forged = new Repeated(steps, new PoissonSampled(q, once));
        return ledger("forged" + ledgers++, new Composed(List.of(forged, HONEST)));
    }

    private Ledger ledger(String name, DpEvent event) {
        Ledger ledger = Ledger.open(new LocalLedgerStore(folder.resolve(name)));
        ledger.reserve("run", event, ROWS, Optional.empty());
        return ledger;
    }
}
