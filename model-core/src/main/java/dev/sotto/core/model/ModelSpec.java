package dev.sotto.core.model;

import java.io.Serializable;

/**
 * What is wanted of a seed model.
 *
 * @param task what the head says
 * @param outputs number of classes (at least 2) for classification; 1 for regression
 * @param trained which parameters are trained
 */
public record ModelSpec(Task task, int outputs, Trained trained) implements Serializable {
    public ModelSpec {
        boolean fits =
                switch (task) {
                    case CLASSIFICATION -> outputs >= 2;
                    case REGRESSION -> outputs == 1;
                };
        if (!fits) {
            throw new IllegalArgumentException(
                    "A " + task + " model with " + outputs + " outputs cannot be trained: classification needs at"
                            + " least 2 classes, regression has exactly 1 output.");
        }
    }
}
