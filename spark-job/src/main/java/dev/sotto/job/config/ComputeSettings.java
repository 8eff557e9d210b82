package dev.sotto.job.config;

import dev.sotto.core.model.ComputeMode;

/**
 * How, and how much at once, is computed on one task.
 *
 * @param microbatchTokens most tokens of padded text in one forward and backward pass, &gt; 0
 * @param microbatchRows most rows in one pass, &gt; 0
 */
public record ComputeSettings(int microbatchTokens, int microbatchRows, ComputeMode mode) {}
