package dev.sotto.accountant.ledger;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.json.EventJson;
import dev.sotto.accountant.math.Check;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The account of one data set: all runs ever made on it, for one privacy unit. What they cost is told by composing privacy loss
 * distributions; whether one more fits a budget, by a filter that holds when runs are chosen after earlier ones were seen.
 *
 * <p>A run reserves its whole cost before it reads a row, and settles to what it drew when it ends: a crash leaves the
 * reservation, so the ledger may overstate, never understate. Line n is an object that only one writer can create; who
 * loses reads again and decides again, so two runs that each fit a budget, but not together, never both get in.
 *
 * <p>Every method reads the whole ledger and checks its chain. All throw {@link UncheckedIOException} when the store
 * fails; a call that failed may be repeated, as each is idempotent. Safe for many threads and processes.
 */
public final class Ledger {
    private static final int MAX_LOST_RACES = 10_000;
    private static final SecureRandom NONCES = new SecureRandom();

    private final LedgerStore store;
    private final Clock clock;
    private final Optional<SigningKey> key;
    private final Accountant accountant = new BestAccountant();

    private Ledger(LedgerStore store, Clock clock, Optional<SigningKey> key) {
        this.store = store;
        this.clock = clock;
        this.key = key;
    }

    /** The ledger in this store; an empty store is an empty ledger. Reads it once, so that a damaged one shows at once. */
    public static Ledger open(LedgerStore store) {
        return open(store, Clock.systemUTC());
    }

    /** As {@link #open(LedgerStore)}, with the clock that dates the lines. */
    public static Ledger open(LedgerStore store, Clock clock) {
        Ledger ledger = new Ledger(store, clock, Optional.empty());
        ledger.state();
        return ledger;
    }

    /** The same ledger; lines that are written through it are signed. */
    public Ledger signedBy(SigningKey signer) {
        return new Ledger(store, clock, Optional.of(signer));
    }

    /**
     * Charges the whole cost of a run, if it fits.
     *
     * @param runId the same at every re-submission of this run, and of no other; 1 to 200 characters. One that ends in a slash and a
     *     number is an attempt at the run before the slash
     * @param event all the run may draw
     * @param terms what its cost holds for
     * @param budget what all runs may cost; the ledger's own budget, if one is set, holds as well
     * @return the reservation; of an earlier call if the run is already there with the same event and terms
     * @throws BudgetExceededException if a budget would be passed; nothing is written
     * @throws OtherUnitException if the ledger is of another privacy unit; nothing is written
     * @throws IllegalStateException if the run is already there with another event or other terms
     */
    public Reservation reserve(String runId, DpEvent event, Terms terms, Optional<Budget> budget) {
        checkRunId(runId);
        Mechanism.of(event, Adjacency.ADD_OR_REMOVE_ONE); // refuses what could never be accounted for
        boolean[] fresh = {false};
        LedgerState state = append(before -> {
            Optional<Run> known = Optional.ofNullable(before.runs().get(runId));
            fresh[0] = known.isEmpty();
            if (known.isPresent()) {
                Coverage.requireSame(known.get(), event, terms);
                return Optional.empty();
            }
            Run run = admitted(before, runId, event, terms, budget);
            return Optional.of(body(
                    "reserve",
                    "run",
                    runId,
                    "event",
                    EventJson.write(event),
                    "terms",
                    terms.json(),
                    "order",
                    run.order()));
        });
        return new Reservation(state.known(runId), fresh[0]);
    }

    private static Run admitted(LedgerState before, String runId, DpEvent event, Terms terms, Optional<Budget> budget) {
        return admitted(before.runs().values(), before.budget(), new Proposal(runId, event, terms), budget);
    }

    private static Run admitted(Collection<Run> runs, Optional<Budget> own, Proposal next, Optional<Budget> budget) {
        Budgeting.first(runs)
                .filter(first -> !next.terms().addUpWith(first.terms()))
                .ifPresent(first -> {
                    throw new OtherUnitException(next.runId(), next.terms(), first);
                });
        double order = Budgeting.order(runs, next.event(), budget.or(() -> own));
        Run run = new Run(next.runId(), next.event(), next.terms(), order, Optional.empty(), List.of());
        budget.ifPresent(b -> Budgeting.check(runs, run, b));
        own.ifPresent(b -> Budgeting.check(runs, run, b));
        return run;
    }

    /** What a run would reserve. */
    public record Proposal(String runId, DpEvent event, Terms terms) {}

    /**
     * What would become of some runs if they were reserved now.
     *
     * @param before what the ledger counts against the budget without them; empty where there is none
     * @param after and with them; empty as well where they are refused
     * @param charged everything that would be charged, if they were admitted
     * @param refusal why they would not be
     */
    public record Outlook(
            Optional<Standing> before, Optional<Standing> after, DpEvent charged, Optional<String> refusal) {}

    /**
     * Says what would become of runs that are reserved one after the other; nothing is written. One that is there already is left out.
     *
     * @param budget as in {@link #reserve}
     */
    public Outlook outlook(List<Proposal> proposals, Optional<Budget> budget) {
        LedgerState now = state();
        List<Run> runs = new ArrayList<>(now.runs().values());
        Optional<Budget> counted = budget.or(now::budget);
        Optional<Standing> before = counted.map(against -> Budgeting.standing(runs, against));
        Optional<String> refusal = Optional.empty();
        for (Proposal next : proposals) {
            if (refusal.isEmpty() && !now.runs().containsKey(next.runId())) {
                try {
                    runs.add(admitted(runs, now.budget(), next, budget));
                } catch (BudgetExceededException | OtherUnitException refused) {
                    refusal = Optional.of(String.valueOf(refused.getMessage()));
                }
            }
        }
        return new Outlook(
                before,
                refusal.isPresent() ? Optional.empty() : counted.map(against -> Budgeting.standing(runs, against)),
                new DpEvent.Composed(runs.stream().map(Run::charged).toList()),
                refusal);
    }

    /**
     * Replaces a run's reservation by what it drew noise for.
     *
     * @param actual no more of any mechanism than was reserved
     * @throws IllegalStateException if the run has no reservation, or was settled to something else
     * @throws IllegalArgumentException if {@code actual} is not covered by the reservation
     */
    public Run settle(String runId, DpEvent actual) {
        return append(before -> {
                    Run run = before.known(runId);
                    Coverage.requireCovered(run, actual);
                    if (run.settled().isPresent()) {
                        Coverage.requireSame(runId, actual, run.settled().get());
                        return Optional.empty();
                    }
                    return Optional.of(body("settle", "run", runId, "event", EventJson.write(actual)));
                })
                .known(runId);
    }

    /** Adds a note to a run, once: which model was released, where to. No private values: the ledger is public. */
    public Run note(String runId, String note) {
        return append(before -> before.known(runId).notes().contains(note)
                        ? Optional.empty()
                        : Optional.of(body("note", "run", runId, "note", note)))
                .known(runId);
    }

    /** Sets the budget of this ledger from now on. What has been spent stays spent, even above it. */
    public void setBudget(Budget budget) {
        append(before -> before.budget().equals(Optional.of(budget)) ? Optional.empty() : Optional.of(line(budget)));
    }

    /**
     * The same where somebody has looked at the budget first, and decided by it.
     *
     * @param seen the budget that was found
     * @throws IllegalStateException if another one is in force by now; nothing is written
     */
    public void changeBudget(Optional<Budget> seen, Budget budget) {
        append(before -> {
            if (before.budget().equals(Optional.of(budget))) {
                return Optional.empty();
            }
            if (!before.budget().equals(seen)) {
                throw new IllegalStateException("The budget of the ledger " + store
                        + " was set by somebody else just now, and is left as they set it: epsilon "
                        + before.budget().map(Budget::epsilon).orElseThrow() + " at delta "
                        + before.budget().map(Budget::delta).orElseThrow()
                        + ". If it is still to be changed, give the same command again.");
            }
            return Optional.of(line(budget));
        });
    }

    private Map<String, Object> line(Budget budget) {
        return body("budget", "epsilon", budget.epsilon(), "delta", budget.delta());
    }

    /** The budget of this ledger, if one was set. */
    public Optional<Budget> budget() {
        return state().budget();
    }

    /** All runs, in the order they were reserved. */
    public List<Run> runs() {
        return List.copyOf(state().runs().values());
    }

    /** Everything charged, as one event. */
    public DpEvent charged() {
        return state().charged();
    }

    /** What everything charged costs if it is taken as composed: bounds on ε at δ. */
    public Bounds spent(double delta) {
        return accountant.epsilon(state().charged(), delta);
    }

    /** What everything charged counts against a budget. */
    public Standing standing(Budget against) {
        return Budgeting.standing(state().runs().values(), against);
    }

    /** All lines, checked to be one chain. */
    public History history() {
        return new History(read());
    }

    /**
     * Hash of the last line. A chain shows every change but the loss of its last lines; keep this hash elsewhere (the
     * training report has it) to see that too.
     */
    public String head() {
        return state().head();
    }

    /** How many lines there are. */
    public long lines() {
        return state().lines();
    }

    private static void checkRunId(String runId) {
        Check.that(
                !runId.isBlank() && runId.length() <= 200,
                "a run id has 1 to 200 characters, not all blank, got \"%s\"",
                runId);
    }

    private Map<String, Object> body(String kind, Object... keysAndValues) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("kind", kind);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            body.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        byte[] nonce = new byte[8];
        NONCES.nextBytes(nonce);
        body.put("at", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
        body.put("nonce", HexFormat.of().formatHex(nonce)); // tells our line from an equal one of another writer
        return body;
    }

    /** Decides on the current state and writes the line decided on; when another writer was first, decides anew. */
    private LedgerState append(Function<LedgerState, Optional<Map<String, Object>>> decide) {
        for (int race = 0; race < MAX_LOST_RACES; race++) {
            LedgerState before = state();
            Optional<Map<String, Object>> body = decide.apply(before);
            if (body.isEmpty()) {
                return before;
            }
            byte[] line = LedgerLine.encode(before.lines(), before.head(), body.get(), key);
            LedgerState after = before.with(LedgerLine.decode(
                    before.lines(), before.head(), line)); // what could not be read again is not written
            if (create(before.lines(), line)) {
                return after;
            }
        }
        throw new IllegalStateException("The ledger " + store + " was written to by others " + MAX_LOST_RACES
                + " times in a row. Try again when fewer runs start at once.");
    }

    /** Whether the line in the store is ours: a store may report a lost race against its own retried request. */
    private boolean create(long number, byte[] line) {
        try {
            String name = LedgerLine.name(number);
            return store.createIfAbsent(name, line) || Arrays.equals(store.read(name), line);
        } catch (IOException e) {
            throw failed("written", e);
        }
    }

    private LedgerState state() {
        return LedgerState.of(read());
    }

    private List<LedgerLine> read() {
        try {
            return LineReader.read(store);
        } catch (IOException e) {
            throw failed("read", e);
        }
    }

    /** The JDK says by the kind of exception what is wrong with a file, and in its message which. */
    private UncheckedIOException failed(String what, IOException e) {
        String why = e instanceof FileSystemException
                ? e.getClass().getSimpleName() + ": " + e.getMessage()
                : String.valueOf(e.getMessage());
        return new UncheckedIOException(
                "The ledger " + store + " could not be " + what + " (" + why
                        + "). Check its address, the space left, and this user's right to read and write there.",
                e);
    }
}
