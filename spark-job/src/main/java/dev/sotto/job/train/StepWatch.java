package dev.sotto.job.train;

import dev.sotto.job.report.Console;
import dev.sotto.job.report.Progress;
import org.jspecify.annotations.Nullable;

/** Counts the steps that noise was drawn for, which is what a run costs, and shows how far it has come. */
final class StepWatch implements TrainLoop.Watch, AutoCloseable {

    private final Console console;
    private final EpsilonCurve curve;
    private final long steps;
    private long drawn;
    private @Nullable Progress progress; // from the first step on, so that the time left is that of steps alone

    StepWatch(Console console, EpsilonCurve curve, long steps) {
        this.console = console;
        this.curve = curve;
        this.steps = steps;
    }

    /** Steps that are to be charged. */
    long drawn() {
        return drawn;
    }

    @Override
    public void begins() {
        progress = console.progress();
    }

    @Override
    public void drawsNoise(long step) {
        drawn = step + 1;
    }

    @Override
    public void done(long step) {
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
