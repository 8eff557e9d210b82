package dev.sotto.job.train;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Run;
import dev.sotto.core.train.Phases;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.store.Checkpoint;
import dev.sotto.job.store.Checkpoints;
import dev.sotto.job.store.Reached;
import dev.sotto.job.store.RunIdentity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * One attempt at a run: where it begins, and what earlier ones may have cost. Noise is never drawn again, so each attempt has
 * keys of its own, and each pays for its draws: an entry of its own in the ledger, reserved before the first.
 *
 * @param number from 1
 * @param first the step to begin at: the number of steps behind the state
 * @param state the public state to go on from
 * @param earlier all before it, ascending
 * @param most the step to end before, where that is earlier than the run's end
 */
record Attempt(int number, long first, TrainState state, List<Earlier> earlier, long most) {

    /**
     * An attempt before this one.
     *
     * @param first the step that it began at
     * @param mostDrawn for how many steps from there it can have drawn noise at most
     * @param counted whether it can have counted the usable units
     */
    record Earlier(int number, long first, long mostDrawn, boolean counted) {}

    Attempt {
        earlier = List.copyOf(earlier);
    }

    /** One that takes all of the run's steps. */
    Attempt(int number, long first, TrainState state, List<Earlier> earlier) {
        this(number, first, state, earlier, Long.MAX_VALUE);
    }

    /** The only one, of a run that keeps no checkpoints. */
    static Attempt only(TrainState initial) {
        return only(1, initial);
    }

    /** One that begins anew, after others of its name that came to nothing. */
    static Attempt only(int number, TrainState initial) {
        return new Attempt(number, 0, initial, List.of());
    }

    /** The next attempt at a run of which no other is known elsewhere. */
    static Attempt next(Checkpoints checkpoints, RunIdentity run, Phases phases, TrainState initial, int dimension) {
        return next(checkpoints, run, phases, initial, dimension, 1);
    }

    /**
     * The next attempt: it takes the run over from all others, and goes on from the state with the most steps behind it.
     *
     * @param initial the state to begin with where none is kept
     * @param least its number, if it is the first that is made here
     */
    static Attempt next(
            Checkpoints checkpoints, RunIdentity run, Phases phases, TrainState initial, int dimension, int least) {
        checkpoints.lastOfEach(Integer.MAX_VALUE, run, phases, dimension); // a foreign run must not take over
        int number = checkpoints.claim(run.run(), least);
        List<Checkpoint> kept = checkpoints.lastOfEach(number, run, phases, dimension);
        var first = new long[number];
        var mostDrawn = new long[number]; // of an attempt without a checkpoint: nothing, see Checkpoints
        Set<Integer> counted = new HashSet<>(checkpoints.counted());
        for (Checkpoint last : kept) {
            Reached reached = last.reached();
            first[reached.attempt()] = reached.first();
            mostDrawn[reached.attempt()] = reached.mostDrawn();
            if (reached.first() == 0) {
                counted.add(reached.attempt()); // a final state is kept without a note of the count
            }
        }
        List<Earlier> earlier = IntStream.range(checkpoints.firstClaim(), number)
                .mapToObj(each -> new Earlier(each, first[each], mostDrawn[each], counted.contains(each)))
                .toList();
        return kept.stream()
                .max(Comparator.comparingLong(each -> each.reached().step()))
                .map(best -> new Attempt(number, best.reached().step(), best.state(), earlier))
                .orElseGet(() -> new Attempt(number, 0, initial, earlier));
    }

    /** Its name in the ledger; no run id holds a slash. */
    String entry(String runId) {
        return Run.entry(runId, number);
    }

    /**
     * The number of steps behind the state that it ends with.
     *
     * @param steps of the whole run
     */
    long end(long steps) {
        return Math.min(most, steps);
    }

    /**
     * Noise draws that it makes itself.
     *
     * @param steps of the whole run
     */
    long draws(long steps) {
        return end(steps) - first;
    }

    /** All draws of the run, once this attempt has made all of its own. */
    DpEvent event(Costs costs) {
        return event(costs, draws(costs.steps()));
    }

    /** The same attempt with only as many steps as keep the whole run within (epsilon, delta): perhaps none. */
    Attempt within(double epsilon, double delta, Costs costs, Accountant accountant) {
        long fits = 0;
        long tooMany = draws(costs.steps()) + 1;
        while (tooMany - fits > 1) {
            long middle = fits + (tooMany - fits) / 2;
            boolean keeps = accountant.epsilon(event(costs, middle), delta).upper() <= epsilon;
            fits = keeps ? middle : fits;
            tooMany = keeps ? tooMany : middle;
        }
        return new Attempt(number, first, state, earlier, first + fits);
    }

    /** The first of the earlier attempts that can have released something of the table. */
    Optional<Integer> firstToRelease() {
        return earlier.stream()
                .filter(each -> each.mostDrawn() > 0 || each.counted())
                .map(Earlier::number)
                .findFirst();
    }

    /** Noise draws that earlier attempts may have made. */
    long drawnBefore() {
        return earlier.stream().mapToLong(Earlier::mostDrawn).sum();
    }

    /** Whether it counts the usable units: what goes on from a later step has passed that. */
    boolean counts() {
        return first == 0;
    }

    /** All draws of the run: those of earlier attempts at their most, and {@code drawn} steps of this one with its count. */
    DpEvent event(Costs costs, long drawn) {
        List<DpEvent> events = new ArrayList<>();
        earlier.forEach(each -> events.add(costs.of(each.counted(), each.first(), each.mostDrawn())));
        events.add(costs.of(counts(), first, drawn));
        return new DpEvent.Composed(events);
    }
}
