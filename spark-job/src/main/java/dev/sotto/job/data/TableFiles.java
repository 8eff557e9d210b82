package dev.sotto.job.data;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.ReaderOption;
import dev.sotto.job.config.TableOrigin;
import dev.sotto.job.config.TableSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.InMemoryFileIndex;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.NoopCache$;
import org.apache.spark.sql.execution.datasources.PartitioningAwareFileIndex;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The files of a table as they were when it was opened. Lost partitions are read again, and a run that is resumed reads all of them: of a
 * table that has changed meanwhile a person's rows could be in two places at once, and count twice. A table that some catalog or database
 * keeps in its own way has no files here, and is taken to stay as it is.
 */
public final class TableFiles {

    /** Stores whose folders have a time of their own, which changes with every file that comes or goes. */
    private static final Set<String> WITH_FOLDERS = Set.of("file", "hdfs", "viewfs");

    private final String table;
    private final List<HadoopFsRelation> relations;
    private final Map<String, Seen> seen;

    private record Seen(long length, long time) {}

    private TableFiles(String table, List<HadoopFsRelation> relations, Map<String, Seen> seen) {
        this.table = table;
        this.relations = relations;
        this.seen = seen;
    }

    /** Lists them. */
    public static TableFiles of(SparkSession session, TableOrigin origin, Dataset<Row> opened) {
        if (origin instanceof TableSource source && source.format().isOfFiles()) {
            List<HadoopFsRelation> listedNow = relations(as("binaryFile", session, source));
            return new TableFiles(origin.uri(), listedNow, seen(listedNow, TableFiles::index));
        }
        List<HadoopFsRelation> relations = relations(opened);
        return new TableFiles(origin.uri(), relations, seen(relations, TableFiles::listAnew));
    }

    /** Those that a table is made of, as far as their files can be listed. */
    private static List<HadoopFsRelation> relations(Dataset<Row> table) {
        return CollectionConverters.asJava(Table.plan(table).collectLeaves()).stream()
                .filter(LogicalRelation.class::isInstance)
                .map(leaf -> ((LogicalRelation) leaf).relation())
                .filter(HadoopFsRelation.class::isInstance)
                .map(HadoopFsRelation.class::cast)
                .filter(relation -> relation.location() instanceof PartitioningAwareFileIndex)
                .toList();
    }

    /** The files of a table as one of this format, which lists them; none is read. */
    static Dataset<Row> as(String format, SparkSession session, TableSource source) {
        Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        options.putAll(source.format().readerDefaults());
        options.putAll(source.readerOptions());
        options.keySet().removeIf(name -> !ReaderOption.choosesFiles(name));
        return session.read().options(options).format(format).load(source.uri());
    }

    private static PartitioningAwareFileIndex index(HadoopFsRelation relation) {
        return (PartitioningAwareFileIndex) relation.location();
    }

    private static PartitioningAwareFileIndex listAnew(HadoopFsRelation relation) {
        return new InMemoryFileIndex(
                relation.sparkSession(),
                relation.location().rootPaths(),
                relation.options(),
                Option.empty(),
                NoopCache$.MODULE$,
                Option.empty(),
                Option.empty());
    }

    private static Map<String, Seen> seen(
            List<HadoopFsRelation> relations, Function<HadoopFsRelation, PartitioningAwareFileIndex> listing) {
        Map<String, Seen> found = new TreeMap<>();
        for (HadoopFsRelation relation : relations) {
            for (FileStatus file :
                    CollectionConverters.asJava(listing.apply(relation).allFiles())) {
                found.put(file.getPath().toString(), new Seen(file.getLen(), file.getModificationTime()));
            }
        }
        return found;
    }

    /**
     * Holds the table to what it was when it was opened.
     *
     * @throws SottoException if a file has come, gone or changed since
     */
    public void requireUnchanged() {
        if (!seen(relations, TableFiles::listAnew).equals(seen)) {
            throw changed("since this run opened it", "The run has ended before it could use what it read anew.");
        }
    }

    /**
     * Holds the table to what it was at a time before it was opened.
     *
     * @throws SottoException if a file has changed since, or a folder's
     */
    public void requireUnchangedSince(Instant begun, Configuration hadoop) {
        if (last(hadoop).isAfter(begun)) {
            throw changed(
                    "since the run began, of which this is to be a further attempt",
                    "Nothing was charged for this attempt.");
        }
    }

    private Instant last(Configuration hadoop) {
        long last = seen.values().stream().mapToLong(Seen::time).max().orElse(0);
        try {
            for (HadoopFsRelation relation : relations) {
                for (Path root : CollectionConverters.asJava(relation.location().rootPaths())) {
                    FileSystem store = root.getFileSystem(hadoop);
                    if (WITH_FOLDERS.contains(store.getScheme())) {
                        last = Math.max(last, lastOfFolders(store, store.getFileStatus(root)));
                    }
                }
            }
        } catch (IOException cannotRead) {
            throw new UncheckedIOException(cannotRead);
        }
        return Instant.ofEpochMilli(last);
    }

    /** Of those within the table: a table that is one file may have others come and go beside it. */
    private static long lastOfFolders(FileSystem store, FileStatus root) throws IOException {
        if (!root.isDirectory()) {
            return 0;
        }
        long last = root.getModificationTime();
        for (FileStatus within : store.listStatus(root.getPath())) {
            last = Math.max(last, lastOfFolders(store, within));
        }
        return last;
    }

    private SottoException changed(String since, String charge) {
        return new SottoException(
                ExitCode.DATA,
                ("The table %s has changed %s: a file of it has come, gone, grown or been written anew. Rows that are read a second"
                                + " time would not be those that were read first, and one person could count twice. %s Do not change a"
                                + " table while a run on it lasts: train on a copy or a snapshot, and on what it is now in a new run, with"
                                + " another --output and --run-id.")
                        .formatted(table, since, charge));
    }
}
