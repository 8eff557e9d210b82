package dev.sotto.job.train;

import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.GaussianMechanism;
import dev.sotto.core.privacy.NoisySum;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.step.ModelRef;
import dev.sotto.job.step.StepSum;
import dev.sotto.job.step.StepTask;
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
    private final ModelRef model;
    private final Recipe recipe;

    public TrainLoop(
            JavaSparkContext spark, Broadcast<SerializableConfiguration> hadoop, ModelRef model, Recipe recipe) {
        this.spark = spark;
        this.hadoop = hadoop;
        this.model = model;
        this.recipe = recipe;
    }

    /**
     * Runs what is left of the recipe's steps, and gives the state after the last.
     *
     * @param key of this attempt alone
     * @param attempt whose state is moved
     */
    TrainState run(RunKey key, JavaRDD<EncodedPartition> partitions, Attempt attempt, Watch watch) {
        var mechanism = new GaussianMechanism(recipe.plan(), key);
        var partitionStep = recipe.partitionStep(key.samplingKey(), attempt.number() - 1);
        var sums = new StepSum(partitions);
        TrainState state = attempt.state();
        watch.begins(attempt.first(), state);
        long end = attempt.end(recipe.plan());
        mechanism.drawAhead(attempt.first(), state.trained().length);
        for (long step = attempt.first(); step < end; step++) {
            spark.setJobDescription("Step " + (step + 1) + " of " + end);
            float[] parameters = state.trained();
            if (step + 1 < end) {
                mechanism.drawAhead(step + 1, parameters.length); // while executors compute this step and the next
            }
            Broadcast<float[]> trained = spark.broadcast(parameters);
            ClippedSum sum = sums.of(
                    partitions.mapPartitionsWithIndex(new StepTask(partitionStep, step, model, trained, hadoop), true));
            trained.destroy();
            if (sums.executorsChanged()) {
                watch.tableIsRead();
            }
            watch.drawsNoise(step);
            NoisySum noisy = mechanism.release(sum, step);
            watch.released(step);
            state.update(recipe, step, noisy);
            watch.done(step, state);
        }
        return state;
    }
}
