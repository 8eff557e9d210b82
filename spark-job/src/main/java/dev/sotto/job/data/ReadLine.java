package dev.sotto.job.data;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/** Turns each line of a table's files into one row, or none: a line that is no record of the table's format is a row of nulls. */
final class ReadLine implements FlatMapFunction<Row, Row> {

    private static final long serialVersionUID = 1L;

    private final LineFormat format;
    private final String encoding;
    private final int columns;
    private final int[] folders; // which of the folder names behind the line's bytes are columns
    private final @Nullable String refusing; // the table, where a broken line may be told of

    ReadLine(LineFormat format, Charset encoding, int columns, int[] folders, @Nullable String refusing) {
        this.format = format;
        this.encoding = encoding.name();
        this.columns = columns;
        this.folders = folders.clone();
        this.refusing = refusing;
    }

    /**
     * Reads one line.
     *
     * @param file the line's bytes, then the values of folders' names
     */
    @Override
    public Iterator<Row> call(Row file) {
        byte[] bytes = (byte[]) file.get(0);
        String line = new String(bytes, Charset.forName(encoding));
        if (format.isNoRecord(line)) {
            return List.<Row>of().iterator();
        }
        @Nullable Object @Nullable [] values = format.values(line);
        if (values == null && refusing != null) {
            throw new SottoException(
                    ExitCode.DATA, "The table " + refusing + " cannot be read right: " + format.advice() + ".");
        }
        var row = values == null
                ? new @Nullable Object[columns + folders.length]
                : Arrays.copyOf(values, columns + folders.length);
        for (int i = 0; i < folders.length; i++) {
            row[columns + i] = file.get(folders[i]);
        }
        return List.of(RowFactory.create(row)).iterator();
    }
}
