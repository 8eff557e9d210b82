package dev.sotto.job.data;

import dev.sotto.core.batch.TextEncoder;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableOrigin;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.data.TableFindings.Kind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/** Looks at the rows of one partition as training would read them, and says what is the matter with each. */
public final class CheckTask implements FlatMapFunction<Iterator<Row>, TableFindings> {

    private static final long serialVersionUID = 1L;
    private static final int SHOWN = 60; // characters of a value

    private final EncodeBlock block;
    private final Labels labels;
    private final PrivacyUnit unit;
    private final int longest;

    private CheckTask(EncodeBlock block, Labels labels, PrivacyUnit unit, int longest) {
        this.block = block;
        this.labels = labels;
        this.unit = unit;
        this.longest = longest;
    }

    /** Looks at a whole table. */
    public static TableFindings check(SparkSession spark, DataSettings data, RowEncoding encoding) {
        int longest =
                data.input() instanceof Input.Text text ? TextEncoder.characters(text.maxLength()) : Integer.MAX_VALUE;
        var task = new CheckTask(new EncodeBlock(encoding), Encodings.labels(data.target()), data.unit(), longest);
        Dataset<Row> table = Table.open(spark, data);
        int parts = EncodedTable.partitions(table, data);
        TableFindings found = found(EncodedTable.placed(table, data.unit(), parts), data.table(), task);
        if (data.table() instanceof TableSource source && source.format().isOfLines()) {
            found.addLongLines(LineTable.tooLong(spark, source));
        }
        if (!(data.unit() instanceof PrivacyUnit.Column)) {
            return found;
        }
        Dataset<Row> nobodys = table.filter(functions.col(Table.UNIT).isNull());
        return found.and(found(nobodys, data.table(), task));
    }

    private static TableFindings found(Dataset<Row> rows, TableOrigin origin, CheckTask task) {
        return ReadImage.where(rows, origin).mapPartitions(task).fold(new TableFindings(), TableFindings::and);
    }

    @Override
    public Iterator<TableFindings> call(Iterator<Row> table) {
        var checked = new Checked();
        List<Row> together = new ArrayList<>();
        while (table.hasNext()) {
            together.add(table.next());
            if (together.size() == block.rows() || !table.hasNext()) {
                checked.add(together);
                together.clear();
            }
        }
        checked.endUnit();
        return List.of(checked.found).iterator();
    }

    /** Findings as they grow, and the unit whose rows are at hand. */
    private final class Checked {
        private final TableFindings found = new TableFindings();
        private @Nullable String current;
        private int rowsOfUnit;
        private boolean usableUnit;

        void add(List<Row> rows) {
            EncodedPartition encoded = block.encode(rows);
            try {
                for (int i = 0; i < rows.size(); i++) {
                    add(rows.get(i), encoded.usable(i));
                }
            } finally {
                encoded.free();
            }
        }

        private void add(Row row, boolean readable) {
            boolean labelled = labels.encode(row) != null;
            if (!labelled) {
                Object label = row.get(row.fieldIndex(Table.LABEL));
                found.add(Kind.LABEL, shown(row));
                found.addLabel(label == null ? "null" : shortened(label));
            }
            if (!readable) {
                found.add(Kind.INPUT, shown(row));
                found.addFault(block.encoding().fault(row));
            }
            if (isLong(row)) {
                found.add(Kind.LONG, shown(row));
            }
            if (isMisread(row)) {
                found.add(Kind.ENCODING, shown(row));
            }
            place(row, labelled && readable);
        }

        private void place(Row row, boolean usable) {
            if (!(unit instanceof PrivacyUnit.Column column)) {
                found.addRow(usable);
                found.addUnit(usable);
                return;
            }
            String name = row.getAs(Table.UNIT);
            found.addRow(usable && name != null);
            if (name == null) {
                found.add(Kind.NO_UNIT, shown(row));
                return;
            }
            if (!name.equals(current)) {
                endUnit();
                current = name;
            }
            usableUnit |= usable;
            if (++rowsOfUnit > column.maxRows()) {
                found.add(Kind.BEYOND_CAP, null);
            }
        }

        void endUnit() {
            if (current != null) {
                found.addUnit(usableUnit);
            }
            current = null;
            rowsOfUnit = 0;
            usableUnit = false;
        }
    }

    private boolean isLong(Row row) {
        return row.schema().getFieldIndex(Table.TEXT).isDefined()
                && row.get(row.fieldIndex(Table.TEXT)) instanceof String text
                && text.codePointCount(0, text.length()) >= longest;
    }

    /** Decoders put U+FFFD where bytes are none of their encoding's. */
    private static boolean isMisread(Row row) {
        return IntStream.range(0, row.size())
                .anyMatch(i -> row.get(i) instanceof String text && text.indexOf('\uFFFD') >= 0);
    }

    /** A row, for a person: its columns, each shortened. */
    private static String shown(Row row) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            Object value = row.get(i);
            shown.append(i == 0 ? "" : ", ")
                    .append(row.schema().fields()[i].name())
                    .append(": ")
                    .append(
                            value == null
                                    ? "null"
                                    : value instanceof byte[] bytes ? bytes.length + " bytes" : shortened(value));
        }
        return shown.toString();
    }

    /** Without control characters, which a terminal might obey. */
    private static String shortened(Object value) {
        String text = value.toString();
        String head = text.substring(0, Math.min(text.length(), SHOWN)).replaceAll("\\p{C}", "\ufffd");
        return "'" + head + "'" + (head.length() < text.length() ? "..." : "");
    }
}
