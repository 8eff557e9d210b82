package dev.sotto.accountant.report;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.math.Check;
import dev.sotto.accountant.pld.PldAccountant;
import dev.sotto.accountant.rdp.RdpAccountant;

/**
 * Scheduled trainings on one table within one budget.
 *
 * @param samplingProbability q = batch size over units
 * @param steps of one training: epochs over q, rounded up
 * @param noiseMultiplier σ, the smallest with which all trainings fit
 * @param retrainings how many trainings the plan is for
 * @param epsilon the budget's ε
 * @param delta and its δ
 */
public record Plan(
        double samplingProbability,
        long steps,
        double noiseMultiplier,
        long retrainings,
        double epsilon,
        double delta) {
    private static final long MAX_TRAININGS = 10_000;

    /**
     * Finds the noise.
     *
     * @param units public number of units of the table
     * @param batchSize expected number of units in a step, in (0, units]
     * @param epochs passes over the table per training, &gt; 0
     * @param retrainings trainings that the budget is to pay for, &ge; 1
     */
    public static Plan find(
            long units, double batchSize, double epochs, double epsilon, double delta, long retrainings) {
        Check.that(units > 0, "units must be > 0, got %s", units);
        Check.that(batchSize > 0 && batchSize <= units, "batch size must be in (0, %s], got %s", units, batchSize);
        Check.that(epochs > 0 && epochs < 1e9, "epochs must be > 0, got %s", epochs);
        Check.that(retrainings >= 1, "retrainings must be >= 1, got %s", retrainings);
        double q = batchSize / units;
        long steps = (long) Math.ceil(epochs / q * (1 - 1e-12));
        double sigma = Calibration.noiseMultiplier(accountant(), epsilon, delta, q, steps * retrainings);
        return new Plan(q, steps, sigma, retrainings, epsilon, delta);
    }

    /** ε, at most, of that many trainings. */
    public double epsilonOf(long trainings) {
        return accountant().epsilon(event(trainings), delta).upper();
    }

    /** The same by RDP, as the literature has it. */
    public double rdpEpsilonOf(long trainings) {
        return new RdpAccountant().epsilon(event(trainings), delta).upper();
    }

    /** How many trainings with this noise the budget pays for, 10,000 at most. */
    public long trainingsThatFit() {
        return Calibration.steps(accountant(), epsilon, delta, this::event, MAX_TRAININGS);
    }

    /** What that many trainings do. */
    public DpEvent event(long trainings) {
        return Calibration.sampledGaussian(noiseMultiplier, samplingProbability, steps * trainings);
    }

    private static PldAccountant accountant() {
        return new PldAccountant(Adjacency.ADD_OR_REMOVE_ONE, 0.001, 1e-4);
    }
}
