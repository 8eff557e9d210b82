package dev.sotto.job.cli;

import dev.sotto.core.pass.ComputeMode;
import dev.sotto.job.config.Faults;
import org.apache.spark.network.util.JavaUtils;
import org.jspecify.annotations.Nullable;
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

    @Option(
            names = "--microbatch-memory",
            paramLabel = "<size>",
            description = {
                "Most memory that a pass of one task may take on a CPU, such as 2g. What rows take is measured before the run,"
                        + " on made-up ones in a process of its own on the driver's machine; where --microbatch-tokens and"
                        + " --microbatch-rows would take more, fewer are computed together. Memory and speed only."
            })
    @Nullable
    String microbatchMemory;

    ComputeMode mode() {
        return new ComputeMode(recompute, precision);
    }

    /** Bytes that a pass may take; null if that was not said. */
    @Nullable
    Long passMemory(Faults faults) {
        if (microbatchMemory == null) {
            return null;
        }
        try {
            long bytes = JavaUtils.byteStringAsBytes(microbatchMemory);
            faults.atLeastOne("microbatch-memory", bytes, "Give a size, such as 2g.");
            return bytes;
        } catch (NumberFormatException notASize) {
            faults.add(
                    "microbatch-memory", "'%s' is no size. Give one such as 2g or 800m.".formatted(microbatchMemory));
            return null;
        }
    }
}
