package dev.sotto.job.config;

import org.jspecify.annotations.Nullable;

/**
 * Where the results go and what they are charged to.
 *
 * @param uri folder of the model, the delta and the report; null leaves them to the program that asked
 * @param runId the name of this run in the ledger and the report; null draws one
 * @param ledger the ledger of the data set; null keeps none
 * @param checkpointEvery steps from one checkpoint to the next, &gt; 0; null keeps none
 * @param measurePhases whether Spark's metrics are told the seconds of each phase, which depend on private rows
 */
public record OutputSettings(
        @Nullable String uri,
        @Nullable String runId,
        @Nullable LedgerSettings ledger,
        @Nullable Long checkpointEvery,
        boolean measurePhases) {

    /**
     * The ledger beside the data.
     *
     * @param uri its folder
     * @param budget what all runs on this data set together may cost; null states no limit
     */
    public record LedgerSettings(String uri, @Nullable Budget budget) {}

    /** All runs together stay within (epsilon, delta). */
    public record Budget(double epsilon, double delta) {}
}
