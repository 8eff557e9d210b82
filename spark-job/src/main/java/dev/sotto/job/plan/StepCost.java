package dev.sotto.job.plan;

import dev.sotto.core.check.StepTimes;
import dev.sotto.core.privacy.PrivacyPlan;

/**
 * How long a step takes on so many cores, by what its parts take on one machine. Rows are spread as chance has it, and a step waits for the
 * core with the most of them. Not in it: the network, reading and encoding the table once, executors that differ.
 *
 * @param cores of all executors
 * @param rowsPerUnit in the mean
 */
record StepCost(StepTimes times, int cores, double rowsPerUnit) {
    // What Spark takes for a job, for a task, and for a level of the tree that adds sums of many tasks up:
    // docs/scaling.md.
    private static final double A_JOB = 0.019;
    private static final double A_TASK = 0.00031;
    private static final double A_LEVEL = 0.05;

    /** Sums that the driver adds itself. */
    private static final int SUMS = 64;

    /** Seconds of the core with the most rows. */
    double gradients(PrivacyPlan plan) {
        double mean = plan.expectedBatchSize() / cores;
        double spread =
                Math.sqrt(2 * mean * (1 - plan.samplingProbability()) * Math.log(cores)); // of the greatest of so many
        return (mean + spread) * rowsPerUnit * times.row();
    }

    /** Seconds of the driver: Spark's own, sums, what is left of the noise that it draws while executors compute, and the update. */
    double driver(PrivacyPlan plan) {
        return A_JOB
                + A_TASK * cores
                + (cores > SUMS ? A_LEVEL : 0)
                + times.sum() * Math.min(cores, SUMS)
                + Math.max(0, times.noise() - gradients(plan))
                + times.update();
    }

    /** Seconds of a step. */
    double step(PrivacyPlan plan) {
        return gradients(plan) + driver(plan);
    }

    /** Seconds of all steps, and of what is computed once beforehand where the head learns alone. */
    double run(PrivacyPlan plan) {
        return plan.steps() * step(plan) + plan.units() * rowsPerUnit * times.features() / cores;
    }
}
