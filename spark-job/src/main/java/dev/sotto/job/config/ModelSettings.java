package dev.sotto.job.config;

import dev.sotto.core.model.Trained;

/**
 * The seed model and which of its parameters learn.
 *
 * @param uri the folder as Hugging Face lays it out: {@code hdfs://}, {@code s3a://}, {@code file://} or a plain path
 * @param trained which parameters learn; all others stay as they are
 */
public record ModelSettings(String uri, Trained trained) {}
