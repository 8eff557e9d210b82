package dev.sotto.job.cli;

import dev.sotto.core.method.Adapter;
import dev.sotto.core.method.Addition;
import dev.sotto.core.method.Compacter;
import dev.sotto.job.config.Faults;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of adapters, and of those that Compacter makes of fewer numbers. */
final class AdapterOptions {
    private static final int USUAL_BOTTLENECK = 64;
    private static final int USUAL_PHM_DIM = 4;
    private static final int USUAL_PHM_RANK = 1;

    @Option(
            names = "--bottleneck",
            paramLabel = "<m>",
            description = {
                "Of adapter and compacter: the number of features that each adapter narrows a state to, at least 1 and at most the"
                        + " hidden size h of the model; where others give a reduction factor, m is h over that. An adapter learns"
                        + " 2 m h + m + h numbers, each of which travels in 8 bytes a step at the most and gets noise; there are two"
                        + " in a layer. Default: " + USUAL_BOTTLENECK + "."
            })
    @Nullable
    Integer bottleneck;

    @Option(
            names = "--phm-dim",
            paramLabel = "<n>",
            description = {
                "Of compacter: each map of an adapter is a sum of n Kronecker products of an n x n matrix, which all adapters share,"
                        + " and a matrix of the adapter's own; at least 1, a divisor of the bottleneck and of the hidden size. The"
                        + " matrices that are shared have n^3 numbers. Default: " + USUAL_PHM_DIM + "."
            })
    @Nullable
    Integer phmDim;

    @Option(
            names = "--phm-rank",
            paramLabel = "<r>",
            description = {
                "Of compacter: the rank of a matrix of the adapter's own, at least 1 and at most bottleneck / phm-dim. An adapter"
                        + " learns (2 r + 1) (m + h) numbers, each of which travels in 8 bytes a step at the most and gets noise."
                        + " Default: " + USUAL_PHM_RANK + "."
            })
    @Nullable
    Integer phmRank;

    /** What they choose; null where no adapters are wanted, or a fault stands in the way. */
    @Nullable
    Addition adapter(boolean houlsby, boolean compacter, Faults faults) {
        if (!houlsby && !compacter) {
            Method.ADAPTER.isNeededBy("bottleneck", bottleneck, faults);
        }
        if (!compacter) {
            Method.COMPACTER.isNeededBy("phm-dim", phmDim, faults);
            Method.COMPACTER.isNeededBy("phm-rank", phmRank, faults);
        }
        faults.atLeastOne("bottleneck", bottleneck, "64 suits most models.");
        faults.atLeastOne("phm-dim", phmDim, "4 suits most models.");
        faults.atLeastOne("phm-rank", phmRank, "1 suits most models.");
        if (faults.has("bottleneck") || faults.has("phm-dim") || faults.has("phm-rank")) {
            return null;
        }
        int width = bottleneck == null ? USUAL_BOTTLENECK : bottleneck;
        if (!compacter) {
            return houlsby ? new Adapter(width) : null;
        }
        int n = phmDim == null ? USUAL_PHM_DIM : phmDim;
        if (width % n != 0) {
            faults.add(
                    "phm-dim",
                    "it must divide the bottleneck, and %d is no multiple of %d. Set bottleneck to a multiple of it, such as %d."
                            .formatted(width, n, (long) n * ((width + n - 1L) / n)));
            return null;
        }
        return new Compacter(width, n, phmRank == null ? USUAL_PHM_RANK : phmRank);
    }
}
