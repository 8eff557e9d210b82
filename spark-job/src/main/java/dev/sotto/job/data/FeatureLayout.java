package dev.sotto.job.data;

import dev.sotto.core.batch.FeatureBatch;
import dev.sotto.core.batch.TokenBatch;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What the head of a model is given of a row, as one list of floats.
 *
 * @param shape of a row's features, or of those of one of its tokens
 * @param perToken whether there are features of every token
 * @param longest tokens that no row has more of; 1 where they are not told apart
 */
record FeatureLayout(List<Integer> shape, boolean perToken, int longest) implements RowLayout {
    static final String FEATURES = "features";

    FeatureLayout {
        shape = List.copyOf(shape);
    }

    private int size() {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    static List<Field> columns() {
        return List.of(RowLayout.list(FEATURES, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)));
    }

    @Override
    public List<Field> fields() {
        return columns();
    }

    @Override
    public int length(VectorSchemaRoot root, int row) {
        var list = (ListVector) root.getVector(FEATURES);
        return perToken ? (list.getElementEndIndex(row) - list.getElementStartIndex(row)) / size() : 1;
    }

    @Override
    public FeatureBatch batch(VectorSchemaRoot root, int[] rows, float[][] labels, int length) {
        var list = (ListVector) root.getVector(FEATURES);
        var values = (Float4Vector) list.getDataVector();
        var rowShape = new ArrayList<>(shape);
        if (perToken) {
            rowShape.add(0, length);
        }
        int size = perToken ? Math.multiplyExact(length, size()) : size();
        int labelled = perToken ? length : labels[0].length;
        var features = new float[Math.multiplyExact(rows.length, size)];
        var padded = new float[rows.length * labelled];
        Arrays.fill(padded, TokenBatch.NO_LABEL);
        for (int i = 0; i < rows.length; i++) {
            int begin = list.getElementStartIndex(rows[i]);
            int count = list.getElementEndIndex(rows[i]) - begin;
            values.getDataBuffer()
                    .nioBuffer((long) begin * Float.BYTES, count * Float.BYTES)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer()
                    .get(features, i * size, count);
            System.arraycopy(labels[i], 0, padded, i * labelled, labels[i].length);
        }
        return new FeatureBatch(rows.length, rowShape, features, padded);
    }
}
