package dev.sotto.core.family;

import dev.sotto.core.method.Trained;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a seed model.
 *
 * @param task what the head says
 * @param outputs number of classes (at least 2) for classification, of labels (at least 1) for multi-label; 1 for regression and
 *     for language modelling, which says one token of the model's own vocabulary
 * @param trained which parameters are trained
 * @param verbalizer how a masked language model is asked for a class; null for other tasks
 */
public record ModelSpec(Task task, int outputs, Trained trained, @Nullable Verbalizer verbalizer)
        implements Serializable {
    public ModelSpec {
        boolean fits =
                switch (task) {
                    case CLASSIFICATION, TOKEN_CLASSIFICATION -> outputs >= 2;
                    case MASKED_PROMPT ->
                        outputs >= 2 && verbalizer != null && verbalizer.words().size() == outputs;
                    case MULTI_LABEL -> outputs >= 1;
                    case REGRESSION, CAUSAL_LM -> outputs == 1;
                };
        if (!fits) {
            throw new IllegalArgumentException("A " + task.words() + " model with " + outputs
                    + " outputs is not built here: classification needs at"
                    + " least 2 classes, regression and language modelling have exactly 1 output, and a masked prompt"
                    + " one word for each class.");
        }
    }

    /** Of a task that asks without a mask. */
    public ModelSpec(Task task, int outputs, Trained trained) {
        this(task, outputs, trained, null);
    }
}
