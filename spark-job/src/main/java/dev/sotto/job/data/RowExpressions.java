package dev.sotto.job.data;

import dev.sotto.job.config.Faults;
import dev.sotto.job.config.TableSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/** The user's own Spark SQL: further columns, and which rows are meant. Each expression may look at one row alone. */
public final class RowExpressions {

    private static final String WHY = "Then one person could change what other people's rows contribute, or a row could"
            + " differ when it is read again, and the guarantee covers neither. Write an expression on the row's own"
            + " columns, or prepare the table beforehand.";

    private RowExpressions() {}

    /** What is wrong with an expression that can be known without a table, and without Spark running; empty if nothing. */
    public static Optional<String> fault(String sql) {
        try {
            return RowLocal.fault(RowLocal.parse(sql)).map(found -> looksBeyond(sql, found));
        } catch (Exception notSql) { // Spark throws ParseException, a checked exception it does not declare to Java
            return Optional.of(
                    "'%s' is not an expression of Spark SQL (%s). Write one as after SELECT or WHERE, such as"
                                    .formatted(sql, Table.firstLine(notSql))
                            + " \"year = 2025\" or \"lower(answer)\".");
        }
    }

    /** The table with the source's columns, cut to its rows; what cannot be is added to {@code faults}. */
    static Dataset<Row> apply(Dataset<Row> table, TableSource source, Faults faults) {
        RowLocal.fault(Table.plan(table))
                .ifPresent(
                        found -> faults.add("table", "%s is a view with %s. %s".formatted(source.uri(), found, WHY)));
        Map<String, Column> columns = new HashMap<>();
        source.columns().forEach((name, sql) -> {
            if (fits(table, "columns: " + name, sql, faults)) {
                columns.put(name, functions.expr(sql));
            }
        });
        Dataset<Row> rows = columns.isEmpty() ? table : table.withColumns(columns);
        Dataset<Row> chosen = keep(rows, "where", source.where(), false, faults);
        return keep(chosen, "eval-where", source.except(), true, faults);
    }

    /** The rows for which a condition holds; for the others it may fail to hold or be null. */
    private static Dataset<Row> keep(
            Dataset<Row> rows, String option, @Nullable String condition, boolean others, Faults faults) {
        if (condition == null || !fits(rows, option, condition, faults)) {
            return rows;
        }
        Column holds = functions.expr(condition);
        try {
            return rows.where(others ? functions.not(functions.coalesce(holds, functions.lit(false))) : holds);
        } catch (Exception notACondition) {
            faults.add(option, "'%s' is no condition: %s.".formatted(condition, Table.firstLine(notACondition)));
            return rows;
        }
    }

    private static boolean fits(Dataset<Row> table, String option, String sql, Faults faults) {
        Optional<String> fault;
        try {
            fault = RowLocal.fault(Table.plan(table.select(functions.expr(sql))))
                    .map(found -> looksBeyond(sql, found));
        } catch (Exception cannotBind) { // a checked AnalysisException that Spark does not declare to Java
            fault = Optional.of("'%s' does not fit the table's columns [%s]: %s."
                    .formatted(sql, String.join(", ", table.columns()), Table.firstLine(cannotBind)));
        }
        fault.ifPresent(message -> faults.add(option, message));
        return fault.isEmpty();
    }

    private static String looksBeyond(String sql, String found) {
        return "'%s' has %s. %s".formatted(sql, found, WHY);
    }
}
