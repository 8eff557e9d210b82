package dev.sotto.job.data;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.TableSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.SparkSession;

/** What the ends of a table's Parquet files say of their columns. Read where Spark could not make a table of them, to tell why. */
final class Footers {
    private static final String ARROW = "ARRO";
    private static final String ARROW_STREAM = "\u00ff\u00ff\u00ff\u00ff";

    private static final String MAGIC = "PAR1";
    private static final String ENCRYPTED = "PARE";

    private final TableSource source;
    private final List<String> files;
    private final boolean merged;
    private final Configuration hadoop;

    private Footers(TableSource source, List<String> files, boolean merged, Configuration hadoop) {
        this.source = source;
        this.files = files;
        this.merged = merged;
        this.hadoop = hadoop;
    }

    /** Of the files that the table's address and options choose; none is read yet. */
    static Footers of(SparkSession session, TableSource source) {
        Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        options.putAll(source.readerOptions());
        boolean merged = Boolean.parseBoolean(options.getOrDefault("mergeSchema", "false"));
        String[] files = TableFiles.as("binaryFile", session, source).inputFiles();
        return new Footers(
                source,
                Arrays.stream(files).sorted().toList(),
                merged,
                session.sparkContext().hadoopConfiguration());
    }

    /**
     * Those by which Spark knows the columns: that of the first file; with {@code mergeSchema} of all.
     *
     * @throws SottoException if a file has none
     */
    Map<String, MessageType> ofColumns() {
        return merged ? all() : of(files.stream().limit(1));
    }

    /**
     * Of every file, by its address and in that order.
     *
     * @throws SottoException if one has none
     */
    Map<String, MessageType> all() {
        return of(files.parallelStream());
    }

    private Map<String, MessageType> of(Stream<String> chosen) {
        return new TreeMap<>(chosen.collect(Collectors.toMap(file -> file, this::of)));
    }

    private MessageType of(String file) {
        Path path = new Path(URI.create(file));
        try (var reader = ParquetFileReader.open(HadoopInputFile.fromPath(path, hadoop))) {
            return reader.getFooter().getFileMetaData().getSchema();
        } catch (IOException | RuntimeException unreadable) { // whose message may hold bytes of the file
            throw new SottoException(
                    ExitCode.DATA,
                    "Table %s cannot be read as parquet: the file %s %s. Nothing was read or charged."
                            .formatted(source.uri(), path, why(path, hadoop, unreadable)),
                    unreadable);
        }
    }

    private static String why(Path path, Configuration hadoop, Exception unreadable) {
        try (var file = path.getFileSystem(hadoop).open(path)) {
            long length = path.getFileSystem(hadoop).getFileStatus(path).getLen();
            if (length < 2L * MAGIC.length()) {
                return "is empty (%d bytes). Write it anew, or take it out of the table".formatted(length);
            }
            var first = new byte[MAGIC.length()];
            var last = new byte[MAGIC.length()];
            file.readFully(0, first);
            file.readFully(length - last.length, last);
            if (is(ENCRYPTED, last)) {
                return "is encrypted. Give Spark its keys (spark.hadoop.parquet.crypto.factory.class and what that asks for)";
            }
            if (is(ARROW, first) || is(ARROW_STREAM, first)) {
                return "is an Arrow file, as save_to_disk of datasets writes it. Write the table with to_parquet";
            }
            if (!is(MAGIC, first)) {
                return "is no Parquet file: it does not begin as one. Name its --format, or take it out of the table";
            }
            return is(MAGIC, last)
                    ? "is damaged: its footer makes no sense (%s). Replace it by a whole copy"
                            .formatted(unreadable.getClass().getSimpleName())
                    : "is cut off: it begins as a Parquet file and does not end as one. Replace it by a whole copy";
        } catch (IOException cannotRead) {
            throw new UncheckedIOException(cannotRead);
        }
    }

    private static boolean is(String magic, byte[] found) {
        return magic.equals(new String(found, StandardCharsets.ISO_8859_1));
    }
}
