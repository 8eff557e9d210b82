package dev.sotto.job.train;

import dev.sotto.core.train.TrainState;
import dev.sotto.job.data.TableFiles;
import dev.sotto.job.report.Console;
import dev.sotto.job.report.Progress;
import dev.sotto.job.train.PhaseTimes.Phase;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the noise draws, which is what an attempt costs, keeps its checkpoints, holds the table to what it was, and tells people, logs
 * and metrics how far the attempt has come. What is told is a function of the plan and the step.
 */
final class StepWatch implements TrainLoop.Watch, AutoCloseable {

    /** Where the attempt is between two steps: how many are behind the state, and how many draws were made for them. */
    private record Behind(long step, TrainState state, long drawn) {}

    private final Console console;
    private final RunLog log;
    private final RunMetrics metrics;
    private final PhaseTimes times = new PhaseTimes();
    private final EpsilonCurve curve;
    private final long steps;
    private final Optional<Keeper> keeper;
    private final TableFiles table;
    private boolean counted;
    private long drawn;
    private @Nullable Behind behind; // from the first step on
    private @Nullable Progress progress; // from the first step on, so that the time left is that of steps alone

    /** @param measurePhases whether the metrics tell how long each phase takes, which depends on private rows */
    StepWatch(
            Console console,
            RunLog log,
            RunMetrics metrics,
            EpsilonCurve curve,
            long steps,
            Optional<Keeper> keeper,
            TableFiles table,
            boolean measurePhases) {
        this.console = console;
        this.log = log;
        this.metrics = metrics;
        this.curve = curve;
        this.steps = steps;
        this.keeper = keeper;
        this.table = table;
        if (measurePhases) {
            metrics.tellPhases(times);
        }
    }

    /** The usable units are about to be counted, which is charged from here on. */
    void counts() {
        keeper.ifPresent(Keeper::counts);
        counted = true;
    }

    /** Whether a count is to be charged to this attempt. */
    boolean counted() {
        return counted;
    }

    /** Steps whose noise is to be charged to this attempt. */
    long drawn() {
        return drawn;
    }

    /**
     * Keeps what there is to go on from, if the attempt was asked to end between two steps.
     *
     * @return the number of steps behind it; empty if the first could not begin
     */
    OptionalLong ends() {
        Behind last = behind;
        if (last == null) {
            return OptionalLong.empty();
        }
        if (last.drawn == drawn) { // else noise is drawn that no state has: the last checkpoint's bound counts it
            keeper.ifPresent(each -> each.ends(last.step, last.state));
        }
        return OptionalLong.of(last.step);
    }

    @Override
    public void begins(long step, TrainState state) {
        behind = new Behind(step, state, drawn);
        keeper.ifPresent(each -> each.reached(step, state));
        progress = console.progress();
        times.enter(Phase.EXECUTORS);
    }

    @Override
    public void tableIsRead() {
        table.requireUnchanged();
    }

    @Override
    public void drawsNoise(long step) {
        times.enter(Phase.NOISE);
        drawn++;
        metrics.draws(step);
    }

    @Override
    public void released(long step) {
        times.enter(Phase.UPDATE);
    }

    @Override
    public void done(long step, TrainState state) {
        times.enter(Phase.KEEPING);
        metrics.done(step);
        behind = new Behind(step + 1, state, drawn);
        keeper.ifPresent(each -> each.reached(step + 1, state));
        double epsilon = curve.after(step + 1);
        log.stepDone(step + 1, steps, epsilon);
        if (progress != null) {
            progress.step(step + 1, steps, epsilon);
        }
        times.enter(Phase.EXECUTORS);
    }

    @Override
    public void close() {
        if (progress != null) {
            progress.close();
        }
    }
}
