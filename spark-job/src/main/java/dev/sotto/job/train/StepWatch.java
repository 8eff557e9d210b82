package dev.sotto.job.train;

import dev.sotto.core.train.TrainState;
import dev.sotto.job.report.Console;
import dev.sotto.job.report.Progress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Counts the noise draws, which is what an attempt costs, keeps its checkpoints, and shows how far it has come. */
final class StepWatch implements TrainLoop.Watch, AutoCloseable {

    private final Console console;
    private final EpsilonCurve curve;
    private final long steps;
    private final Optional<Keeper> keeper;
    private long drawn;
    private @Nullable Progress progress; // from the first step on, so that the time left is that of steps alone

    StepWatch(Console console, EpsilonCurve curve, long steps, Optional<Keeper> keeper) {
        this.console = console;
        this.curve = curve;
        this.steps = steps;
        this.keeper = keeper;
    }

    /** Draws that are to be charged to this attempt. */
    long drawn() {
        return drawn;
    }

    @Override
    public void begins(long step, TrainState state) {
        keeper.ifPresent(each -> each.reached(step, state));
        progress = console.progress();
    }

    @Override
    public void drawsNoise(long step) {
        drawn++;
    }

    @Override
    public void done(long step, TrainState state) {
        keeper.ifPresent(each -> each.reached(step + 1, state));
        if (progress != null) {
            progress.step(step + 1, steps, curve.after(step + 1));
        }
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }
}
