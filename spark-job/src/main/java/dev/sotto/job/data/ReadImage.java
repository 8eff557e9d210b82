package dev.sotto.job.data;

import dev.sotto.core.batch.ImageEncoder;
import dev.sotto.job.config.TableOrigin;
import dev.sotto.job.config.TableSource;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
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

    private final @Nullable String table;
    private final Broadcast<SerializableConfiguration> hadoop;

    private ReadImage(@Nullable String table, Broadcast<SerializableConfiguration> hadoop) {
        this.table = table;
        this.hadoop = hadoop;
    }

    /** The rows of a table that was opened, with the bytes of their images where it names files. */
    static JavaRDD<Row> where(Dataset<Row> table, TableOrigin origin) {
        JavaRDD<Row> rows = table.javaRDD();
        if (!Table.namesFiles(table)) {
            return rows;
        }
        return rows.map(reading(table, origin));
    }

    /** The same as a query, of which nothing is run before its rows are asked for. */
    static Dataset<Row> lazily(Dataset<Row> table, TableOrigin origin) {
        if (!Table.namesFiles(table)) {
            return table;
        }
        StructField[] fields = table.schema().fields();
        for (int i = 0; i < fields.length; i++) {
            if (fields[i].name().equals(Table.IMAGE)) {
                fields[i] = DataTypes.createStructField(Table.IMAGE, DataTypes.BinaryType, true);
            }
        }
        return table.map(
                (MapFunction<Row, Row>) reading(table, origin), Encoders.row(DataTypes.createStructType(fields)));
    }

    private static ReadImage reading(Dataset<Row> table, TableOrigin origin) {
        var spark = JavaSparkContext.fromSparkContext(table.sparkSession().sparkContext());
        String address = origin instanceof TableSource source && source.format().isOfFiles() ? source.uri() : null;
        return new ReadImage(address, spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration())));
    }

    @Override
    public Row call(Row row) throws IOException {
        int image = row.fieldIndex(Table.IMAGE);
        Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i == image ? bytes(row.getString(i)) : row.get(i);
        }
        return new GenericRowWithSchema(values, row.schema());
    }

    /** The default store or the table's; null if it is of neither. A row may not choose whom to ask: one that does not answer ends the run. */
    private @Nullable FileSystem storeOf(Path path) throws IOException {
        Configuration configuration = hadoop.value().value();
        FileSystem usual = FileSystem.get(configuration);
        FileSystem own = table == null ? usual : new Path(table).getFileSystem(configuration);
        return has(usual, path) ? usual : has(own, path) ? own : null;
    }

    private static boolean has(FileSystem store, Path path) {
        try {
            store.makeQualified(path);
            return true;
        } catch (IllegalArgumentException ofAnother) {
            return false;
        }
    }

    /** On this machine there are others, which may have no end, or nothing to read. */
    private static boolean isFile(FileSystem store, Path path) {
        return !store.getUri().getScheme().equals("file")
                || Files.isRegularFile(java.nio.file.Path.of(path.toUri().getPath()));
    }

    private byte @Nullable [] bytes(@Nullable String name) throws IOException {
        if (name == null || name.isBlank()) {
            return null;
        }
        try {
            Path path = new Path(name.strip());
            FileSystem store = path.isAbsolute() ? storeOf(path) : null; // another folder on each machine
            if (store == null || !isFile(store, path)) {
                return null;
            }
            try (var file = store.open(path)) {
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
