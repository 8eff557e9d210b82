package dev.sotto.job.train;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.GaussianMechanism;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.step.StepSum;
import dev.sotto.job.step.UsableUnitsTask;
import org.apache.spark.api.java.JavaRDD;

/**
 * How many units have a row to learn from, counted once, before the first step, with noise, and charged: it tells a table that is
 * misread as a whole, which no single row may tell. The count is a step of the mechanism like any other, of one coordinate and with every
 * unit in it: each adds a gradient of 1, under a bound of 1.
 *
 * @param plan of that step
 */
public record UsableCount(PrivacyPlan plan) {

    /** The noise is so many times that of one release that would cost all of epsilon: training needs some 3 % more noise beside it. */
    private static final double APART = 4;

    /** Of many units it may be more: half a percent of what is counted. */
    private static final double SHARE = 1.0 / 200;

    private static final double LEAST_NOISE = 1;
    private static final double MOST_NOISE = 1e6;

    /** A normal variable is further away with a probability of 2e-9. */
    private static final double DEVIATIONS = 6;

    /** So much may be missing, or be there besides: units is a round number, and some rows are never usable. */
    private static final double PART = 1.0 / 4;

    /**
     * The count for a run.
     *
     * @param units declared
     * @param epsilon of the whole run, or of its steps, at {@code delta}; finite, &gt; 0
     */
    static UsableCount of(long units, double epsilon, double delta, Accountant accountant) {
        double alone = Calibration.noiseMultiplier(accountant, epsilon, delta, 1, 1);
        double noise = Math.min(MOST_NOISE, Math.max(LEAST_NOISE, Math.max(APART * alone, SHARE * units)));
        return new UsableCount(new PrivacyPlan(units, 1, 1, noise, new Clipping.Abadi(1)));
    }

    public DpEvent event() {
        return plan.event();
    }

    /** Standard deviation of what is found, in units. */
    public double noise() {
        return plan.noiseMultiplier();
    }

    /**
     * Counts, which is charged from here on.
     *
     * @param key of this count alone
     * @param isRead is told when rows have been read, before anything is made of them
     */
    long take(JavaRDD<EncodedPartition> partitions, RunKey key, Runnable isRead) {
        var sum = new StepSum(partitions).of(partitions.mapPartitions(new UsableUnitsTask(plan), true));
        isRead.run();
        double mean = new GaussianMechanism(plan, key).release(sum, 0).gradient()[0];
        return Math.max(0, Math.round(mean * plan.units()));
    }

    /** How far from the declared number a count may be: if that number is right, noise takes it further once in 5e8 runs. */
    double tolerance() {
        return Math.max(PART * plan.units(), DEVIATIONS * noise());
    }

    boolean isFar(long found) {
        return Math.abs(found - plan.units()) > tolerance();
    }
}
