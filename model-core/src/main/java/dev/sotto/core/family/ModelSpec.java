package dev.sotto.core.family;

import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.Addition;
import dev.sotto.core.method.Trained;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a seed model.
 *
 * @param task what the head says
 * @param outputs number of classes (at least 2) for classification, of labels (at least 1) for multi-label; 1 for regression and
 *     for language modelling, which says one token of the model's own vocabulary
 * @param trained which parameters learn
 * @param verbalizer how a masked language model is asked for a class; null for other tasks
 * @param others which parameters learn in other phases of the same run: their values are given to every call beside those that learn, and
 *     stay as they are
 */
public record ModelSpec(Task task, int outputs, Trained trained, @Nullable Verbalizer verbalizer, List<Trained> others)
        implements Serializable {
    public ModelSpec {
        others = List.copyOf(others);
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
        if (phases(trained, others)
                        .map(Trained::addition)
                        .filter(Objects::nonNull)
                        .distinct()
                        .count()
                > 1) {
            throw new IllegalArgumentException(
                    "Phases of one run add different things to the same maps: give those that have"
                            + " lora or adapter the same options.");
        }
    }

    /** Of a run in one phase. */
    public ModelSpec(Task task, int outputs, Trained trained, @Nullable Verbalizer verbalizer) {
        this(task, outputs, trained, verbalizer, List.of());
    }

    /** Of a task that asks without a mask. */
    public ModelSpec(Task task, int outputs, Trained trained) {
        this(task, outputs, trained, null);
    }

    private static Stream<Trained> phases(Trained trained, List<Trained> others) {
        return Stream.concat(Stream.of(trained), others.stream());
    }

    /** What each phase of the run trains, this one first. */
    private Stream<Trained> phases() {
        return phases(trained, others);
    }

    /** Whether a parameter learns, in this phase or in another. */
    public boolean trainsOnce(Slot slot) {
        return phases().anyMatch(phase -> phase.trains(slot));
    }

    /** What is added to maps, in this phase or in another; null if nothing is. */
    public @Nullable Addition addition() {
        return phases().map(Trained::addition)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Whether a model without biases is given some. */
    public boolean addsBiases() {
        return phases().anyMatch(Trained::addedBiases);
    }

    /** All parameters of a model: its own, and those that are added to it. */
    public List<Slot> withAdded(List<Slot> own) {
        List<Slot> slots = own;
        for (Trained phase : phases().toList()) {
            slots = phase.withAdded(slots);
        }
        return slots;
    }
}
