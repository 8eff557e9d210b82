package dev.sotto.job.cli;

import dev.sotto.core.model.ComputeMode;
import picocli.CommandLine.Option;

/** The options of memory and time that a step takes, beside how many rows are computed at once. */
final class ModeOptions {
    @Option(
            names = "--recompute",
            description = {
                "The way back computes each layer of the model once more instead of keeping what it had computed: about a third"
                        + " of the memory for half as much time again. The same result, bit by bit."
            })
    boolean recompute;

    @Option(
            names = "--precision",
            paramLabel = "<type>",
            description = {
                "Of the frozen weights and of the states of each layer: float32, or bfloat16 for half the memory, and less time on"
                        + " GPUs from Ampere on and on CPUs with AVX512_BF16 or AMX. What is trained, the head, the loss and the"
                        + " gradients are float32 in any case; in bfloat16 gradients are some percent off. Default: float32."
            })
    ComputeMode.Precision precision = ComputeMode.Precision.FLOAT32;

    ComputeMode mode() {
        return new ComputeMode(recompute, precision);
    }
}
