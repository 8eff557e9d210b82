package dev.sotto.job.plan;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run would cost and take, and what others like it would.
 *
 * @param model what would be trained
 * @param privacy what is promised, for whom
 * @param asked the run as it was asked for
 * @param epsilonWithSeed epsilon with what the seed model had learned from the same data; the run's own where that is nothing
 * @param bytes that a step sends
 * @param estimate of time and memory; empty where it was not made
 * @param ledger empty where none is kept
 * @param grid of settings that are compared
 * @param best the likely best of them, by three assumptions; empty where there is no noise
 * @param remarks what a run would say, and what was left out
 */
public record RunPlan(
        Model model,
        Promise privacy,
        Cell asked,
        double epsilonWithSeed,
        StepBytes bytes,
        Optional<Estimate> estimate,
        Optional<LedgerView> ledger,
        List<Cell> grid,
        List<LikelyBest> best,
        List<String> remarks) {
    public RunPlan {
        grid = List.copyOf(grid);
        best = List.copyOf(best);
        remarks = List.copyOf(remarks);
    }

    /**
     * The model.
     *
     * @param trained what of it learns, in words
     * @param d how many numbers these are
     * @param groups of them that are clipped apart; 1 if all are clipped together
     */
    record Model(String uri, String family, long parameters, String trained, int d, int groups, String precision) {}

    /**
     * The promise.
     *
     * @param unit in words
     * @param epsilon asked for; null where the noise is given
     * @param delta 0 where there is no noise
     * @param countNoise of the count of usable units; null where none is made
     */
    record Promise(
            String table,
            long units,
            String unit,
            @Nullable Double epsilon,
            double delta,
            @Nullable Double countNoise,
            boolean isPrivate) {}

    /**
     * Bytes of a step.
     *
     * @param parameters from the driver to each executor
     * @param sum from each slot, at the most
     * @param slots that send one
     */
    record StepBytes(long parameters, long sum, int slots) {}

    /**
     * Time and memory, by made-up rows on this machine.
     *
     * @param row in words
     * @param memory empty where it could not be measured
     */
    record Estimate(String row, StepCost cost, Optional<StepMemory> memory) {}

    /** Whether the ledger would let the run begin. */
    public boolean fits() {
        return !(ledger.orElse(null) instanceof LedgerView.Read read)
                || read.outlook().refusal().isEmpty();
    }
}
