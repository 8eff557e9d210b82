package dev.sotto.job.data;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.sotto.job.config.TableSource;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DatetimeType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;

/**
 * A table of a database. Drivers and Spark throw at values for which Java or Spark's type has no room: a number without declared digits, NaN
 * among numbers, a day that no calendar has, infinity as a time. So of such types the value is taken as the database writes it, and
 * becomes the type that Spark has for the column; what does not fit is null, in its own row.
 */
final class JdbcTable {

    private JdbcTable() {}

    static Dataset<Row> open(SparkSession session, TableSource source) {
        Dataset<Row> typed = reader(session, source).load();
        Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        options.putAll(source.readerOptions());
        String parts = options.getOrDefault("partitionColumn", "");
        Map<String, DataType> written = new TreeMap<>();
        for (StructField column : typed.schema().fields()) {
            if (mayThrow(column.dataType())
                    && !column.name().equalsIgnoreCase(parts)) { // by its type Spark cuts the ranges
                written.put(column.name(), column.dataType());
            }
        }
        if (written.isEmpty()) {
            return typed;
        }
        String texts = written.keySet().stream()
                .map(name -> Table.quoted(name) + " STRING")
                .collect(Collectors.joining(", "));
        return reader(session, source)
                .option("customSchema", texts)
                .load()
                .select(Arrays.stream(typed.columns())
                        .map(name ->
                                written.containsKey(name) ? value(name, written.get(name)) : col(Table.quoted(name)))
                        .toArray(Column[]::new));
    }

    private static DataFrameReader reader(SparkSession session, TableSource source) {
        return session.read()
                .options(source.format().readerDefaults())
                .options(source.readerOptions())
                .format("jdbc")
                .option("dbtable", source.uri());
    }

    /** Numbers of fewer digits are declared so in the database, which holds no others. */
    private static boolean mayThrow(DataType type) {
        return type instanceof DatetimeType
                || (type instanceof DecimalType decimal && decimal.precision() == DecimalType.MAX_PRECISION());
    }

    private static Column value(String name, DataType type) {
        Column text = ShortValues.number(col(Table.quoted(name)));
        Column dated = type instanceof DatetimeType && !(type instanceof DateType)
                ? when(ShortValues.isTimeOfDay(text), concat(lit("1970-01-01 "), text))
                        .otherwise(text) // as Spark has it
                : text;
        return dated.cast(type).as(name);
    }
}
