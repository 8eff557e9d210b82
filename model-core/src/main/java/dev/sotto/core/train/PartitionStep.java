package dev.sotto.core.train;

import dev.sotto.core.batch.EncodedRows;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.batch.Microbatches.Microbatch;
import dev.sotto.core.batch.Microbatches.UnitPart;
import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.PoissonSampler;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.SamplingKey;
import java.io.Serializable;
import java.util.Arrays;

/**
 * One step on one partition: Poisson sample, microbatches, gradients, clipped integer sum. The only code that does this,
 * whether a Spark task or {@link LocalTrainer} calls it, and a function of its arguments alone: a task that is retried or run
 * twice gives the same sum.
 *
 * @param attempt the run's attempt, part of the sample's address; a resumed run has fresh keys besides
 */
public record PartitionStep(PrivacyPlan plan, SamplingKey key, long attempt, Microbatches.Limit limit)
        implements Serializable {

    /**
     * The sum of the clipped gradients of this step's sample.
     *
     * <p>A unit's loss is the mean of the losses of its rows, so its gradient is the mean of theirs: a person with many rows
     * weighs as much as one with few, before clipping bounds both.
     *
     * @param partition index of the partition, part of the sample's address
     * @param trained [d], the trained parameters
     */
    public ClippedSum run(long step, int partition, EncodedRows rows, RowGradients model, float[] trained) {
        int[] sample = PoissonSampler.sample(key, attempt, step, partition, rows.units(), plan.samplingProbability());
        int d = trained.length;
        var sum = new ClippedSum(plan, d);
        var unit = new float[d]; // the running mean of a unit with several rows
        for (Microbatch microbatch : Microbatches.of(rows, sample, limit)) {
            float[] gradients = model.gradients(rows.batch(microbatch.rows()), trained);
            int row = 0;
            for (UnitPart part : microbatch.parts()) {
                if (part.rowsOfUnit() == 1) {
                    sum.add(gradients, row * d);
                } else {
                    addMean(unit, gradients, row, part);
                    if (part.last()) {
                        sum.add(unit, 0);
                        Arrays.fill(unit, 0);
                    }
                }
                row += part.rows();
            }
        }
        return sum;
    }

    private static void addMean(float[] unit, float[] gradients, int firstRow, UnitPart part) {
        float weight = 1f / part.rowsOfUnit();
        for (int row = firstRow; row < firstRow + part.rows(); row++) {
            int offset = row * unit.length;
            for (int i = 0; i < unit.length; i++) {
                unit[i] += weight * gradients[offset + i];
            }
        }
    }
}
