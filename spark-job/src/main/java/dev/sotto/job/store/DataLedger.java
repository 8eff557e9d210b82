package dev.sotto.job.store;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Budget;
import dev.sotto.accountant.ledger.BudgetExceededException;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.Run;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.OutputSettings.LedgerSettings;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;

/**
 * The data set's ledger as one run sees it. Each attempt at the run is an entry of its own: all that it may draw is reserved,
 * then settled to the noise that it drew.
 */
public final class DataLedger {

    /** What no draw at all costs. */
    public static final DpEvent NOTHING = new DpEvent.Composed(List.of());

    private final LedgerSettings settings;
    private final Ledger ledger;

    private DataLedger(LedgerSettings settings, Ledger ledger) {
        this.settings = settings;
        this.ledger = ledger;
    }

    /**
     * The ledger at its address, read once.
     *
     * @throws SottoException if it cannot be read, is damaged, or is where none can be kept
     */
    public static DataLedger open(LedgerSettings settings, Configuration hadoop) {
        return told(() -> new DataLedger(settings, Ledger.open(WriteOnce.in(settings.uri(), hadoop))));
    }

    /**
     * Charges all that the attempt may draw.
     *
     * @throws SottoException if it does not fit the budget, or the entry was there before
     */
    public void reserve(String entry, DpEvent event) {
        if (!told(() -> ledger.reserve(entry, event, budget()).fresh())) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "Run " + entry + " is in the ledger " + settings.uri()
                            + " already: its noise was paid for once, and"
                            + " a second run draws new noise. Give another --run-id, or none; a run that was broken off is"
                            + " resumed only where it kept checkpoints, with the same --output and --checkpoint-every.");
        }
    }

    /** Lowers the charge to the steps whose noise was drawn. */
    public void settle(String entry, DpEvent drawn) {
        ledger.settle(entry, drawn);
    }

    /**
     * Charges an attempt that was lost for the most that it can have drawn, unless it had settled itself.
     *
     * @throws SottoException if it ran without this ledger and now does not fit the budget
     */
    public void settleLost(String entry, DpEvent mostDrawn) {
        told(() -> {
            Optional<Run> known =
                    ledger.runs().stream().filter(run -> run.id().equals(entry)).findFirst();
            if (known.isEmpty() && !mostDrawn.equals(NOTHING)) {
                ledger.reserve(entry, mostDrawn, budget());
            } else if (known.isPresent() && known.get().settled().isEmpty()) {
                ledger.settle(entry, mostDrawn);
            }
            return entry;
        });
    }

    private Optional<Budget> budget() {
        return Optional.ofNullable(settings.budget()).map(allowed -> new Budget(allowed.epsilon(), allowed.delta()));
    }

    private static <T> T told(Supplier<T> action) {
        try {
            return action.get();
        } catch (BudgetExceededException passed) {
            throw SottoException.of(ExitCode.BUDGET, passed);
        } catch (UncheckedIOException | IllegalStateException unusable) {
            throw SottoException.of(ExitCode.OUTPUT, unusable);
        }
    }

    /** Upper bound on epsilon of all runs in the ledger, in nats. */
    public double spent(double delta) {
        return ledger.spent(delta).upper();
    }

    public int runs() {
        return ledger.runs().size();
    }

    public LedgerSettings settings() {
        return settings;
    }
}
