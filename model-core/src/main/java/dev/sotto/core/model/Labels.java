package dev.sotto.core.model;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.engine.Argument;
import dev.sotto.core.family.Task;
import java.util.BitSet;
import java.util.List;

/**
 * A batch's labels as the loss takes them.
 *
 * @param outputs numbers that the model gives for a row
 * @param classes number of classes, or of tokens in the vocabulary
 */
record Labels(Task task, int outputs, int classes) {

    /**
     * Classes {@code [rows]} or {@code [rows, length]}, 0 where there is no such class; or targets {@code [rows, outputs]} as they
     * are.
     *
     * @throws IllegalArgumentException if the batch's labels are for another kind of task
     */
    Argument argument(Batch batch) {
        int width = width(batch);
        if (!isOfClasses()) {
            return Argument.of(batch.labels(), batch.rows(), width);
        }
        float[] labels = batch.labels();
        long[] indices = new long[labels.length];
        for (int i = 0; i < labels.length; i++) {
            indices[i] = fits(labels[i]) ? (long) labels[i] : 0;
        }
        return task.labelsTokens() ? Argument.of(indices, batch.rows(), width) : Argument.of(indices, batch.rows());
    }

    /** Rows with a label that is no class of the model; a target that is not finite spoils its own row by itself. */
    BitSet unusableRows(Batch batch) {
        BitSet unusable = new BitSet();
        int width = width(batch);
        for (int i = 0; isOfClasses() && i < batch.labels().length; i++) {
            if (!fits(batch.labels()[i])) {
                unusable.set(i / width);
            }
        }
        return unusable;
    }

    private boolean isOfClasses() {
        return switch (task) {
            case CLASSIFICATION, MASKED_PROMPT, TOKEN_CLASSIFICATION, CAUSAL_LM -> true;
            case MULTI_LABEL, REGRESSION -> false;
        };
    }

    private boolean fits(float label) {
        boolean isClass = label >= 0 && label < classes && label == Math.rint(label);
        return isClass || (task.labelsTokens() && label == TokenBatch.NO_LABEL);
    }

    /** How many labels a row of this shape has. */
    int ofRow(List<Integer> rowShape) {
        return switch (task) {
            case CLASSIFICATION, MASKED_PROMPT -> 1;
            case MULTI_LABEL, REGRESSION -> outputs;
            case TOKEN_CLASSIFICATION, CAUSAL_LM -> rowShape.get(0);
        };
    }

    private int width(Batch batch) {
        int expected = ofRow(batch.rowShape());
        int found = batch.labels().length / batch.rows();
        if (found != expected) {
            throw new IllegalArgumentException(
                    "A row of the batch has " + found + " labels, the task " + task + " takes " + expected
                            + ": labels would be taken for those of other rows. Give labels of the task's kind.");
        }
        return expected;
    }
}
