package dev.sotto.job.cli;

import dev.sotto.core.method.Prefix;
import dev.sotto.job.config.Faults;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of a prefix. */
final class PrefixOptions {
    private static final int USUAL_LENGTH = 16;

    @Option(
            names = "--prefix-length",
            paramLabel = "<positions>",
            description = {
                "Of prefix: positions before those of a text whose keys and values are trained in each layer, at least 1; with --max-length"
                        + " at most the positions that the model has. A layer learns 2 h numbers a position, h being the features of its"
                        + " keys, each of which travels in 8 bytes a step at the most and gets noise. They are trained as they are, not by the network"
                        + " that the paper makes them with, of whose millions of weights each unit would have a gradient. Default: "
                        + USUAL_LENGTH + "."
            })
    @Nullable
    Integer prefixLength;

    /** What it chooses; null where no prefix is wanted, or a fault stands in the way. */
    @Nullable
    Prefix prefix(boolean isWanted, Faults faults) {
        if (!isWanted) {
            Method.PREFIX.isNeededBy("prefix-length", prefixLength, faults);
            return null;
        }
        faults.atLeastOne("prefix-length", prefixLength, "16 suits most models.");
        return faults.has("prefix-length") ? null : new Prefix(prefixLength == null ? USUAL_LENGTH : prefixLength);
    }
}
