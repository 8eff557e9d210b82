package dev.sotto.job.config;

import dev.sotto.core.generate.Decoding;
import java.io.Serializable;

/**
 * How a language model writes.
 *
 * @param maxTokens tokens that are written at most, &gt;= 1
 * @param decoding how the next token is chosen
 */
public record WritingSettings(int maxTokens, Decoding decoding) implements Serializable {}
