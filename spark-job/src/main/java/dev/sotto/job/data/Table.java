package dev.sotto.job.data;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * A table as the job reads it: the columns it needs and no others, under names of its own. Everything that can be known from the
 * schema is checked here, before a row is read.
 */
public final class Table {

    static final String TEXT = "text";
    static final String PAIR = "pair";
    static final String IMAGE = "image";
    static final String LABEL = "label";
    static final String UNIT = "unit";

    private Table() {}

    /** The private table. */
    public static Dataset<Row> open(SparkSession spark, DataSettings data) {
        return open(
                spark, data.table(), data.where(), data.input(), data.target().column(), data.unit());
    }

    /** The public table: the same columns, each row for itself. */
    public static Dataset<Row> openPublic(SparkSession spark, DataSettings data, TableSource table) {
        return open(spark, table, null, data.input(), data.target().column(), new PrivacyUnit.Row());
    }

    private static Dataset<Row> open(
            SparkSession spark,
            TableSource source,
            @Nullable String where,
            Input input,
            String labelColumn,
            PrivacyUnit unit) {
        Dataset<Row> table = load(spark, source);
        if (where != null) {
            table = filter(table, where);
        }
        List<Column> columns = new ArrayList<>();
        if (input instanceof Input.Text text) {
            columns.add(string(table, text.column(), TEXT));
            if (text.pairColumn() != null) {
                columns.add(string(table, text.pairColumn(), PAIR));
            }
        } else if (input instanceof Input.Image image) {
            columns.add(binary(table, image.column()));
        }
        columns.add(string(table, labelColumn, LABEL));
        if (unit instanceof PrivacyUnit.Column column) {
            columns.add(string(table, column.name(), UNIT));
        }
        return table.select(columns.toArray(Column[]::new));
    }

    private static Dataset<Row> load(SparkSession spark, TableSource source) {
        try {
            return spark.read()
                    .format(source.format().sparkReader())
                    .options(source.format().readerDefaults())
                    .options(source.readerOptions())
                    .load(source.uri());
        } catch (
                Exception
                        cannotRead) { // Spark throws AnalysisException, a checked exception it does not declare to Java
            throw new SottoException(
                    ExitCode.DATA,
                    String.format(
                            "Table %s cannot be read as %s: %s. Nothing was read or charged. Check the path and"
                                    + " the format, and that every machine of the cluster reaches it.",
                            source.uri(), source.format().name().toLowerCase(Locale.ROOT), firstLine(cannotRead)),
                    cannotRead);
        }
    }

    private static Dataset<Row> filter(Dataset<Row> table, String where) {
        try {
            return table.where(where);
        } catch (Exception notACondition) {
            throw new SottoException(
                    ExitCode.DATA,
                    String.format(
                            "The condition where: %s does not fit the table's columns [%s]: %s.",
                            where, String.join(", ", table.columns()), firstLine(notACondition)),
                    notACondition);
        }
    }

    private static Column string(Dataset<Row> table, String name, String as) {
        return column(table, name).cast(DataTypes.StringType).as(as);
    }

    private static Column binary(Dataset<Row> table, String name) {
        Column column = column(table, name);
        if (!table.schema().apply(name).dataType().equals(DataTypes.BinaryType)) {
            throw new SottoException(
                    ExitCode.DATA,
                    String.format(
                            "The image column %s is of type %s, where PNG or JPEG bytes are needed: type binary. Write the"
                                    + " files' bytes into the table, or read them with Spark's binaryFile reader.",
                            name, table.schema().apply(name).dataType().simpleString()));
        }
        return column.as(IMAGE);
    }

    private static Column column(Dataset<Row> table, String name) {
        List<String> columns = Arrays.asList(table.columns());
        if (!columns.contains(name)) {
            throw new SottoException(
                    ExitCode.DATA,
                    String.format(
                            "Column %s is not in the table, which has [%s].%s Nothing was read or charged.",
                            name,
                            String.join(", ", columns),
                            Texts.nearest(name, columns)
                                    .map(near -> " Did you mean " + near + "?")
                                    .orElse("")));
        }
        return functions.col("`" + name.replace("`", "``") + "`");
    }

    /** Spark's messages about a schema or a path hold no rows; what follows the first line is a plan. */
    private static String firstLine(Exception exception) {
        String message = exception instanceof AnalysisException analysis
                ? analysis.getSimpleMessage()
                : String.valueOf(exception.getMessage());
        return message.lines()
                .findFirst()
                .orElse(exception.getClass().getSimpleName())
                .replaceAll("\\.\\s*$", "");
    }
}
