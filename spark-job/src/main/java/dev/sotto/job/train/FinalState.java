package dev.sotto.job.train;

import dev.sotto.core.train.TrainState;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.store.Checkpoint;
import dev.sotto.job.store.Checkpoints;
import dev.sotto.job.store.OutputFolder;
import dev.sotto.job.store.Reached;
import dev.sotto.job.store.RunIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;

/**
 * The state behind a run's last step. It is kept, as a checkpoint, until the results are written whole: all noise is drawn and paid for by
 * then, and must not be lost to a full disk.
 *
 * @param kept where it is
 * @param moveTo where it has to be for the run to go on, if that could not be written either; else empty
 */
record FinalState(Checkpoints kept, String moveTo) {

    /** That of a run which keeps checkpoints: its last one. */
    static FinalState of(Checkpoints checkpoints) {
        return new FinalState(checkpoints, "");
    }

    /** Keeps that of a run without checkpoints, in its output folder or, where nothing can be written there, on this machine. */
    static FinalState keep(
            OutputFolder output, RunIdentity run, int attempt, TrainState state, long steps, Configuration hadoop) {
        try {
            return new FinalState(written(output, run, attempt, state, steps, hadoop), "");
        } catch (SottoException cannotWrite) {
            try {
                var here = OutputFolder.create(
                        Files.createTempDirectory("sotto-run-").toUri().toString(), false, hadoop);
                return new FinalState(
                        written(here, run, attempt, state, steps, hadoop), output.address(Checkpoints.FOLDER));
            } catch (IOException noRoomHereEither) {
                throw new UncheckedIOException(noRoomHereEither);
            }
        }
    }

    private static Checkpoints written(
            OutputFolder folder, RunIdentity run, int attempt, TrainState state, long steps, Configuration hadoop) {
        Checkpoints checkpoints = Checkpoints.in(folder, steps, hadoop);
        int number = checkpoints.claim(run.run(), attempt);
        checkpoints.write(new Checkpoint(new Reached(number, 0, steps, steps, steps), state), run);
        return checkpoints;
    }

    /**
     * Writes the results, and takes the state away once they are whole.
     *
     * @throws SottoException if they cannot be written: says where the state is and how the run goes on
     */
    void until(Runnable resultsAreWritten) {
        try {
            resultsAreWritten.run();
        } catch (SottoException | UncheckedIOException cannotWrite) {
            throw new SottoException(
                    ExitCode.OUTPUT,
                    "The run is done, but its results could not be written: " + cannotWrite.getMessage()
                            + " What it has trained is kept in " + kept.address()
                            + (moveTo.isEmpty() ? "" : ", to be moved to " + moveTo)
                            + ". Make room or mend the address, and give the same command again: it writes the results, without"
                            + " another step and without reading a row.",
                    cannotWrite);
        }
        kept.delete();
    }
}
