package dev.sotto.job.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows are answered for, and by which models.
 *
 * @param table the rows
 * @param input the columns the models read
 * @param model the folder of a trained model, or of the seed of the deltas
 * @param deltas what is put on the seed, one after the other; empty takes the model as it is
 * @param partitions into how many partitions the rows are cut; null leaves them as they are read
 * @param compute how much is computed at once
 */
public record AnswerSettings(
        TableSource table,
        Input input,
        String model,
        List<NamedDelta> deltas,
        @Nullable Integer partitions,
        ComputeSettings compute) {

    public AnswerSettings {
        deltas = List.copyOf(deltas);
    }

    /** A delta and what its answers are called. */
    public record NamedDelta(String name, String uri) {}
}
