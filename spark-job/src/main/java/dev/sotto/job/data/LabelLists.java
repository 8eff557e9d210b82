package dev.sotto.job.data;

import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The column of labels: a list of numbers a row, which is one, one an output, or one a word. */
final class LabelLists {
    private static final String NAME = "label";

    private final ListVector lists;
    private final Float4Vector values;

    LabelLists(VectorSchemaRoot root) {
        this.lists = (ListVector) root.getVector(NAME);
        this.values = (Float4Vector) lists.getDataVector();
    }

    static Field field() {
        return RowLayout.list(NAME, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
    }

    /** The labels of the row behind the last that was written. */
    void write(float[] labels, int row) {
        int first = lists.startNewValue(row);
        for (int i = 0; i < labels.length; i++) {
            values.setSafe(first + i, labels[i]);
        }
        lists.endValue(row, labels.length);
    }

    float[] read(int row) {
        int first = lists.getElementStartIndex(row);
        var labels = new float[lists.getElementEndIndex(row) - first];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = values.get(first + i);
        }
        return labels;
    }
}
