package dev.sotto.job.data;

import dev.sotto.job.config.Faults;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.functions;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Whether a condition takes persons as a whole: it is a function of the column that names them. Else it could make some rows of a
 * person public of whom others are trained on. Decided on the columns that Spark resolved, through those that were made of others.
 */
final class WholeUnits {
    private final ExprId unit;
    private final Map<ExprId, Expression> made = new HashMap<>();

    private WholeUnits(LogicalPlan table, ExprId unit) {
        this.unit = unit;
        if (table instanceof Project project) {
            CollectionConverters.asJava(project.projectList()).forEach(column -> {
                if (column instanceof Alias alias) {
                    made.put(alias.exprId(), alias.child());
                }
            });
        }
    }

    /** A fault of {@code eval-where} if the condition cuts through persons. A table without the column has another fault, told elsewhere. */
    static void check(Dataset<Row> table, String unitColumn, String condition, Faults faults) {
        LogicalPlan plan = Table.plan(table);
        CollectionConverters.asJava(plan.output()).stream()
                .filter(column -> column.name().equals(unitColumn))
                .findFirst()
                .ifPresent(column -> {
                    LogicalPlan asked = Table.plan(table.select(functions.expr(condition)));
                    var units = new WholeUnits(plan, column.exprId());
                    if (!CollectionConverters.asJava(asked.expressions()).stream()
                            .allMatch(units::take)) {
                        faults.add(
                                "eval-where",
                                ("'%s' looks at other columns than %s, so that it could make some rows of a person public of whom"
                                                + " others are trained on: nothing would protect that person. Choose persons as a"
                                                + " whole, such as \"pmod(xxhash64(%s), 10) = 0\"; or measure on a public"
                                                + " table of other persons with eval-table.")
                                        .formatted(condition, unitColumn, unitColumn));
                    }
                });
    }

    private boolean take(Expression expression) {
        if (expression instanceof AttributeReference column) {
            Expression of = made.get(column.exprId());
            return column.exprId().equals(unit) || (of != null && take(of));
        }
        return RowLocal.children(expression).allMatch(this::take);
    }
}
