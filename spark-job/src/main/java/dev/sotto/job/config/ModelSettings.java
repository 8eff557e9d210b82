package dev.sotto.job.config;

import dev.sotto.core.method.Trained;
import dev.sotto.core.pass.ComputeMode;
import org.jspecify.annotations.Nullable;

/**
 * The seed model, which of its parameters learn, and how it is computed meanwhile.
 *
 * @param uri the folder as Hugging Face lays it out: {@code hdfs://}, {@code s3a://}, {@code file://} or a plain path
 * @param trained which parameters learn; all others stay as they are
 * @param newHead whether the head begins anew even where the seed brings one for as many labels
 * @param peftAdapter the folder of low-rank updates to begin with; null if they begin as nothing
 * @param mode how gradients are computed
 * @param passMemory bytes that a pass of a task may take; null if rows and tokens are limited instead
 */
public record ModelSettings(
        String uri,
        Trained trained,
        boolean newHead,
        @Nullable String peftAdapter,
        ComputeMode mode,
        @Nullable Long passMemory) {}
