package dev.sotto.job.store;

import dev.sotto.accountant.math.Check;

/**
 * How far one attempt at a run had come when it wrote a checkpoint.
 *
 * @param attempt which attempt, from 1
 * @param first the step at which it began: the number of steps behind the state that it took over
 * @param step the number of steps behind this checkpoint's state, ≥ first
 * @param every how many steps it takes from one checkpoint to the next, ≥ 1
 * @param end the step that the attempt ends before, ≥ step
 */
public record Reached(int attempt, long first, long step, long every, long end) {

    public Reached {
        Check.that(attempt >= 1, "attempts count from 1, got %s", attempt);
        Check.that(first >= 0 && step >= first, "an attempt that began at step %s cannot be at %s", first, step);
        Check.that(end >= step, "an attempt that ends before step %s cannot be at %s", end, step);
        Check.that(every >= 1, "a checkpoint is kept every 1 step or more, got %s", every);
    }

    /** Whether nothing was drawn after this checkpoint. */
    boolean isLast() {
        return step == end;
    }

    /**
     * The most noise draws that the attempt can have made, if this is the last of its checkpoints: it draws nothing beyond the
     * next one until that is written, and nothing beyond its end.
     */
    public long mostDrawn() {
        return Math.min(step + every, end) - first;
    }
}
