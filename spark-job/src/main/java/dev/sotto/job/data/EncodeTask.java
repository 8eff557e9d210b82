package dev.sotto.job.data;

import dev.sotto.job.config.PrivacyUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Encodes one partition of the table, once: rows in, one {@link EncodedPartition} out. */
final class EncodeTask implements FlatMapFunction<Iterator<Row>, EncodedPartition> {

    private static final long serialVersionUID = 1L;

    private final RowEncoding encoding;
    private final Labels labels;
    private final PrivacyUnit unit;

    EncodeTask(RowEncoding encoding, Labels labels, PrivacyUnit unit) {
        this.encoding = encoding;
        this.labels = labels;
        this.unit = unit;
    }

    /**
     * Encodes rows.
     *
     * @param table where the unit is a column, its rows side by side, each with one, cut to the cap
     */
    @Override
    public Iterator<EncodedPartition> call(Iterator<Row> table) {
        VectorSchemaRoot root = EncodedPartition.allocate(encoding.layout().fields());
        try (var partition = new Filling(root)) {
            if (unit instanceof PrivacyUnit.Column) {
                partition.addUnits(table);
            } else {
                table.forEachRemaining(row -> partition.addUnit(List.of(row)));
            }
            return List.of(partition.finish()).iterator();
        }
    }

    /**
     * A record batch as it grows. A row that is not what the table was declared to hold has its place in it, and contributes nothing:
     * how many there are stays inside this partition.
     */
    private final class Filling implements AutoCloseable {
        private final VectorSchemaRoot root;
        private final RowEncoding.Writer writer;
        private final LabelLists label;
        private final BitVector usable;
        private final IntVector unitIndex;
        private int rows;
        private int units;

        Filling(VectorSchemaRoot root) {
            this.root = root;
            this.writer = encoding.open(root);
            this.label = new LabelLists(root);
            this.usable = (BitVector) root.getVector(EncodedPartition.USABLE);
            this.unitIndex = (IntVector) root.getVector(EncodedPartition.UNIT);
        }

        void addUnits(Iterator<Row> table) {
            List<Row> sameUnit = new ArrayList<>();
            String current = "";
            while (table.hasNext()) {
                Row row = table.next();
                String name = row.getAs(Table.UNIT);
                if (!sameUnit.isEmpty() && !name.equals(current)) {
                    addUnit(sameUnit);
                    sameUnit.clear();
                }
                current = name;
                sameUnit.add(row);
            }
            if (!sameUnit.isEmpty()) {
                addUnit(sameUnit);
            }
        }

        void addUnit(List<Row> rowsOfUnit) {
            rowsOfUnit.forEach(this::add);
            units++;
        }

        private void add(Row row) {
            float @Nullable [] encodedLabels = labels.encode(row);
            boolean declared = encodedLabels != null;
            boolean encoded = writer.write(row, rows);
            label.write(encodedLabels, rows);
            usable.setSafe(rows, declared && encoded ? 1 : 0);
            unitIndex.setSafe(rows, units);
            rows++;
        }

        EncodedPartition finish() {
            root.setRowCount(rows);
            return new EncodedPartition(encoding.layout(), root);
        }

        @Override
        public void close() {
            writer.close();
        }
    }
}
