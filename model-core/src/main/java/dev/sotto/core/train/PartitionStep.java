package dev.sotto.core.train;

import dev.sotto.core.batch.EncodedRows;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.batch.Microbatches.Cut;
import dev.sotto.core.batch.SampledRows;
import dev.sotto.core.engine.DeviceMemoryException;
import dev.sotto.core.pass.AlikePasses;
import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.PoissonSampler;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.SamplingKey;
import java.io.Serializable;

/**
 * One step on one partition: Poisson sample, microbatches, gradients, groups, clipped integer sum. The only code that does this,
 * whether a Spark task or {@link LocalTrainer} calls it, and a function of its arguments alone: a task that is retried or run
 * twice gives the same sum.
 *
 * @param groups what of a unit's gradient is shortened apart, before all of it is as the plan says
 * @param attempt the run's attempt, part of the sample's address; a resumed run has fresh keys besides
 */
public record PartitionStep(
        PrivacyPlan plan,
        ClippingGroups groups,
        SamplingKey key,
        long attempt,
        Microbatches.Limit limit,
        RowIndependence independence)
        implements Serializable {

    public PartitionStep {
        groups.requireToFit(plan);
    }

    /**
     * The sum of the clipped gradients of this step's sample.
     *
     * <p>A unit's loss is the mean of the losses of its rows, so its gradient is the mean of theirs: a person with many rows
     * weighs as much as one with few, before clipping bounds both.
     *
     * @param partition index of the partition, part of the sample's address
     * @param trained the trained parameters, and in a run with phases those that learn in another one
     */
    public ClippedSum run(long step, int partition, EncodedRows rows, GradientModel model, float[] trained) {
        int d = model.dimension(trained);
        groups.requireLength(d);
        int[] sample = PoissonSampler.sample(key, attempt, step, partition, rows.units(), plan.samplingProbability());
        var sampled = SampledRows.of(rows, sample);
        var units = new UnitMeans(sampled.unitSizes(), new ClippedSum(plan, d), groups, d);
        if (independence == RowIndependence.EXACT) {
            AlikePasses.forEach(
                    sampled,
                    rows,
                    limit,
                    model,
                    batch -> model.gradients(batch, trained),
                    (pass, gradients) -> units.add(gradients, pass.length));
        } else {
            Microbatches.tight(sampled, limit).forEach(cut -> add(cut, sampled, rows, model, trained, units));
        }
        return units.sum();
    }

    private static void add(
            Cut cut, SampledRows sampled, EncodedRows rows, GradientModel model, float[] trained, UnitMeans units) {
        int[] pass = sampled.rows(cut.from(), cut.end());
        float[] gradients;
        try {
            gradients = model.gradients(rows.batch(pass, cut.length()), trained);
        } catch (DeviceMemoryException tooLarge) {
            if (pass.length == 1) {
                throw tooLarge;
            }
            for (Cut half : cut.halves()) {
                add(half, sampled, rows, model, trained, units);
            }
            return;
        }
        units.add(gradients, pass.length);
    }
}
