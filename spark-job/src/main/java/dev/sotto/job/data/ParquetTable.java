package dev.sotto.job.data;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.TableSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A table of Parquet files. Spark refuses one as a whole if a single column, needed or not, is of a type that it does not know; then the
 * columns that it does know are read, timestamps of nanoseconds as timestamps, cut to microseconds.
 */
final class ParquetTable {

    private static final Pattern TIME = Pattern.compile("\\btime\\(");

    private final SparkSession session;
    private final TableSource source;
    private final List<StructField> readable = new ArrayList<>();
    private final Map<String, TimestampLogicalTypeAnnotation> nanoseconds = new LinkedHashMap<>();
    private final Map<String, String> unreadable = new LinkedHashMap<>(); // name to type and way out

    private ParquetTable(SparkSession session, TableSource source) {
        this.session = session;
        this.source = source;
    }

    /**
     * Opens it.
     *
     * @param needed columns that the settings name
     * @param leftOut is told of each other column that cannot be read, in a sentence
     * @throws SottoException if a file is none, or a column that is needed cannot be read
     */
    static Dataset<Row> open(
            SparkSession session, TableSource source, List<StructField> needed, Consumer<String> leftOut) {
        try {
            return reader(session, source).load(source.uri());
        } catch (Exception refused) { // Spark throws checked exceptions that it does not declare to Java
            var table = new ParquetTable(session, source);
            Footers footers = Footers.of(session, source);
            footers.ofColumns().values().forEach(table::take);
            if (table.unreadable.isEmpty() && table.nanoseconds.isEmpty()) {
                throw refused; // for another reason
            }
            if (!table.nanoseconds.isEmpty()) {
                footers.all().forEach(table::compare);
            }
            table.requireReadable(needed);
            table.unreadable.forEach((name, why) ->
                    leftOut.accept("Column %s is left out: Spark cannot read it. It is %s.".formatted(name, why)));
            return table.read();
        }
    }

    private static DataFrameReader reader(SparkSession session, TableSource source) {
        return session.read().format("parquet").options(source.readerOptions());
    }

    private void take(MessageType footer) {
        List<Type> columns = footer.getFields();
        columns.stream().filter(column -> !isKnown(column.getName())).forEach(column -> {
            String name = column.getName();
            if (columns.stream()
                            .filter(other -> other.getName().equalsIgnoreCase(name))
                            .count()
                    > 1) {
                unreadable.put(name, "there twice, as small and capital letters are one to Spark. Rename one");
            } else if (isOfNanoseconds(column)) {
                nanoseconds.put(name, (TimestampLogicalTypeAnnotation) column.getLogicalTypeAnnotation());
                readable.add(DataTypes.createStructField(name, DataTypes.LongType, true));
            } else {
                converted(column).ifPresentOrElse(readable::add, () -> unreadable.put(name, told(column)));
            }
        });
    }

    /** Whole numbers are read of all files, and taken for nanoseconds: no file may hold others under that name. */
    private void compare(String file, MessageType footer) {
        for (Type column : footer.getFields()) {
            nanoseconds.entrySet().stream()
                    .filter(each -> each.getKey().equalsIgnoreCase(column.getName())
                            && !each.getValue().equals(column.getLogicalTypeAnnotation()))
                    .findFirst()
                    .ifPresent(each -> {
                        String name = each.getKey();
                        unreadable.put(
                                name,
                                "of %s in the table's first file, and of %s in %s. Write it alike in all files"
                                        .formatted(each.getValue(), type(column), file));
                        nanoseconds.remove(name);
                        readable.removeIf(field -> field.name().equals(name));
                    });
        }
    }

    private static String type(Type column) {
        LogicalTypeAnnotation type = column.getLogicalTypeAnnotation();
        return type != null
                ? type.toString()
                : column.isPrimitive()
                        ? column.asPrimitiveType().getPrimitiveTypeName().toString()
                        : "a group";
    }

    private boolean isKnown(String name) {
        return unreadable.containsKey(name)
                || readable.stream().anyMatch(column -> column.name().equalsIgnoreCase(name));
    }

    private static boolean isOfNanoseconds(Type column) {
        return column.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation time
                && time.getUnit() == TimeUnit.NANOS
                && !column.isRepetition(Type.Repetition.REPEATED);
    }

    /** As Spark would have it; empty if it would not. */
    private Optional<StructField> converted(Type column) {
        try {
            StructType alone = new ParquetToSparkSchemaConverter(
                            session.sessionState().conf())
                    .convert(new MessageType("column", column));
            boolean refused = TIME.matcher(alone.simpleString()).find(); // known to Spark's types, not to its tables
            return refused ? Optional.empty() : Optional.of(alone.fields()[0]);
        } catch (Exception unknown) { // an AnalysisException, which is checked and not declared
            return Optional.empty();
        }
    }

    private static String told(Type column) {
        String types = column.toString();
        LogicalTypeAnnotation type = column.getLogicalTypeAnnotation();
        if (type instanceof Float16LogicalTypeAnnotation || types.contains("(FLOAT16")) {
            return "of type float16. Write it as float32 (in pandas: .astype('float32'))";
        }
        if (type instanceof TimeLogicalTypeAnnotation || types.contains("(TIME(")) {
            return "of times of day. Write it as texts or as timestamps (in pandas: .astype(str))";
        }
        return types.contains("(TIMESTAMP(NANOS")
                ? "of nanoseconds within a list or struct. Write it in microseconds, or give --conf"
                        + " spark.sql.legacy.parquet.nanosAsLong=true before the command to have whole numbers"
                : "of type " + types.replaceAll("\\s+", " ") + ". Write it in another";
    }

    private void requireReadable(List<StructField> needed) {
        unreadable.keySet().stream()
                .filter(name -> needed.stream().anyMatch(field -> field.name().equalsIgnoreCase(name)))
                .findFirst()
                .ifPresent(name -> {
                    throw new SottoException(
                            ExitCode.DATA,
                            "Column %s of the table %s cannot be read by Spark: it is %s. Nothing was read or charged."
                                    .formatted(name, source.uri(), unreadable.get(name)));
                });
    }

    private Dataset<Row> read() {
        Dataset<Row> rows = reader(session, source)
                .schema(DataTypes.createStructType(readable))
                .load(source.uri());
        Map<String, Column> timestamps = new LinkedHashMap<>();
        nanoseconds.forEach((name, time) -> timestamps.put(name, timestamp(name, time.isAdjustedToUTC())));
        return timestamps.isEmpty() ? rows : rows.withColumns(timestamps);
    }

    private static Column timestamp(String name, boolean ofUtc) {
        String column = Table.quoted(name);
        String micros = "((%s - pmod(%s, 1000L)) div 1000L)".formatted(column, column);
        return functions.expr(
                ofUtc
                        ? "timestamp_micros(%s)".formatted(micros)
                        : "timestamp_ntz'1970-01-01 00:00:00' + make_dt_interval(0, 0, 0, cast(%s as decimal(20, 0)) / 1000000)"
                                .formatted(micros));
    }
}
