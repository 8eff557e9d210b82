package dev.sotto.job.store;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Budget;
import dev.sotto.accountant.ledger.BudgetExceededException;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LedgerStore;
import dev.sotto.accountant.ledger.LocalLedgerStore;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.OutputSettings.LedgerSettings;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** The data set's ledger as one run sees it: the whole cost is reserved, then settled to the noise that was drawn. */
public final class DataLedger {

    private final LedgerSettings settings;
    private final Ledger ledger;
    private final String runId;

    private DataLedger(LedgerSettings settings, Ledger ledger, String runId) {
        this.settings = settings;
        this.ledger = ledger;
        this.runId = runId;
    }

    /**
     * Charges all that the run may draw.
     *
     * @throws SottoException if it does not fit the budget, or the run was in the ledger before, or the ledger is damaged
     */
    public static DataLedger reserve(LedgerSettings settings, String runId, DpEvent event) {
        try {
            Ledger ledger = Ledger.open(store(settings.uri()));
            var budget = Optional.ofNullable(settings.budget())
                    .map(allowed -> new Budget(allowed.epsilon(), allowed.delta()));
            if (!ledger.reserve(runId, event, budget).fresh()) {
                throw new SottoException(
                        ExitCode.SETTINGS,
                        "Run " + runId + " is in the ledger " + settings.uri()
                                + " already: its noise was paid for once, and"
                                + " a second run draws new noise. Give another --run-id, or none.");
            }
            return new DataLedger(settings, ledger, runId);
        } catch (BudgetExceededException passed) {
            throw SottoException.of(ExitCode.BUDGET, passed);
        } catch (UncheckedIOException | IllegalStateException unusable) {
            throw SottoException.of(ExitCode.OUTPUT, unusable);
        }
    }

    private static LedgerStore store(String uri) {
        String scheme = URI.create(uri.replace(" ", "%20")).getScheme();
        if (scheme == null) {
            return new LocalLedgerStore(Path.of(uri));
        }
        if (scheme.equals("file")) {
            return new LocalLedgerStore(
                    Path.of(URI.create(uri.replace(" ", "%20")).getPath()));
        }
        throw new SottoException(
                ExitCode.SETTINGS,
                "A ledger cannot be kept at " + uri + ": two runs that reserve at once are told apart by an atomic"
                        + " create-if-absent, which is built for local and mounted file systems (file://), not for "
                        + scheme
                        + "://. Give a folder that every driver mounts.");
    }

    /** Lowers the charge to the steps whose noise was drawn. */
    public void settle(DpEvent drawn) {
        ledger.settle(runId, drawn);
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
