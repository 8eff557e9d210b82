package dev.sotto.core.train;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.SamplingKey;

/** All of a training run but its data, its model and its secrets: public. */
public record Recipe(
        PrivacyPlan plan,
        Optimizer optimizer,
        Schedule schedule,
        Microbatches.Limit limit,
        RowIndependence independence) {

    /** The part of a step that runs beside the data. */
    public PartitionStep partitionStep(SamplingKey key, long attempt) {
        return new PartitionStep(plan, key, attempt, limit, independence);
    }
}
