package dev.sotto.job.data;

import dev.sotto.job.config.Faults;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BinaryComparison;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.In;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Not;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.expressions.TryEval;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/** The user's own Spark SQL: further columns, and which rows are meant. Each expression may look at one row alone, and at so much of it as is public. */
public final class RowExpressions {

    private static final String WHY =
            "Then one person's row could change what other people's rows contribute, differ when it is"
                    + " read again, or end or stall the run, and the guarantee covers none of these. Write an expression on the row's own"
                    + " columns, or prepare the table beforehand.";

    /** Where Spark keeps what it knows of a row's file. */
    private static final String METADATA = "_metadata";

    private RowExpressions() {}

    /** What is wrong with an expression that can be known without a table, and without Spark running; empty if nothing. */
    public static Optional<String> fault(String sql) {
        try {
            Expression parsed = RowLocal.parse(sql);
            return RowLocal.fault(parsed).or(() -> RowFunctions.fault(parsed)).map(found -> refused(sql, found));
        } catch (Exception notSql) { // Spark throws ParseException, a checked exception it does not declare to Java
            return Optional.of(
                    "'%s' is not an expression of Spark SQL (%s). Write one as after SELECT or WHERE, such as"
                                    .formatted(sql, Table.firstLine(notSql))
                            + " \"year = 2025\" or \"lower(answer)\".");
        }
    }

    /** The columns that a table is to have: those needed but for what expressions make, and those that expressions name, as texts. */
    static List<StructField> withTheirColumns(TableSource source, List<StructField> needed) {
        List<String> conditions = Stream.of(source.where(), source.except())
                .filter(Objects::nonNull)
                .toList();
        Stream<StructField> named = named(conditions.stream());
        Stream<StructField> ofColumns = named(source.columns().values().stream());
        return Stream.concat(
                        ofColumns,
                        Stream.concat(needed.stream(), named).filter(field -> source.columns().keySet().stream()
                                .noneMatch(field.name()::equalsIgnoreCase)))
                .toList();
    }

    private static Stream<StructField> named(Stream<String> expressions) {
        return expressions
                .flatMap(RowExpressions::names)
                .filter(name -> !name.equalsIgnoreCase(METADATA))
                .map(LineTable::text);
    }

    /** The columns that an expression names. */
    private static Stream<String> names(String sql) {
        try {
            return names(RowLocal.parse(sql));
        } catch (Exception notSql) { // told when it is checked
            return Stream.of();
        }
    }

    private static Stream<String> names(Expression expression) {
        return expression instanceof UnresolvedAttribute attribute
                ? Stream.of(attribute.nameParts().head())
                : RowLocal.children(expression).flatMap(RowExpressions::names);
    }

    /**
     * The table with the source's columns, cut to its rows; what cannot be is added to {@code faults}.
     *
     * @param unitColumn whose rows are one person's; null if each row is for itself
     */
    static Dataset<Row> apply(Dataset<Row> loaded, TableSource source, @Nullable String unitColumn, Faults faults) {
        Dataset<Row> table = loaded;
        if (source.format() == TableFormat.CATALOG) { // the query of any other is our own
            Views.fault(loaded.sparkSession(), Table.plan(loaded))
                    .ifPresent(found ->
                            faults.add("table", "%s is a view with %s. %s".formatted(source.uri(), found, WHY)));
            table = faults.isEmpty() ? Views.bounded(loaded.sparkSession(), loaded) : loaded;
        }
        Map<String, Column> columns = new HashMap<>();
        for (Map.Entry<String, String> column : source.columns().entrySet()) {
            if (fits(table, "columns: " + column.getKey(), column.getValue(), faults)) {
                columns.put(column.getKey(), value(table, column.getValue()));
            }
        }
        Dataset<Row> rows = columns.isEmpty() ? table : table.withColumns(columns);
        Dataset<Row> chosen = keep(rows, "where", source.where(), false, faults);
        String except = source.except();
        if (unitColumn != null && except != null && fits(rows, "eval-where", except, new Faults())) {
            WholeUnits.check(rows, unitColumn, except, faults);
        }
        return keep(chosen, "eval-where", except, true, faults);
    }

    /** The rows for which a condition holds; for the others it may fail to hold or be null. */
    private static Dataset<Row> keep(
            Dataset<Row> rows, String option, @Nullable String condition, boolean others, Faults faults) {
        if (condition == null || !fits(rows, option, condition, faults)) {
            return rows;
        }
        Column holds = value(rows, condition);
        try {
            return rows.where(others ? functions.not(functions.coalesce(holds, functions.lit(false))) : holds);
        } catch (Exception notACondition) {
            faults.add(
                    option,
                    "'%s' is no condition: %s. Write one that holds of a row or does not, such as year > 2020."
                            .formatted(condition, Table.firstLine(notACondition)));
            return rows;
        }
    }

    /**
     * What an expression gives, of values of a public size: null where it cannot be computed, which is so of some functions whatever
     * Spark's settings are. Plain comparisons, which always can, are left as they are for readers that skip files and partitions by them.
     */
    private static Column value(Dataset<Row> table, String sql) {
        Column value = functions.expr(sql);
        Expression bound = ((Alias) Table.plan(table.select(value.as("value")))
                        .expressions()
                        .head())
                .child();
        return isComparison(bound) ? value : ExpressionUtils.column(bounded(bound));
    }

    /** The same of a part of a query. */
    static Expression bounded(Expression bound) {
        return new TryEval(ShortValues.in(bound));
    }

    /** Of values of one type, and numbers: some dates have no timestamp, and some texts no value of another type. */
    static boolean isComparison(Expression bound) {
        boolean plain = bound instanceof Attribute
                || bound instanceof GetStructField
                || bound instanceof Literal
                || bound instanceof And
                || bound instanceof Or
                || bound instanceof Not
                || bound instanceof BinaryComparison
                || bound instanceof In
                || bound instanceof IsNull
                || bound instanceof IsNotNull
                || (bound instanceof Cast cast
                        && (cast.child() instanceof Literal
                                || (cast.child().dataType() instanceof NumericType
                                        && cast.dataType() instanceof NumericType)));
        return plain && RowLocal.children(bound).allMatch(RowExpressions::isComparison);
    }

    private static boolean fits(Dataset<Row> table, String option, String sql, Faults faults) {
        Optional<String> fault;
        try {
            fault = RowLocal.fault(Table.plan(table.select(functions.expr(sql))), Table.plan(table))
                    .map(found -> refused(sql, found));
        } catch (Exception cannotBind) { // a checked AnalysisException that Spark does not declare to Java
            fault = Optional.of(
                    names(sql).anyMatch(METADATA::equalsIgnoreCase)
                            ? refused(sql, RowLocal.metadataColumn(METADATA))
                            : "'%s' does not fit the table's columns [%s]: %s. Write it in Spark SQL, of these columns."
                                    .formatted(sql, String.join(", ", table.columns()), Table.firstLine(cannotBind)));
        }
        fault.ifPresent(message -> faults.add(option, message));
        return fault.isEmpty();
    }

    private static String refused(String sql, String found) {
        return "'%s' has %s. %s".formatted(sql, found, WHY);
    }
}
