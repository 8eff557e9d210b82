package dev.sotto.core.model;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.engine.Argument;
import java.util.Arrays;
import java.util.BitSet;

/** A batch's labels as the loss takes them. */
final class Labels {
    private Labels() {}

    /** Class indices {@code [rows]}, 0 where there is no such class; or targets {@code [rows, 1]} as they are. */
    static Argument argument(Batch batch, ModelSpec spec) {
        float[] labels = batch.labels();
        return switch (spec.task()) {
            case CLASSIFICATION -> {
                long[] classes = new long[labels.length];
                Arrays.setAll(classes, row -> isClass(labels[row], spec) ? (long) labels[row] : 0);
                yield Argument.of(classes, classes.length);
            }
            case REGRESSION -> Argument.of(labels, labels.length, 1);
        };
    }

    /** Rows whose label is no class of the model; a target that is not finite spoils its own row by itself. */
    static BitSet unusableRows(Batch batch, ModelSpec spec) {
        BitSet unusable = new BitSet();
        for (int row = 0; row < batch.rows(); row++) {
            unusable.set(row, spec.task() == Task.CLASSIFICATION && !isClass(batch.labels()[row], spec));
        }
        return unusable;
    }

    private static boolean isClass(float label, ModelSpec spec) {
        return label >= 0 && label < spec.outputs() && label == Math.rint(label);
    }
}
