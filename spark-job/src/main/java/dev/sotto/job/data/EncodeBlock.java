package dev.sotto.job.data;

import dev.sotto.job.config.TableOrigin;
import java.io.Serializable;
import java.util.List;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Encodes rows that are to be answered for, some at a time: each for itself, in their order, without labels. */
public record EncodeBlock(RowEncoding encoding) implements Serializable {
    private static final int TEXTS = 2048;
    private static final int IMAGES = 128; // 19 MB at 224 pixels a side

    /** How many rows are encoded at once: what bounds a task's memory. */
    public int rows() {
        return encoding instanceof RowEncoding.Image ? IMAGES : TEXTS;
    }

    /** The rows of a table that was opened, ready to be encoded. */
    public static JavaRDD<Row> rowsOf(Dataset<Row> opened, TableOrigin origin) {
        return ReadImage.where(opened, origin);
    }

    /** The same as a query, of which nothing is run before its rows are asked for. */
    public static Dataset<Row> lazily(Dataset<Row> opened, TableOrigin origin) {
        return ReadImage.lazily(opened, origin);
    }

    /** The rows, encoded; whoever asked frees them. A row's unit is its place in the list. */
    public EncodedPartition encode(List<Row> rows) {
        VectorSchemaRoot root = EncodedPartition.allocate(encoding.layout().fields());
        var label = new LabelLists(root);
        var usable = (BitVector) root.getVector(EncodedPartition.USABLE);
        var unit = (IntVector) root.getVector(EncodedPartition.UNIT);
        try (RowEncoding.Writer writer = encoding.open(root)) {
            for (int i = 0; i < rows.size(); i++) {
                usable.setSafe(i, writer.write(rows.get(i), i) ? 1 : 0);
                label.write(places(rows.get(i)), i);
                unit.setSafe(i, i);
            }
        }
        root.setRowCount(rows.size());
        return new EncodedPartition(encoding.layout(), root);
    }

    /** In the place of labels: 0, or where words are answered for, each word's index, to know its answer by. */
    private float[] places(Row row) {
        List<@Nullable String> words = encoding instanceof WordsEncoding ? TextList.of(row, Table.TEXT) : null;
        var places = new float[words == null ? 1 : words.size()];
        for (int i = 0; i < places.length; i++) {
            places[i] = i;
        }
        return places;
    }
}
