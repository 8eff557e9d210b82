package dev.sotto.accountant.ledger;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.Mechanism.Steps;
import dev.sotto.accountant.json.EventJson;
import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.math.Check;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The account of one data set: all runs ever made on it, composed by privacy loss distributions under add/remove
 * neighbours.
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
    private final Accountant accountant = new BestAccountant();

    private Ledger(LedgerStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** The ledger in this store; an empty store is an empty ledger. Reads it once, so that a damaged one shows at once. */
    public static Ledger open(LedgerStore store) {
        return open(store, Clock.systemUTC());
    }

    /** As {@link #open(LedgerStore)}, with the clock that dates the lines. */
    public static Ledger open(LedgerStore store, Clock clock) {
        Ledger ledger = new Ledger(store, clock);
        ledger.state();
        return ledger;
    }

    /**
     * Charges the whole cost of a run, if it fits.
     *
     * @param runId the same at every re-submission of this run, and of no other; 1 to 200 characters
     * @param event all the run may draw
     * @param budget what all runs may cost; the ledger's own budget, if one is set, holds as well
     * @return the reservation; of an earlier call if the run is already there with the same event
     * @throws BudgetExceededException if a budget would be passed; nothing is written
     * @throws IllegalStateException if the run is already there with another event
     */
    public Reservation reserve(String runId, DpEvent event, Optional<Budget> budget) {
        checkRunId(runId);
        Mechanism.of(event, Adjacency.ADD_OR_REMOVE_ONE); // refuses what could never be accounted for
        Map<String, Object> json = EventJson.write(event);
        boolean[] fresh = {false};
        LedgerState state = append(before -> {
            Optional<Run> known = Optional.ofNullable(before.runs().get(runId));
            if (known.isPresent()) {
                checkSame(runId, json, EventJson.write(known.get().reserved()));
                fresh[0] = false;
                return Optional.empty();
            }
            budget.ifPresent(b -> checkFits(runId, before, event, b));
            before.budget().ifPresent(b -> checkFits(runId, before, event, b));
            fresh[0] = true;
            return Optional.of(body("reserve", "run", runId, "event", json));
        });
        return new Reservation(state.known(runId), fresh[0]);
    }

    /**
     * Replaces a run's reservation by what it drew noise for.
     *
     * @param actual no more of any mechanism than was reserved
     * @throws IllegalStateException if the run has no reservation, or was settled to something else
     * @throws IllegalArgumentException if {@code actual} is not covered by the reservation
     */
    public Run settle(String runId, DpEvent actual) {
        Map<String, Object> json = EventJson.write(actual);
        return append(before -> {
                    Run run = before.known(runId);
                    checkCovered(run, actual);
                    if (run.settled().isPresent()) {
                        checkSame(runId, json, EventJson.write(run.settled().get()));
                        return Optional.empty();
                    }
                    return Optional.of(body("settle", "run", runId, "event", json));
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
        append(before -> before.budget().equals(Optional.of(budget))
                ? Optional.empty()
                : Optional.of(body("budget", "epsilon", budget.epsilon(), "delta", budget.delta())));
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

    /** What everything charged costs: bounds on ε at δ. */
    public Bounds spent(double delta) {
        return accountant.epsilon(state().charged(), delta);
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

    private void checkFits(String runId, LedgerState before, DpEvent event, Budget budget) {
        double needed = accountant
                .epsilon(new DpEvent.Composed(List.of(before.charged(), event)), budget.delta())
                .upper();
        if (!(needed <= budget.epsilon())) {
            double spent = accountant.epsilon(before.charged(), budget.delta()).upper();
            throw new BudgetExceededException(runId, budget, spent, needed);
        }
    }

    private static void checkSame(String runId, Map<String, Object> asked, Map<String, Object> found) {
        if (!Json.write(asked).equals(Json.write(found))) {
            throw new IllegalStateException("Run " + runId + " is in the ledger with " + Json.write(found)
                    + ", and now asks for " + Json.write(asked)
                    + ": one of them would go uncounted. A different run needs a run id of its own.");
        }
    }

    private static void checkCovered(Run run, DpEvent actual) {
        Map<Mechanism, Long> reserved = new LinkedHashMap<>();
        for (Steps steps : Mechanism.of(run.reserved(), Adjacency.ADD_OR_REMOVE_ONE)) {
            reserved.put(steps.mechanism(), steps.count());
        }
        for (Steps steps : Mechanism.of(actual, Adjacency.ADD_OR_REMOVE_ONE)) {
            long covered = reserved.getOrDefault(steps.mechanism(), 0L);
            Check.that(
                    steps.count() <= covered,
                    "Run %s settles for %s steps of %s and had reserved %s: what is drawn must be reserved first."
                            + " Reserve the rest under a run id of its own.",
                    run.id(),
                    steps.count(),
                    steps.mechanism(),
                    covered);
        }
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
            byte[] line = LedgerLine.encode(before.lines(), before.head(), body.get());
            if (create(before.lines(), line)) {
                return before.with(LedgerLine.decode(before.lines(), before.head(), line));
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
            throw new UncheckedIOException("The ledger " + store + " could not be written: " + e.getMessage(), e);
        }
    }

    private LedgerState state() {
        try {
            Set<String> names = new HashSet<>(store.list());
            names.removeIf(name -> !name.matches("line-\\d{12}\\.json"));
            LedgerState state = LedgerState.empty();
            while (!names.isEmpty()) {
                String name = LedgerLine.name(state.lines());
                if (!names.remove(name)) {
                    throw new LedgerFormatException(
                            state.lines(), name, "is missing, and there are " + names.size() + " lines after it");
                }
                state = state.with(LedgerLine.decode(state.lines(), state.head(), store.read(name)));
            }
            return state;
        } catch (IOException e) {
            throw new UncheckedIOException("The ledger " + store + " could not be read: " + e.getMessage(), e);
        }
    }
}
