package dev.sotto.job.data;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.rdd.DeterministicLevel;
import org.apache.spark.sql.catalyst.expressions.CumeDist;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.PlanExpression;
import org.apache.spark.sql.catalyst.expressions.RankLike;
import org.apache.spark.sql.catalyst.expressions.RowFrame$;
import org.apache.spark.sql.catalyst.expressions.SpecifiedWindowFrame;
import org.apache.spark.sql.catalyst.expressions.UnboundedFollowing$;
import org.apache.spark.sql.catalyst.expressions.UnboundedPreceding$;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import org.apache.spark.sql.catalyst.expressions.aggregate.Average;
import org.apache.spark.sql.catalyst.expressions.aggregate.BoolAnd;
import org.apache.spark.sql.catalyst.expressions.aggregate.BoolOr;
import org.apache.spark.sql.catalyst.expressions.aggregate.Count;
import org.apache.spark.sql.catalyst.expressions.aggregate.CountIf;
import org.apache.spark.sql.catalyst.expressions.aggregate.Max;
import org.apache.spark.sql.catalyst.expressions.aggregate.Min;
import org.apache.spark.sql.catalyst.expressions.aggregate.Sum;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.Deduplicate;
import org.apache.spark.sql.catalyst.plans.logical.Distinct;
import org.apache.spark.sql.catalyst.plans.logical.Except;
import org.apache.spark.sql.catalyst.plans.logical.Expand;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.Intersect;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LeafNode;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Repartition;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionByExpression;
import org.apache.spark.sql.catalyst.plans.logical.ResolvedHint;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.catalyst.plans.logical.WithCTE;
import org.apache.spark.sql.execution.LogicalRDD;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Whether a query gives the same rows each time it is run, in whatever order. A partition that is lost is computed again: if rows
 * could then be others, a person might be in two partitions at once and be counted twice, which no noise was calibrated for.
 *
 * <p>Decided on what Spark understood. A query is allowed by name of its parts, so that what later versions of Spark may bring is
 * refused; functions of the user's own are believed what they declare.
 */
final class Repeatable {

    private static final Set<Class<?>> OPERATIONS = Set.of(
            Project.class,
            Filter.class,
            SubqueryAlias.class,
            View.class,
            Join.class,
            Aggregate.class,
            Distinct.class,
            Union.class,
            Intersect.class,
            Except.class,
            Window.class,
            Generate.class,
            Expand.class,
            Sort.class,
            Repartition.class,
            RepartitionByExpression.class,
            ResolvedHint.class,
            WithCTE.class,
            CTERelationDef.class);

    /** Aggregates that are the same in whatever order their rows arrive: sums of whole numbers and decimals alone. */
    private static final Set<Class<?>> AGGREGATES = Set.of(
            Count.class, CountIf.class, Max.class, Min.class, Sum.class, Average.class, BoolAnd.class, BoolOr.class);

    private Repeatable() {}

    /** The first thing in a query by which its rows may differ from time to time, in words; empty if there is none. */
    static Optional<String> fault(LogicalPlan plan) {
        if (plan.isStreaming()) {
            return Optional.of("a stream");
        }
        return nodes(plan.expressions())
                .flatMap(expression -> fault((Expression) expression).stream())
                .findFirst()
                .or(() -> isRepeatable(plan) ? Optional.empty() : Optional.of("the operation " + plan.nodeName()))
                .or(() -> nodes(plan.children())
                        .flatMap(child -> fault((LogicalPlan) child).stream())
                        .findFirst());
    }

    private static boolean isRepeatable(LogicalPlan plan) {
        if (plan instanceof LogicalRDD rows) {
            return !rows.rdd().outputDeterministicLevel().equals(DeterministicLevel.INDETERMINATE());
        }
        if (plan instanceof Deduplicate distinct) { // by some columns alone, whichever row comes first is kept
            return plan.output().forall(column -> distinct.keys().contains(column));
        }
        return plan instanceof LeafNode || OPERATIONS.contains(plan.getClass());
    }

    private static Optional<String> fault(Expression expression) {
        return nodes(expression.children())
                .flatMap(child -> fault((Expression) child).stream())
                .findFirst()
                .or(() -> kind(expression));
    }

    private static Optional<String> kind(Expression expression) {
        if (expression instanceof PlanExpression<?> query && query.plan() instanceof LogicalPlan plan) {
            return fault(plan);
        }
        if (expression instanceof AggregateExpression aggregate && !isRepeatable(aggregate.aggregateFunction())) {
            return Optional.of("the aggregate function "
                    + aggregate.aggregateFunction().prettyName()
                    + ", whose value can depend on the order in which rows arrive");
        }
        if (expression instanceof WindowExpression window && !isRepeatable(window)) {
            return Optional.of("the window function " + window.windowFunction().prettyName()
                    + ", whose value for rows of equal rank depends on the order in which they arrive");
        }
        return expression.deterministic()
                ? Optional.empty()
                : Optional.of("the function " + expression.prettyName() + ", which gives another value each time");
    }

    private static boolean isRepeatable(AggregateFunction function) {
        boolean rounds = (function instanceof Sum || function instanceof Average)
                && nodes(function.children()).map(Expression.class::cast).anyMatch(Repeatable::isFloating);
        return AGGREGATES.contains(function.getClass()) && !rounds;
    }

    private static boolean isFloating(Expression value) {
        return value.dataType() instanceof DoubleType || value.dataType() instanceof FloatType;
    }

    private static boolean isRepeatable(WindowExpression window) {
        Expression function = window.windowFunction();
        if (!(function instanceof AggregateExpression)) {
            return function instanceof RankLike || function instanceof CumeDist;
        }
        return !(window.windowSpec().frameSpecification() instanceof SpecifiedWindowFrame frame
                && frame.frameType().equals(RowFrame$.MODULE$)
                && !(frame.lower().equals(UnboundedPreceding$.MODULE$)
                        && frame.upper().equals(UnboundedFollowing$.MODULE$)));
    }

    private static Stream<Object> nodes(scala.collection.immutable.Seq<?> nodes) {
        return CollectionConverters.asJava(nodes).stream().map(Object.class::cast);
    }
}
