package dev.sotto.job.plan;

import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.job.train.Costs;
import org.jspecify.annotations.Nullable;

/**
 * One setting, and what comes of it.
 *
 * @param batchSize units a step, in expectation
 * @param costs what it would release
 * @param epsilon of the run alone, at the settings' delta, as a run reports it
 * @param seconds of all its steps; null where they were not measured
 * @param asked whether it is what the run was asked for
 */
record Cell(
        double batchSize,
        double epochs,
        Costs costs,
        double epsilon,
        Signal signal,
        @Nullable Double seconds,
        boolean asked) {
    PrivacyPlan plan() {
        return costs.plans().get(0);
    }
}
