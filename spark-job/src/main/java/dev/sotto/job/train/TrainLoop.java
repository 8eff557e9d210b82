package dev.sotto.job.train;

import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.GaussianMechanism;
import dev.sotto.core.privacy.NoisySum;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.PartitionStep;
import dev.sotto.core.train.Phases;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.step.ModelRef;
import dev.sotto.job.step.StepSum;
import dev.sotto.job.step.StepTask;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** The driver's loop: per step one Spark job, one sum, one noise draw, one update. */
public final class TrainLoop {

    /** Told of each step, from 0. */
    public interface Watch {
        /** The first of this attempt's steps is about to begin, on this state. */
        void begins(long step, TrainState state);

        /** Rows of the table have been read, at first or once more, and nothing that was made of them is released yet. */
        default void tableIsRead() {}

        /** Noise is about to be drawn: from here on the step is charged, whatever becomes of it. */
        void drawsNoise(long step);

        /** The noisy sum is there. */
        default void released(long step) {}

        /** The parameters have been updated, to this state. */
        void done(long step, TrainState state);
    }

    private final JavaSparkContext spark;
    private final Broadcast<SerializableConfiguration> hadoop;
    private final List<ModelRef> models;
    private final Phases phases;

    /** @param models what each phase computes with */
    public TrainLoop(
            JavaSparkContext spark, Broadcast<SerializableConfiguration> hadoop, List<ModelRef> models, Phases phases) {
        this.spark = spark;
        this.hadoop = hadoop;
        this.models = models;
        this.phases = phases;
    }

    /**
     * Runs what is left of the run's steps, and gives the state after the last.
     *
     * @param keys of each phase, of this attempt alone
     * @param attempt whose state is moved
     */
    TrainState run(IntFunction<RunKey> keys, JavaRDD<EncodedPartition> partitions, Attempt attempt, Watch watch) {
        var sums = new StepSum(partitions);
        TrainState state = attempt.state();
        watch.begins(attempt.first(), state);
        long end = attempt.end(phases.steps());
        long step = attempt.first();
        while (step < end) {
            int phase = phases.at(step);
            var steps = new PhaseSteps(phase, keys.apply(phase), attempt.number() - 1);
            long last = Math.min(end, phases.before(phase + 1));
            steps.drawAhead(step, state);
            for (; step < last; step++) {
                spark.setJobDescription("Step " + (step + 1) + " of " + end);
                if (step + 1 < last) {
                    steps.drawAhead(step + 1, state); // while executors compute this step and the next
                }
                ClippedSum sum = steps.sum(step, sums, partitions, state);
                if (sums.executorsChanged()) {
                    watch.tableIsRead();
                }
                watch.drawsNoise(step);
                NoisySum noisy = steps.release(sum, step);
                watch.released(step);
                state.update(steps.recipe, steps.inPhase(step), noisy);
                if (step + 1 == phases.before(phase + 1) && step + 1 < phases.steps()) {
                    state = state.next(phases.list().get(phase + 1));
                }
                watch.done(step, state);
            }
        }
        return state;
    }

    /** The steps of one phase: a run of its own, with keys of its own, in which they count from 0. */
    private final class PhaseSteps {
        private final int phase;
        private final Recipe recipe;
        private final GaussianMechanism mechanism;
        private final PartitionStep partitionStep;

        PhaseSteps(int phase, RunKey key, long attempt) {
            this.phase = phase;
            this.recipe = phases.list().get(phase);
            this.mechanism = new GaussianMechanism(recipe.plan(), key);
            this.partitionStep = recipe.partitionStep(key.samplingKey(), attempt);
        }

        long inPhase(long step) {
            return step - phases.before(phase);
        }

        void drawAhead(long step, TrainState state) {
            mechanism.drawAhead(inPhase(step), state.dimension());
        }

        ClippedSum sum(long step, StepSum sums, JavaRDD<EncodedPartition> partitions, TrainState state) {
            Broadcast<float[]> trained = spark.broadcast(state.trained());
            var task = new StepTask(partitionStep, inPhase(step), models.get(phase), trained, hadoop);
            ClippedSum sum = sums.of(partitions.mapPartitionsWithIndex(task, true));
            trained.destroy();
            return sum;
        }

        NoisySum release(ClippedSum sum, long step) {
            return mechanism.release(sum, inPhase(step));
        }
    }
}
