package dev.sotto.job.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a plan is asked beside the run's own settings.
 *
 * @param batchSizes units a step, in expectation, to compare; empty for some about the run's
 * @param epochs to compare; empty for some about the run's
 * @param cores that compute in the cluster, or null for this machine's
 * @param tokens of a row, in the mean; null takes every row for as long as it may be
 * @param rowsPerUnit in the mean; null takes every unit to have as many as it may
 * @param probe whether time and memory are measured
 */
public record Wanted(
        List<Double> batchSizes,
        List<Double> epochs,
        @Nullable Integer cores,
        @Nullable Integer tokens,
        @Nullable Double rowsPerUnit,
        boolean probe) {
    public Wanted {
        batchSizes = List.copyOf(batchSizes);
        epochs = List.copyOf(epochs);
    }
}
