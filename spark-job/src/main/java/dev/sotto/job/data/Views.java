package dev.sotto.job.data;

import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAlias;
import org.apache.spark.sql.catalyst.analysis.UnresolvedStar;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.classic.ColumnNodeToExpressionConverter$;
import org.apache.spark.sql.classic.Dataset$;
import org.apache.spark.sql.classic.ExpressionUtils;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The expressions of a catalog's views, which are held to what holds of the user's own ({@link RowExpressions}): they look at one row alone,
 * their functions cost no more than what they are shown, and what cannot be computed is null, also where the view was made in ANSI mode.
 */
final class Views {

    private Views() {}

    /** What is wrong with a table that may be a view, or a view of views, in words; empty if nothing. */
    static Optional<String> fault(SparkSession session, LogicalPlan table) {
        return RowLocal.fault(table).or(() -> cost(session, table));
    }

    /** What could cost more than in proportion to the row: told by the views' texts, whose functions have their names still. */
    private static Optional<String> cost(SparkSession session, LogicalPlan plan) {
        Optional<String> own = Optional.empty();
        if (plan instanceof View view) {
            own = view.desc().viewText().isDefined()
                    ? ofText(session, view.desc().viewText().get())
                    : isPlain(view.child())
                            ? Optional.empty()
                            : Optional.of("expressions that a program made, whose cost is not known");
        }
        return own.or(() ->
                children(plan).flatMap(child -> cost(session, child).stream()).findFirst());
    }

    private static Optional<String> ofText(SparkSession session, String text) {
        try {
            return ofParsed(((org.apache.spark.sql.classic.SparkSession) session)
                    .sessionState()
                    .sqlParser()
                    .parsePlan(text));
        } catch (
                Exception cannotParse) { // Spark throws ParseException, a checked exception it does not declare to Java
            return Optional.of("a text that cannot be read");
        }
    }

    private static Optional<String> ofParsed(LogicalPlan parsed) {
        return CollectionConverters.asJava(parsed.expressions()).stream()
                .flatMap(expression -> ofColumn(expression).stream())
                .findFirst()
                .or(() -> children(parsed)
                        .flatMap(child -> ofParsed(child).stream())
                        .findFirst());
    }

    private static Optional<String> ofColumn(Expression expression) {
        if (expression instanceof UnresolvedStar) {
            return Optional.empty();
        }
        return expression instanceof Alias || expression instanceof UnresolvedAlias
                ? RowFunctions.fault(RowLocal.children(expression).findFirst().orElseThrow())
                : RowFunctions.fault(expression);
    }

    /** The same table, of which no row can end or stall the reading. */
    static Dataset<Row> bounded(SparkSession session, Dataset<Row> table) {
        LogicalPlan plan = Table.plan(table);
        return isPlain(plan)
                ? table
                : Dataset$.MODULE$.ofRows((org.apache.spark.sql.classic.SparkSession) session, bounded(plan));
    }

    private static LogicalPlan bounded(LogicalPlan plan) {
        LogicalPlan above = plan.mapChildren(Views::bounded);
        return above instanceof Filter || above instanceof Project ? above.mapExpressions(Views::bounded) : above;
    }

    private static Expression bounded(Expression expression) {
        if (isPlain(expression)) {
            return expression;
        } else if (expression instanceof Alias) {
            return expression.mapChildren(Views::bounded);
        }
        return ColumnNodeToExpressionConverter$.MODULE$.apply(
                ExpressionUtils.column(RowExpressions.bounded(expression)).node());
    }

    private static boolean isPlain(LogicalPlan plan) {
        boolean reads = !(plan instanceof Filter || plan instanceof Project)
                || CollectionConverters.asJava(plan.expressions()).stream().allMatch(Views::isPlain);
        return reads && children(plan).allMatch(Views::isPlain);
    }

    private static boolean isPlain(Expression expression) {
        return expression instanceof Alias alias
                ? RowExpressions.isComparison(alias.child())
                : RowExpressions.isComparison(expression);
    }

    private static Stream<LogicalPlan> children(LogicalPlan plan) {
        return CollectionConverters.asJava(plan.children()).stream();
    }
}
