package dev.sotto.job.config;

import dev.sotto.core.model.ComputeMode;
import dev.sotto.core.model.Trained;

/**
 * The seed model, which of its parameters learn, and how it is computed meanwhile.
 *
 * @param uri the folder as Hugging Face lays it out: {@code hdfs://}, {@code s3a://}, {@code file://} or a plain path
 * @param trained which parameters learn; all others stay as they are
 * @param mode how gradients are computed
 */
public record ModelSettings(String uri, Trained trained, ComputeMode mode) {}
