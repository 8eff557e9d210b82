package dev.sotto.job.config;

import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import dev.sotto.core.pass.ComputeMode;
import java.util.Optional;
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
        @Nullable Long passMemory) {

    /** Why not both the head and something else learn; empty where nothing speaks against it yet. */
    public Optional<String> lacksHeadOrBody(Task task) {
        if (trained.part() == Trained.Part.HEAD && trained.addition() == null) {
            return Optional.of("with train: head nothing but the head learns");
        } else if (trained.part() == Trained.Part.NORMS) {
            return Optional.of("with train: norms nothing of the head learns");
        } else if (task == Task.CAUSAL_LM || task == Task.MASKED_PROMPT) {
            return Optional.of("for this task a model has no head that could learn");
        }
        return Optional.empty();
    }
}
