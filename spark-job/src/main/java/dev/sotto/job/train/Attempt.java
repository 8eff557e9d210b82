package dev.sotto.job.train;

import dev.sotto.accountant.DpEvent;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.store.Checkpoint;
import dev.sotto.job.store.Checkpoints;
import dev.sotto.job.store.Reached;
import dev.sotto.job.store.RunIdentity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One attempt at a run: where it begins, and what earlier ones may have cost. Noise is never drawn again, so each attempt has
 * keys of its own, and each pays for its draws: an entry of its own in the ledger, reserved before the first.
 *
 * @param number from 1
 * @param first the step to begin at: the number of steps behind the state
 * @param state the public state to go on from
 * @param earlier all before it, ascending
 */
record Attempt(int number, long first, TrainState state, List<Earlier> earlier) {

    /**
     * An attempt before this one.
     *
     * @param mostDrawn how many noise draws it can have made at most
     */
    record Earlier(int number, long mostDrawn) {}

    Attempt {
        earlier = List.copyOf(earlier);
    }

    /** The only one, of a run that keeps no checkpoints. */
    static Attempt only(TrainState initial) {
        return new Attempt(1, 0, initial, List.of());
    }

    /**
     * The next attempt: it takes the run over from all others, and goes on from the state with the most steps behind it.
     *
     * @param initial the state to begin with where none is kept
     */
    static Attempt next(Checkpoints checkpoints, RunIdentity run, Recipe recipe, TrainState initial, int dimension) {
        checkpoints.lastOfEach(
                Integer.MAX_VALUE, run, recipe.optimizer(), dimension); // a foreign run must not take over
        int number = checkpoints.claim(run.run());
        List<Checkpoint> kept = checkpoints.lastOfEach(number, run, recipe.optimizer(), dimension);
        var mostDrawn = new long[number]; // of an attempt without a checkpoint: nothing, see Checkpoints
        for (Checkpoint last : kept) {
            Reached reached = last.reached();
            mostDrawn[reached.attempt()] = reached.mostDrawn(recipe.plan().steps());
        }
        List<Earlier> earlier = IntStream.range(1, number)
                .mapToObj(each -> new Earlier(each, mostDrawn[each]))
                .toList();
        return kept.stream()
                .max(Comparator.comparingLong(each -> each.reached().step()))
                .map(best -> new Attempt(number, best.reached().step(), best.state(), earlier))
                .orElseGet(() -> new Attempt(number, 0, initial, earlier));
    }

    /** Its name in the ledger; no run id holds a slash. */
    String entry(String runId) {
        return entry(runId, number);
    }

    static String entry(String runId, int number) {
        return number == 1 ? runId : runId + "/" + number;
    }

    /** Noise draws that earlier attempts may have made. */
    long drawnBefore() {
        return earlier.stream().mapToLong(Earlier::mostDrawn).sum();
    }

    /** All draws of the run: those of earlier attempts at their most, and {@code drawn} of this one. */
    DpEvent event(PrivacyPlan plan, long drawn) {
        List<DpEvent> events = new ArrayList<>();
        earlier.stream()
                .filter(each -> each.mostDrawn() > 0)
                .forEach(each -> events.add(plan.eventOf(each.mostDrawn())));
        events.add(plan.eventOf(drawn));
        return new DpEvent.Composed(events);
    }
}
