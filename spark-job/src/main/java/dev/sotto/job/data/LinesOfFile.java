package dev.sotto.job.data;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The lines of a file as a whole, unpacked if it is compressed: Hadoop's reader ends at a compressed line of 2 GiB, which a file of 2 MB can
 * hold.
 */
final class LinesOfFile implements FlatMapFunction<Row, Row> {

    private static final long serialVersionUID = 1L;

    private final byte @Nullable [] separator;
    private final Broadcast<SerializableConfiguration> hadoop;

    private LinesOfFile(SparkSession session, byte @Nullable [] separator) {
        this.separator = separator == null ? null : separator.clone();
        JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        this.hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    }

    /** Whether one of these files is compressed. */
    static boolean isNeeded(String[] files, Configuration hadoop) {
        var codecs = new CompressionCodecFactory(hadoop);
        return Arrays.stream(files).anyMatch(file -> codecs.getCodec(new Path(URI.create(file))) != null);
    }

    /**
     * The lines of all files of a table, a task each.
     *
     * @param text the same, as Spark's reader of text would read it: a line, then the values of folders' names
     */
    static Dataset<Row> read(SparkSession session, Dataset<Row> text, byte @Nullable [] separator) {
        List<Row> files = files(text);
        StructField[] fields = text.schema().fields();
        fields[0] = DataTypes.createStructField(fields[0].name(), DataTypes.BinaryType, true);
        JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        return session.createDataFrame(
                spark.parallelize(files, Math.max(1, files.size())).flatMap(new LinesOfFile(session, separator)),
                DataTypes.createStructType(fields));
    }

    /** How many lines of these files are too long to be records. */
    static long tooLong(SparkSession session, String[] files, byte @Nullable [] separator) {
        return JavaSparkContext.fromSparkContext(session.sparkContext())
                .parallelize(List.of(files), Math.max(1, files.length))
                .map((Function<String, Long>) new LinesOfFile(session, separator)::tooLong)
                .fold(0L, Long::sum);
    }

    /** Each file's address, and what its folders' names say. */
    private static List<Row> files(Dataset<Row> text) {
        var relation = (HadoopFsRelation) ((LogicalRelation) Table.plan(text)).relation();
        int folders = relation.partitionSchema().length();
        Seq<Expression> all =
                CollectionConverters.asScala(List.<Expression>of()).toSeq();
        return CollectionConverters.asJava(relation.location().listFiles(all, all)).stream()
                .flatMap(folder -> CollectionConverters.asJava(folder.files()).stream()
                        .map(file -> RowFactory.create(Stream.concat(
                                        Stream.of(file.getPath().toUri().toString()), names(folder.values(), folders))
                                .toArray())))
                .toList();
    }

    private static Stream<@Nullable String> names(InternalRow values, int count) {
        List<@Nullable String> names = new ArrayList<>();
        IntStream.range(0, count)
                .forEach(i -> names.add(
                        values.isNullAt(i) ? null : values.getUTF8String(i).toString()));
        return names.stream();
    }

    @Override
    public Iterator<Row> call(Row file) throws IOException {
        Object[] row = IntStream.range(0, file.size()).mapToObj(file::get).toArray();
        InputStream bytes = open(file.getString(0));
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> close(bytes));
        var lines = new Lines(bytes, separator, LineTable.LONGEST);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return lines.hasNext();
            }

            @Override
            public Row next() {
                Object[] values = row.clone();
                values[0] = lines.next();
                return RowFactory.create(values);
            }
        };
    }

    private long tooLong(String file) throws IOException {
        try (InputStream bytes = open(file)) {
            var lines = new Lines(bytes, separator, LineTable.LONGEST);
            while (lines.hasNext()) {
                lines.next();
            }
            return lines.tooLong();
        }
    }

    private InputStream open(String file) throws IOException {
        Configuration configuration = hadoop.value().value();
        Path path = new Path(URI.create(file));
        CompressionCodec codec = new CompressionCodecFactory(configuration).getCodec(path);
        InputStream stored = path.getFileSystem(configuration).open(path);
        return codec == null ? stored : codec.createInputStream(stored);
    }

    private static void close(InputStream bytes) {
        try {
            bytes.close();
        } catch (IOException ofNoConcern) {
            return; // it was read to its end, or the task has failed
        }
    }
}
