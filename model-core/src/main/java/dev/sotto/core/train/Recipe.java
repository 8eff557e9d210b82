package dev.sotto.core.train;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.optim.Segments;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.SamplingKey;

/**
 * All of a training run, or of one phase of it, but its data, its model and its secrets: public.
 *
 * @param learning which of the trained numbers learn, in a run with several phases
 * @param groups what of a unit's gradient is shortened apart, before all of it is as the plan says
 * @param segments which of the trained numbers are one tensor, and its share of the learning rate
 */
public record Recipe(
        PrivacyPlan plan,
        Subvector learning,
        ClippingGroups groups,
        Optimizer optimizer,
        Schedule schedule,
        Segments segments,
        Microbatches.Limit limit,
        RowIndependence independence) {

    /** One that takes all trained numbers for one tensor, and clips them together. */
    public Recipe(
            PrivacyPlan plan,
            Optimizer optimizer,
            Schedule schedule,
            Microbatches.Limit limit,
            RowIndependence independence) {
        this(plan, Subvector.WHOLE, ClippingGroups.JOINT, optimizer, schedule, Segments.UNDIVIDED, limit, independence);
    }

    /** The same by another plan. */
    public Recipe with(PrivacyPlan other) {
        return new Recipe(other, learning, groups, optimizer, schedule, segments, limit, independence);
    }

    /** The variance of the noise in each number of a released mean gradient, (σR/(qN))², in squared gradient units. */
    public double noiseVariance() {
        double deviation = plan.noiseMultiplier() * plan.clipping().bound() / plan.expectedBatchSize();
        return deviation * deviation;
    }

    /** The part of a step that runs beside the data. */
    public PartitionStep partitionStep(SamplingKey key, long attempt) {
        return new PartitionStep(plan, groups, key, attempt, limit, independence);
    }
}
