package dev.sotto.job.config;

/**
 * How much is computed at once on one task; speed and memory only, never the result.
 *
 * @param microbatchTokens most tokens of padded text in one forward and backward pass, &gt; 0
 * @param microbatchRows most rows in one pass, &gt; 0
 */
public record ComputeSettings(int microbatchTokens, int microbatchRows) {}
