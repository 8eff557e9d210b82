package dev.sotto.job.data;

import dev.sotto.core.batch.ImageEncoder;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Puts a file's bytes in the place of its name: reads the file that a row's image column names, on the executor, through the
 * Hadoop client. What the row itself is to blame for (no such file, no such kind of store, no right to read it) leaves it
 * without bytes, like a corrupt image; a store that does not answer fails the task, which Spark tries again.
 */
final class ReadImage implements Function<Row, Row>, MapFunction<Row, Row> {

    private static final long serialVersionUID = 1L;

    private final Broadcast<SerializableConfiguration> hadoop;

    private ReadImage(Broadcast<SerializableConfiguration> hadoop) {
        this.hadoop = hadoop;
    }

    /** The rows of a table that was opened, with the bytes of their images where it names files. */
    static JavaRDD<Row> where(Dataset<Row> table) {
        JavaRDD<Row> rows = table.javaRDD();
        if (!Table.namesFiles(table)) {
            return rows;
        }
        return rows.map(reading(table));
    }

    /** The same as a query, of which nothing is run before its rows are asked for. */
    static Dataset<Row> lazily(Dataset<Row> table) {
        if (!Table.namesFiles(table)) {
            return table;
        }
        StructField[] fields = table.schema().fields();
        for (int i = 0; i < fields.length; i++) {
            if (fields[i].name().equals(Table.IMAGE)) {
                fields[i] = DataTypes.createStructField(Table.IMAGE, DataTypes.BinaryType, true);
            }
        }
        return table.map((MapFunction<Row, Row>) reading(table), Encoders.row(DataTypes.createStructType(fields)));
    }

    private static ReadImage reading(Dataset<Row> table) {
        var spark = JavaSparkContext.fromSparkContext(table.sparkSession().sparkContext());
        return new ReadImage(spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration())));
    }

    @Override
    public Row call(Row row) throws IOException {
        int image = row.fieldIndex(Table.IMAGE);
        Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i == image ? bytes(row.getString(i), hadoop.value().value()) : row.get(i);
        }
        return new GenericRowWithSchema(values, row.schema());
    }

    private static byte @Nullable [] bytes(@Nullable String name, Configuration hadoop) throws IOException {
        if (name == null || name.isBlank()) {
            return null;
        }
        try {
            Path path = new Path(name.strip());
            if (!path.isAbsolute()) {
                return null; // it would be taken from another folder on each machine
            }
            try (var file = path.getFileSystem(hadoop).open(path)) {
                byte[] bytes = file.readNBytes(ImageEncoder.MAX_FILE_BYTES + 1);
                return bytes.length > ImageEncoder.MAX_FILE_BYTES ? null : bytes;
            }
        } catch (FileNotFoundException
                | UnsupportedFileSystemException
                | AccessControlException
                | IllegalArgumentException notReadable) {
            return null;
        }
    }
}
