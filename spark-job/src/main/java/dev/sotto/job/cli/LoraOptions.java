package dev.sotto.job.cli;

import dev.sotto.core.method.Lora;
import dev.sotto.job.config.Faults;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of low-rank updates. */
final class LoraOptions {
    private static final int USUAL_RANK = 8;
    private static final double USUAL_ALPHA = 16;

    @Option(
            names = "--rank",
            paramLabel = "<r>",
            description = {
                "Of lora: the rank of what is added to a map, at least 1 and at most the lesser of its inputs and outputs. A map"
                        + " of n inputs and m outputs learns r (n + m) numbers, each of which travels in 8 bytes a step at the"
                        + " most and gets noise. Default: " + USUAL_RANK + "."
            })
    @Nullable
    Integer rank;

    @Option(
            names = "--alpha",
            paramLabel = "<number>",
            description = {
                "Of lora: what is added is multiplied by alpha / rank; above 0. Default: 16, whatever the rank."
            })
    @Nullable
    Double alpha;

    @Option(
            names = "--target-modules",
            paramLabel = "<name>",
            split = ",",
            description = {
                "Of lora: names of the linear maps that get an update, separated by commas; in a run file a list. A name is that of"
                        + " the checkpoint, without .weight, whole or its last parts (query, attention.output.dense); * stands for"
                        + " any characters, and alone for every linear map. Default: queries and values of attention."
            })
    @Nullable
    List<String> targetModules;

    /** What these options choose; null where no update is wanted, or a fault stands in the way. */
    @Nullable
    Lora lora(boolean isWanted, Faults faults) {
        if (!isWanted) {
            Method.LORA.isNeededBy("rank", rank, faults);
            Method.LORA.isNeededBy("alpha", alpha, faults);
            Method.LORA.isNeededBy("target-modules", targetModules, faults);
            return null;
        }
        faults.atLeastOne("rank", rank, "8 suits most models.");
        faults.positive("alpha", alpha, "16 suits most models.");
        if (targetModules != null && targetModules.stream().anyMatch(String::isBlank)) {
            faults.add("target-modules", "a name is empty. Give names of linear maps, such as query,value.");
        }
        return faults.has("rank") || faults.has("alpha") || faults.has("target-modules")
                ? null
                : new Lora(
                        rank == null ? USUAL_RANK : rank,
                        alpha == null ? USUAL_ALPHA : alpha,
                        targetModules == null ? Lora.QUERIES_AND_VALUES : targetModules);
    }
}
