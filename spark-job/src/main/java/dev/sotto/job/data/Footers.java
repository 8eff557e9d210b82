package dev.sotto.job.data;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.ReaderOption;
import dev.sotto.job.config.TableSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.SparkSession;

/** What the ends of Parquet files say of their columns. Read where Spark could not make a table of them, to tell why. */
final class Footers {
    private static final String MAGIC = "PAR1";
    private static final String ENCRYPTED = "PARE";

    private Footers() {}

    /**
     * That of the first file, by which Spark knows the columns; with {@code mergeSchema} those of all.
     *
     * @throws SottoException if a file has none
     */
    static Stream<MessageType> of(SparkSession session, TableSource source) {
        Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        options.putAll(source.readerOptions());
        boolean all = Boolean.parseBoolean(options.getOrDefault("mergeSchema", "false"));
        options.keySet().removeIf(name -> !ReaderOption.choosesFiles(name));
        String[] files = session.read()
                .options(options)
                .format("binaryFile")
                .load(source.uri())
                .inputFiles();
        Configuration hadoop = session.sparkContext().hadoopConfiguration();
        return Arrays.stream(files).sorted().limit(all ? files.length : 1).map(file -> of(source, file, hadoop));
    }

    private static MessageType of(TableSource source, String file, Configuration hadoop) {
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
        return magic.equals(new String(found, StandardCharsets.US_ASCII));
    }
}
