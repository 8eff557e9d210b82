package dev.sotto.job.store;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Budget;
import dev.sotto.accountant.ledger.BudgetExceededException;
import dev.sotto.accountant.ledger.History;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.OtherUnitException;
import dev.sotto.accountant.ledger.Run;
import dev.sotto.accountant.ledger.SigningKey;
import dev.sotto.accountant.ledger.Standing;
import dev.sotto.accountant.ledger.Terms;
import dev.sotto.core.checkpoint.Provenance;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.OutputSettings.LedgerSettings;
import dev.sotto.job.config.Texts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** How the note begins by which released weights are known: their SHA-256 and their provenance follow. */
    private static final String RELEASED = "released ";

    private final LedgerSettings settings;
    private final Terms terms;
    private final Ledger ledger;

    private DataLedger(LedgerSettings settings, Terms terms, Ledger ledger) {
        this.settings = settings;
        this.terms = terms;
        this.ledger = ledger;
    }

    /**
     * The ledger at its address, read once.
     *
     * @param terms what this run's cost holds for
     * @throws SottoException if it cannot be read, is damaged, or is where none can be kept; or the key cannot be read
     */
    public static DataLedger open(LedgerSettings settings, Terms terms, Configuration hadoop) {
        Optional<SigningKey> key = Optional.ofNullable(settings.key()).map(DataLedger::key);
        return told(() -> {
            Ledger ledger = Ledger.open(WriteOnce.in(settings.uri(), hadoop));
            return new DataLedger(settings, terms, key.map(ledger::signedBy).orElse(ledger));
        });
    }

    /**
     * The ledger at its address, to be looked at: nothing is written, not even to try whether it could be.
     *
     * @throws SottoException if it cannot be read, or is damaged
     */
    public static DataLedger toRead(LedgerSettings settings, Terms terms, Configuration hadoop) {
        return told(() -> new DataLedger(settings, terms, Ledger.open(WriteOnce.toRead(settings.uri(), hadoop))));
    }

    private static SigningKey key(String file) {
        try {
            return SigningKey.of(Files.readString(Path.of(file)));
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "ledger-key: " + file + " cannot be used as the key that signs ledger lines ("
                            + Texts.why(unreadable)
                            + "). Give a file on the driver's machine with an Ed25519 key in PEM, as"
                            + " openssl genpkey -algorithm ed25519 makes it; or leave it out.",
                    unreadable);
        }
    }

    /**
     * The number of the next attempt at a run that begins anew: 1, or, if all before it came to nothing, the one after them.
     *
     * @throws SottoException if an earlier one has drawn noise, or may have
     */
    public int nextAttempt(String runId) {
        List<Run> earlier = told(ledger::runs).stream()
                .filter(run -> run.submission().equals(runId))
                .toList();
        earlier.stream()
                .filter(run -> run.settled().isEmpty() || !run.cameToNothing())
                .findFirst()
                .ifPresent(this::refuseAgain);
        return 1 + earlier.stream().mapToInt(Run::attempt).max().orElse(0);
    }

    private void refuseAgain(Run run) {
        throw new SottoException(
                ExitCode.SETTINGS,
                "Run " + run.id() + " is in the ledger " + settings.uri() + " already, "
                        + (run.settled().isPresent()
                                ? "charged for the noise that it drew"
                                : "charged for all that it may draw, as it did not say how it ended")
                        + "; a second run draws new noise. Give another --run-id, or none; a run that was broken off is"
                        + " resumed only where it kept checkpoints, with the same --output and --checkpoint-every.");
    }

    /**
     * Charges all that the attempt may draw.
     *
     * @throws SottoException if the ledger does not allow it, or the entry was there before
     */
    public void reserve(String entry, DpEvent event) {
        told(() -> ledger.runs()).stream()
                .filter(run -> run.id().equals(entry))
                .findFirst()
                .ifPresent(this::refuseAgain);
        var reservation = told(() -> ledger.reserve(entry, event, terms, given()));
        if (!reservation.fresh()) {
            refuseAgain(reservation.run());
        }
    }

    /** What would become of runs that were reserved now; nothing is written. */
    public Ledger.Outlook outlook(List<Ledger.Proposal> proposals) {
        return told(() -> ledger.outlook(proposals, given()));
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
                ledger.reserve(entry, mostDrawn, terms, given());
            } else if (known.isPresent() && known.get().settled().isEmpty()) {
                ledger.settle(entry, mostDrawn);
            }
            return entry;
        });
    }

    /** Charges what a run without a ledger has drawn, once. */
    public void adopt(String entry, DpEvent drawn, Terms itsTerms) {
        told(() -> {
            ledger.reserve(entry, drawn, itsTerms, given());
            return ledger.settle(entry, drawn);
        });
    }

    /**
     * What all attempts at a run are charged.
     *
     * @throws SottoException if there is none
     */
    public DpEvent charged(String runId) {
        List<DpEvent> attempts = told(ledger::runs).stream()
                .filter(run -> run.submission().equals(runId))
                .map(Run::charged)
                .toList();
        if (attempts.isEmpty()) {
            throw new SottoException(
                    ExitCode.OUTPUT,
                    "The ledger " + settings.uri() + " has no run " + runId
                            + ", which made the seed model by what its folder says:"
                            + " what is told there was altered. Put the model's folder back as it was released. Nothing was"
                            + " read or charged.");
        }
        return new DpEvent.Composed(attempts);
    }

    /** Notes which weights an attempt releases and what they have learned from, so that it is known of them whatever lies beside them. */
    public void noteRelease(String entry, String weights, Provenance provenance) {
        told(() -> ledger.note(entry, RELEASED + weights + " " + provenance.json()));
    }

    /**
     * What weights have learned from, by what was noted when they were released.
     *
     * @param weights their SHA-256
     * @throws SottoException if that is not understood
     */
    public Provenance noted(String weights) {
        String begin = RELEASED + weights + " ";
        return told(ledger::runs).stream()
                .flatMap(run -> run.notes().stream())
                .filter(note -> note.startsWith(begin))
                .map(note -> provenance(note.substring(begin.length())))
                .reduce(Provenance.NONE, Provenance::and);
    }

    private Provenance provenance(String noted) {
        try {
            return Provenance.read(noted);
        } catch (IllegalArgumentException unknown) {
            throw new SottoException(
                    ExitCode.OUTPUT,
                    "The ledger " + settings.uri()
                            + " knows the seed model, and what it noted of it cannot be understood: "
                            + unknown.getMessage()
                            + ". Use the release of sotto that wrote it, or a later one. Nothing was read or charged.",
                    unknown);
        }
    }

    private Optional<Budget> given() {
        return Optional.ofNullable(settings.budget()).map(allowed -> new Budget(allowed.epsilon(), allowed.delta()));
    }

    private static <T> T told(Supplier<T> action) {
        try {
            return action.get();
        } catch (BudgetExceededException | OtherUnitException refused) {
            throw SottoException.of(ExitCode.BUDGET, refused);
        } catch (UncheckedIOException | IllegalStateException unusable) {
            throw SottoException.of(ExitCode.OUTPUT, unusable);
        }
    }

    /** Upper bound on epsilon of all runs in the ledger as they were run, in nats. */
    public double spent(double delta) {
        return ledger.spent(delta).upper();
    }

    /** How the ledger stands against the run's budget, or against its own; empty where there is none. */
    public Optional<Standing> standing() {
        return given().or(ledger::budget).map(ledger::standing);
    }

    /** Its lines as a chain. */
    public History history() {
        return told(ledger::history);
    }

    public int runs() {
        return ledger.runs().size();
    }

    public LedgerSettings settings() {
        return settings;
    }
}
