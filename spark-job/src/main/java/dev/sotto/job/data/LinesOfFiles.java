package dev.sotto.job.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.BlockLocation;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
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
import org.apache.spark.sql.execution.datasources.FileStatusWithMetadata;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * The lines of a table's files, in parts, of a compressed file as a whole. By a reader of our own, because Hadoop's holds a line of any
 * length in memory several times over, and ends at a compressed one of 2 GiB, which a file of 2 MB can hold.
 */
final class LinesOfFiles implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Bytes of a file that are read by one task, at most. */
    private static final long PART = 32 << 20;

    /** And at least. It is little: rows tend to stay where they were read, and all of them at one executor would leave the others idle. */
    private static final long LEAST_PART = 4 << 10;

    private final byte @Nullable [] separator;
    private final Broadcast<SerializableConfiguration> hadoop;

    private LinesOfFiles(SparkContext spark, byte @Nullable [] separator) {
        this.separator = separator == null ? null : separator.clone();
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark);
        this.hadoop = context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    }

    /**
     * A part of a file.
     *
     * @param folders what its folders' names say
     */
    private record Part(String file, long from, long until, List<@Nullable String> folders, List<String> hosts)
            implements Serializable {}

    /**
     * The lines of all files of a table: each one's bytes, then the values of folders' names.
     *
     * @param text the same, as Spark's reader of text would read it
     */
    static JavaRDD<Row> read(SparkSession session, Dataset<Row> text, byte @Nullable [] separator) {
        var lines = new LinesOfFiles(session.sparkContext(), separator);
        return lines.parts(session.sparkContext(), text).flatMap((FlatMapFunction<Part, Row>) lines::of);
    }

    /** How many lines of these files are too long to be records. */
    static long tooLong(SparkSession session, Dataset<Row> text, byte @Nullable [] separator) {
        var lines = new LinesOfFiles(session.sparkContext(), separator);
        return lines.parts(session.sparkContext(), text)
                .map((Function<Part, Long>) lines::tooLong)
                .fold(0L, Long::sum);
    }

    /** All parts of all files, a task for each, or for several that are small. */
    private JavaRDD<Part> parts(SparkContext spark, Dataset<Row> text) {
        var relation = (HadoopFsRelation) ((LogicalRelation) Table.plan(text)).relation();
        int folders = relation.partitionSchema().length();
        Seq<Expression> all =
                CollectionConverters.asScala(List.<Expression>of()).toSeq();
        var found = CollectionConverters.asJava(relation.location().listFiles(all, all));
        long total = found.stream()
                .flatMap(folder -> CollectionConverters.asJava(folder.files()).stream())
                .mapToLong(FileStatusWithMetadata::getLen)
                .sum();
        long size = Math.max(LEAST_PART, Math.min(PART, total / spark.defaultParallelism()));
        var codecs = new CompressionCodecFactory(spark.hadoopConfiguration());
        List<Tuple2<List<Part>, Seq<String>>> tasks = new ArrayList<>();
        List<Part> task = new ArrayList<>();
        long taken = 0;
        for (var folder : found) {
            for (FileStatusWithMetadata file : CollectionConverters.asJava(folder.files())) {
                boolean whole = (separator != null && separator.length > 1) || codecs.getCodec(file.getPath()) != null;
                for (Part part :
                        parts(file.fileStatus(), whole ? file.getLen() : size, names(folder.values(), folders))) {
                    long bytes = Math.min(part.until(), file.getLen())
                            - part.from()
                            + size / 16; // a file costs something, too
                    if (taken + bytes > size + size / 16 && !task.isEmpty()) {
                        tasks.add(task(task));
                        task = new ArrayList<>();
                        taken = 0;
                    }
                    task.add(part);
                    taken += bytes;
                }
            }
        }
        tasks.add(task(task));
        return new JavaRDD<>(
                        spark.makeRDD(CollectionConverters.asScala(tasks).toSeq(), ClassTag$.MODULE$.apply(List.class)),
                        ClassTag$.MODULE$.apply(List.class))
                .flatMap(List::iterator);
    }

    private static Tuple2<List<Part>, Seq<String>> task(List<Part> parts) {
        List<String> hosts = parts.isEmpty() ? List.of() : parts.get(0).hosts();
        return new Tuple2<>(parts, CollectionConverters.asScala(hosts).toSeq());
    }

    private static List<Part> parts(FileStatus file, long size, List<@Nullable String> folders) {
        String address = file.getPath().toUri().toString();
        List<Part> parts = new ArrayList<>();
        for (long from = 0; from < file.getLen(); from += size) {
            boolean last = from + size >= file.getLen();
            parts.add(new Part(address, from, last ? Long.MAX_VALUE : from + size, folders, hosts(file, from)));
        }
        return parts;
    }

    /** Where a part lies, if its store tells. */
    private static List<String> hosts(FileStatus file, long from) {
        List<String> hosts = new ArrayList<>();
        if (file instanceof LocatedFileStatus located) {
            for (BlockLocation block : located.getBlockLocations()) {
                if (block.getOffset() <= from && from < block.getOffset() + block.getLength()) {
                    try {
                        hosts.addAll(List.of(block.getHosts()));
                    } catch (IOException notTold) {
                        return List.of();
                    }
                }
            }
        }
        return hosts;
    }

    private static List<@Nullable String> names(InternalRow values, int count) {
        List<@Nullable String> names = new ArrayList<>();
        IntStream.range(0, count)
                .forEach(i -> names.add(
                        values.isNullAt(i) ? null : values.getUTF8String(i).toString()));
        return names;
    }

    private Iterator<Row> of(Part part) throws IOException {
        Object[] row =
                Stream.concat(Stream.of(part.file()), part.folders().stream()).toArray();
        InputStream bytes = open(part);
        TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> close(bytes));
        Lines lines = lines(bytes, part);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                boolean more = lines.hasNext();
                if (!more) {
                    close(bytes);
                }
                return more;
            }

            @Override
            public Row next() {
                Object[] values = row.clone();
                values[0] = lines.next();
                return RowFactory.create(values);
            }
        };
    }

    private long tooLong(Part part) throws IOException {
        try (InputStream bytes = open(part)) {
            Lines lines = lines(bytes, part);
            while (lines.hasNext()) {
                lines.next();
            }
            return lines.tooLong();
        }
    }

    private Lines lines(InputStream bytes, Part part) {
        return new Lines(bytes, separator, LineTable.LONGEST, part.from(), part.until());
    }

    private InputStream open(Part part) throws IOException {
        Path path = new Path(URI.create(part.file()));
        Configuration configuration = hadoop.value().value();
        CompressionCodec codec = new CompressionCodecFactory(configuration).getCodec(path);
        FSDataInputStream stored = path.getFileSystem(configuration).open(path);
        stored.seek(part.from());
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
