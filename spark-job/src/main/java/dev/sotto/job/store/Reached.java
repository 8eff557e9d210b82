package dev.sotto.job.store;

import dev.sotto.accountant.math.Check;

/**
 * How far one attempt at a run had come when it wrote a checkpoint.
 *
 * @param attempt which attempt, from 1
 * @param first the step at which it began: the number of steps behind the state that it took over
 * @param step the number of steps behind this checkpoint's state, ≥ first
 * @param every how many steps it takes from one checkpoint to the next, ≥ 1; 0 if it ended in order behind this one
 */
public record Reached(int attempt, long first, long step, long every) {

    public Reached {
        Check.that(attempt >= 1, "attempts count from 1, got %s", attempt);
        Check.that(first >= 0 && step >= first, "an attempt that began at step %s cannot be at %s", first, step);
        Check.that(every >= 0, "a checkpoint is kept every 1 step or more, got %s", every);
    }

    /** Whether the attempt ended in order: nothing was drawn after this checkpoint. */
    boolean isLast() {
        return every == 0;
    }

    /**
     * The most noise draws that the attempt can have made, if this is the last of its checkpoints: it draws nothing beyond the
     * next one until that is written, and nothing at all if there was to be no next one.
     *
     * @param steps of the whole run
     */
    public long mostDrawn(long steps) {
        return Math.min(step + every, steps) - first;
    }
}
