package dev.sotto.job.predict;

import dev.sotto.core.family.Task;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of a model's answers on a PUBLIC table, of which every measure is made. Grows row by row. */
interface Tally extends Serializable {

    /** Of no rows. */
    static Tally of(Task task, List<String> labels) {
        return switch (task) {
            case CLASSIFICATION, MASKED_PROMPT -> new ClassTally(labels);
            case MULTI_LABEL -> new LabelSetTally(labels.size());
            case TOKEN_CLASSIFICATION -> new WordTally(labels);
            case REGRESSION -> new NumberTally();
            case CAUSAL_LM -> new LossTally();
        };
    }

    /** One row more. */
    void add(RowOutputs row);

    /** The rows of both, which are of one task. */
    Tally plus(Tally other);

    /** Measures by name, the one that tells most first; NaN where one is not defined. */
    Map<String, Double> figures();

    /** Where each row has one class: how each of them does. */
    default Optional<ByClass> byClass() {
        return Optional.empty();
    }
}
