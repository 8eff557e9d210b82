package dev.sotto.job.data;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.store.OutputFolder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * Makes a Parquet table of files whose records may reach over lines. Spark's own readers take them as wholes, so that here one record
 * can change how others are read: the promise is made of the table that is written, not of the files.
 */
public final class Conversion {
    private static final Map<String, String> AS_PANDAS_WRITES =
            Map.of("header", "true", "quote", "\"", "escape", "\"", "multiLine", "true", "enforceSchema", "false");

    private Conversion() {}

    /**
     * What was written.
     *
     * @param address where
     * @param rows how many
     * @param ofSeveralLines how many hold a line break
     */
    public record Converted(String address, long rows, long ofSeveralLines) {}

    /**
     * Reads files and writes a table.
     *
     * @param options of Spark's reader, as they are
     * @param schema of the columns, in Spark's DDL; null for texts
     * @throws SottoException if the files cannot be read, or the output folder is not empty
     */
    public static Converted run(
            SparkSession spark,
            String uri,
            TableFormat format,
            Map<String, String> options,
            @Nullable String schema,
            String output) {
        SparkSession session = ReadingSession.of(spark);
        Dataset<Row> table = read(session, uri, format, options, schema);
        OutputFolder folder =
                OutputFolder.create(output, false, spark.sparkContext().hadoopConfiguration());
        table.write().mode(SaveMode.Append).parquet(output); // into the empty folder that was made
        Dataset<Row> written = session.read().parquet(output);
        Column breaks = Arrays.stream(written.schema().fields())
                .filter(field -> field.dataType().equals(DataTypes.StringType))
                .map(field ->
                        functions.coalesce(written.col("`" + field.name() + "`").contains("\n"), functions.lit(false)))
                .reduce(functions.lit(false), Column::or);
        return new Converted(
                folder.address(), written.count(), written.where(breaks).count());
    }

    private static Dataset<Row> read(
            SparkSession session,
            String uri,
            TableFormat format,
            Map<String, String> options,
            @Nullable String schema) {
        try {
            DataFrameReader reader = session.read();
            DataFrameReader ofFormat =
                    switch (format) {
                        case CSV -> reader.format("csv").options(AS_PANDAS_WRITES);
                        case TSV ->
                            reader.format("csv").options(AS_PANDAS_WRITES).option("sep", "\t");
                        case JSON ->
                            reader.format("json")
                                    .option("primitivesAsString", true)
                                    .option("multiLine", true);
                        case PARQUET, ORC, AVRO, BINARYFILE, CATALOG, JDBC ->
                            throw new SottoException(
                                    ExitCode.SETTINGS,
                                    "Only csv, tsv and json need a conversion; a record of "
                                            + format.name().toLowerCase(Locale.ROOT)
                                            + " never reaches into another. Train on the table as it is.");
                    };
            ofFormat.options(options);
            return (schema == null ? ofFormat : ofFormat.schema(schema)).load(uri);
        } catch (SottoException told) {
            throw told;
        } catch (
                Exception
                        cannotRead) { // Spark throws AnalysisException, a checked exception it does not declare to Java
            throw new SottoException(
                    ExitCode.DATA,
                    "The files " + uri + " cannot be read as " + format.name().toLowerCase(Locale.ROOT) + ": "
                            + Table.firstLine(cannotRead) + ". Nothing was written. Check the path, the format and the"
                            + " reader options.",
                    cannotRead);
        }
    }
}
