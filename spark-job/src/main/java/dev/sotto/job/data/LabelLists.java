package dev.sotto.job.data;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** The column of labels: a list of numbers a row, which is one, one an output, or one a word. */
final class LabelLists {
    static final String NAME = "label";

    /** What stands in the place of labels that are not declared: their row is not usable, and nobody reads it. */
    private static final float[] NONE = new float[1];

    private static final ArrowType NUMBER = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);

    private final ListVector lists;
    private final Float4Vector values;

    LabelLists(VectorSchemaRoot filling) {
        this.lists = (ListVector) filling.getVector(NAME);
        this.values = (Float4Vector) lists.getDataVector();
    }

    static Field field() {
        return RowLayout.list(NAME, NUMBER);
    }

    /** The labels of the row behind the last that was written; null if they are not what was declared. */
    void write(float @Nullable [] declared, int row) {
        float[] labels = declared == null ? NONE : declared;
        int first = lists.startNewValue(row);
        for (int i = 0; i < labels.length; i++) {
            values.setSafe(first + i, labels[i]);
        }
        lists.endValue(row, labels.length);
    }

    /** The same column as one number a row, where every row has one. */
    static FieldVector narrow(ListVector lists, int rows, BufferAllocator allocator) {
        for (int row = 0; row < rows; row++) {
            if (lists.getElementEndIndex(row) != row + 1) {
                return lists;
            }
        }
        var numbers = new Float4Vector(new Field(NAME, FieldType.notNullable(NUMBER), null), allocator);
        numbers.allocateNew(rows);
        for (int row = 0; row < rows; row++) {
            numbers.set(row, ((Float4Vector) lists.getDataVector()).get(row));
        }
        numbers.setValueCount(rows);
        return numbers;
    }

    /** The labels of a row, of a record batch that was packed or is being filled. */
    static float[] read(VectorSchemaRoot root, int row) {
        if (root.getVector(NAME) instanceof Float4Vector numbers) {
            return new float[] {numbers.get(row)};
        }
        var lists = (ListVector) root.getVector(NAME);
        int first = lists.getElementStartIndex(row);
        var labels = new float[lists.getElementEndIndex(row) - first];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = ((Float4Vector) lists.getDataVector()).get(first + i);
        }
        return labels;
    }
}
