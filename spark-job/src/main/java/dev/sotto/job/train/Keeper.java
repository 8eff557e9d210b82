package dev.sotto.job.train;

import dev.sotto.core.train.TrainState;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.store.Checkpoint;
import dev.sotto.job.store.Checkpoints;
import dev.sotto.job.store.Reached;
import dev.sotto.job.store.RunIdentity;

/**
 * Keeps one attempt's checkpoints, and ends it once a later one has begun: see {@link Checkpoints} for why in this order.
 *
 * @param end the step that the attempt ends before
 */
record Keeper(Checkpoints checkpoints, RunIdentity run, int attempt, long first, long end) {

    /**
     * Before the usable units are counted.
     *
     * @throws SottoException if a later attempt has taken over, or it cannot be noted that they are: then nothing may be counted
     */
    void counts() {
        checkpoints.counts(attempt, run);
        requireNewest(0);
    }

    /** When the attempt ends before its last step, in order: a checkpoint that no draw follows. */
    void ends(long step, TrainState state) {
        checkpoints.write(new Checkpoint(new Reached(attempt, first, step, checkpoints.every(), step), state), run);
    }

    /**
     * Before the first step, and after each, with the number of steps behind the state.
     *
     * @throws SottoException if a later attempt has taken over, or the checkpoint cannot be written: in both cases no more noise
     *     may be drawn
     */
    void reached(long step, TrainState state) {
        long every = checkpoints.every();
        if ((step - first) % every != 0 && step != end) {
            return;
        }
        checkpoints.write(new Checkpoint(new Reached(attempt, first, step, every, end), state), run);
        requireNewest(step);
    }

    private void requireNewest(long step) {
        if (checkpoints.isSuperseded(attempt)) {
            throw new SottoException(
                    ExitCode.OUTPUT,
                    "Another attempt at run " + run.run() + " has begun and takes over from step " + step
                            + " or before; this one ends here, charged for what it drew. Nothing is to be done, unless the"
                            + " run was meant to be submitted once.");
        }
    }
}
