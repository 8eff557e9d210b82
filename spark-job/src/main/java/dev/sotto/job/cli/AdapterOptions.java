package dev.sotto.job.cli;

import dev.sotto.core.method.Adapter;
import dev.sotto.job.config.Faults;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of adapters. */
final class AdapterOptions {
    private static final int USUAL_BOTTLENECK = 64;

    @Option(
            names = "--bottleneck",
            paramLabel = "<m>",
            description = {
                "Of adapter: the number of features that each adapter narrows a state to, at least 1 and at most the hidden size h of the"
                        + " model. An adapter learns 2 m h + m + h numbers, each of which travels in 8 bytes a step at the most and"
                        + " gets noise; there are two in a layer. Default: " + USUAL_BOTTLENECK + "."
            })
    @Nullable
    Integer bottleneck;

    /** What it chooses; null where no adapters are wanted, or a fault stands in the way. */
    @Nullable
    Adapter adapter(boolean isWanted, Faults faults) {
        if (!isWanted) {
            Method.ADAPTER.isNeededBy("bottleneck", bottleneck, faults);
            return null;
        }
        faults.atLeastOne("bottleneck", bottleneck, "64 suits most models.");
        return faults.has("bottleneck") ? null : new Adapter(bottleneck == null ? USUAL_BOTTLENECK : bottleneck);
    }
}
