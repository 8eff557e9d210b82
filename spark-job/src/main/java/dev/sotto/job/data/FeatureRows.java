package dev.sotto.job.data;

import dev.sotto.core.batch.FeatureBatch;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.batch.SampledRows;
import dev.sotto.core.pass.AlikePasses;
import dev.sotto.core.train.FeatureModel;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a partition's rows one of what the head of a model is given of them: the same units in the same places, as usable as
 * before. The bits of a row's features follow from its unit alone.
 */
public final class FeatureRows {

    /** Rows whose features are on the Java heap together. */
    private static final int AT_ONCE = 256;

    private final EncodedPartition rows;
    private final FeatureModel model;
    private final Microbatches.Limit limit;
    private final VectorSchemaRoot root;
    private final LabelLists labels;
    private final ListVector lists;
    private final Float4Vector values;
    private List<Integer> shape = List.of(); // as long as nothing has been computed
    private int floats;

    /** Features and labels of one row. */
    @SuppressWarnings("ArrayRecordComponent") // on its way into the record batch, never compared
    private record Computed(float[] features, float[] labels) {}

    private FeatureRows(EncodedPartition rows, FeatureModel model, Microbatches.Limit limit) {
        this.rows = rows;
        this.model = model;
        this.limit = limit;
        this.root = EncodedPartition.allocate(FeatureLayout.columns());
        this.labels = new LabelLists(root);
        this.lists = (ListVector) root.getVector(FeatureLayout.FEATURES);
        this.values = (Float4Vector) lists.getDataVector();
    }

    /**
     * Computes the features of every usable row.
     *
     * @throws dev.sotto.core.engine.DeviceMemoryException if not even few rows fit into the memory that is free
     */
    public static EncodedPartition of(EncodedPartition rows, FeatureModel model, Microbatches.Limit limit) {
        var features = new FeatureRows(rows, model, limit);
        int unit = 0;
        while (unit < rows.units()) {
            int end = unit + 1;
            while (end < rows.units() && rows.firstRow(end + 1) - rows.firstRow(unit) <= AT_ONCE) {
                end++;
            }
            features.add(unit, end);
            unit = end;
        }
        return features.finish();
    }

    private void add(int unit, int end) {
        int first = rows.firstRow(unit);
        var computed = new @Nullable Computed[rows.firstRow(end) - first];
        AlikePasses.forEach(
                SampledRows.of(rows, IntStream.range(unit, end).toArray()),
                rows,
                limit,
                model,
                model::features,
                (pass, features) -> {
                    for (int i = 0; i < pass.length; i++) {
                        computed[pass[i] - first] = cut(features, i, rows.length(pass[i]));
                    }
                });
        for (int each = unit; each < end; each++) {
            for (int row = rows.firstRow(each); row < rows.firstRow(each + 1); row++) {
                write(row, each, computed[row - first]);
            }
        }
    }

    /** One row of a batch, without the padding where there are features of every token. */
    private Computed cut(FeatureBatch batch, int row, int length) {
        List<Integer> whole = batch.rowShape();
        shape = model.isPerToken() ? whole.subList(1, whole.size()) : whole;
        return new Computed(
                part(batch.features(), batch.rows(), row, whole.get(0), length),
                part(batch.labels(), batch.rows(), row, whole.get(0), length));
    }

    private float[] part(float[] all, int rows, int row, int padded, int length) {
        int width = all.length / rows;
        int own = model.isPerToken() ? width / padded * length : width;
        return Arrays.copyOfRange(all, row * width, row * width + own);
    }

    private void write(int row, int unit, @Nullable Computed computed) {
        float[] features = computed == null ? new float[0] : computed.features();
        if (floats > Integer.MAX_VALUE - features.length) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "What the head is given of one partition's rows is more than 2,147,483,647 numbers, which a record batch does"
                            + " not hold. Give more --partitions.");
        }
        lists.startNewValue(row);
        for (float feature : features) {
            values.setSafe(floats++, feature);
        }
        lists.endValue(row, features.length);
        labels.write(computed == null ? null : computed.labels(), row);
        ((BitVector) root.getVector(EncodedPartition.USABLE)).setSafe(row, computed == null ? 0 : 1);
        ((IntVector) root.getVector(EncodedPartition.UNIT)).setSafe(row, unit);
    }

    private EncodedPartition finish() {
        root.setRowCount(rows.firstRow(rows.units()));
        var layout = new FeatureLayout(shape, model.isPerToken(), model.isPerToken() ? rows.longest() : 1);
        return new EncodedPartition(layout, root);
    }
}
