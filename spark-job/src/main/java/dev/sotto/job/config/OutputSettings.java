package dev.sotto.job.config;

import org.jspecify.annotations.Nullable;

/**
 * Where the results go and what they are charged to.
 *
 * @param uri folder of the model, the delta and the report; null leaves them to the program that asked
 * @param runId the name of this run in the ledger and the report; null draws one
 * @param ledger the ledger of the data set; null keeps none
 * @param checkpointEvery steps from one checkpoint to the next, &gt; 0; null keeps none
 * @param onResume what gives way where a resumed run would pass the epsilon that was asked for
 * @param seedDataIsDisjoint whether the user declares that private tables the seed model was trained on, unless they are charged to this
 *     run's ledger, share no privacy unit with this run's
 * @param measurePhases whether Spark's metrics are told the seconds of each phase, which depend on private rows
 */
public record OutputSettings(
        @Nullable String uri,
        @Nullable String runId,
        @Nullable LedgerSettings ledger,
        @Nullable Long checkpointEvery,
        OnResume onResume,
        boolean seedDataIsDisjoint,
        boolean measurePhases) {

    /**
     * The ledger beside the data.
     *
     * @param uri its folder
     * @param budget what all runs on this data set together may cost; null leaves it to the ledger's own
     * @param key file of the key that signs its lines, on the driver; null signs none
     */
    public record LedgerSettings(String uri, @Nullable Budget budget, @Nullable String key) {}

    /** What becomes of a run that goes on after its driver was lost, when with all its steps it would pass the epsilon asked for. */
    public enum OnResume {
        /** It ends at the last step that keeps within it. */
        STOP_AT_EPSILON,
        /** It takes all its steps, and says what they cost. */
        KEEP_STEPS
    }

    /** All runs together stay within (epsilon, delta). */
    public record Budget(double epsilon, double delta) {}
}
