package dev.sotto.job.config;

import dev.sotto.core.batch.Microbatches;

/**
 * How much is computed at once on one task; speed and memory only, never the result.
 *
 * @param microbatchTokens most tokens of padded text in one forward and backward pass, &gt; 0
 * @param microbatchRows most rows in one pass, &gt; 0
 */
public record ComputeSettings(int microbatchTokens, int microbatchRows) {

    /** What one pass may hold. */
    public Microbatches.Limit limit() {
        return new Microbatches.Limit(microbatchRows, microbatchTokens);
    }
}
