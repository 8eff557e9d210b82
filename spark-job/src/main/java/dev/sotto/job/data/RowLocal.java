package dev.sotto.job.data;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.ArrayBinaryLike;
import org.apache.spark.sql.catalyst.expressions.ArrayDistinct;
import org.apache.spark.sql.catalyst.expressions.ArraysOverlap;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.Generator;
import org.apache.spark.sql.catalyst.expressions.JsonToStructs;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.MetadataAttribute;
import org.apache.spark.sql.catalyst.expressions.Nondeterministic;
import org.apache.spark.sql.catalyst.expressions.PlanExpression;
import org.apache.spark.sql.catalyst.expressions.RaiseError;
import org.apache.spark.sql.catalyst.expressions.RuntimeReplaceable;
import org.apache.spark.sql.catalyst.expressions.SortArray;
import org.apache.spark.sql.catalyst.expressions.UnresolvedWindowExpression;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.expressions.WindowExpression;
import org.apache.spark.sql.catalyst.expressions.WindowFunction;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import org.apache.spark.sql.catalyst.expressions.objects.Invoke;
import org.apache.spark.sql.catalyst.expressions.objects.StaticInvoke;
import org.apache.spark.sql.catalyst.expressions.variant.VariantGet;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LeafNode;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.catalyst.trees.Origin;
import org.apache.spark.sql.catalyst.trees.TreePattern;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.TextBasedFileFormat;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DatetimeType;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Whether an expression or a query looks at one row alone, and would give the same for that row again. Only then does adding
 * or taking away one privacy unit leave what the others contribute as it is, which the guarantee assumes; and only then is a
 * partition that is rebuilt after a failure the same partition.
 *
 * <p>Decided on what Spark itself understood, not on the text. A query is allowed by name of its parts: reading, selecting and
 * filtering; everything else (joins, unions, aggregates, windows, samples, limits) is refused, and so is what later versions of Spark
 * may bring.
 */
final class RowLocal {

    /** What Spark takes for a time by the clock: these words, and times of day without a date. */
    private static final Pattern OF_THE_MOMENT =
            Pattern.compile("(?i)(^|')\\s*(now|today|yesterday|tomorrow|T?\\d{0,9}:)");

    private RowLocal() {}

    /** The first thing in a query that looks beyond its row, in words; empty if there is none. */
    static Optional<String> fault(LogicalPlan plan) {
        return fault(plan, null);
    }

    /** The same of what stands above a query that is known. */
    static Optional<String> fault(LogicalPlan plan, @Nullable LogicalPlan known) {
        if (plan.equals(known)) {
            return Optional.empty();
        }
        boolean rowByRow = (plan instanceof LeafNode && !isOfLines(plan))
                || plan instanceof Project
                || plan instanceof Filter
                || plan instanceof SubqueryAlias
                || plan instanceof View;
        return nodes(plan.expressions())
                .flatMap(expression -> fault((Expression) expression).stream())
                .findFirst()
                .or(() -> isOfLines(plan)
                        ? Optional.of("files of lines, in which a record can reach over others")
                        : Optional.empty())
                .or(() -> rowByRow ? Optional.empty() : Optional.of("the operation " + plan.nodeName()))
                .or(() -> nodes(plan.children())
                        .flatMap(child -> fault((LogicalPlan) child, known).stream())
                        .findFirst());
    }

    /** Spark's own readers of csv, json, xml and text take options, stored in a catalog, by which rows hang together. */
    private static boolean isOfLines(LogicalPlan plan) {
        return plan instanceof LogicalRelation files
                && files.relation() instanceof HadoopFsRelation relation
                && relation.fileFormat() instanceof TextBasedFileFormat;
    }

    /** The same of an expression, whether Spark has bound it to a table or only parsed it. */
    static Optional<String> fault(Expression expression) {
        return nodes(expression.children())
                .flatMap(child -> fault((Expression) child).stream())
                .findFirst()
                .or(() -> expression instanceof RuntimeReplaceable standsFor && expression.resolved()
                        ? fault(standsFor.replacement())
                        : Optional.empty())
                .or(() -> kind(expression));
    }

    /** Parses an expression; what Spark says of one that is no expression is its exception's message. */
    static Expression parse(String sql) {
        return CatalystSqlParser$.MODULE$.parseExpression(sql);
    }

    private static Optional<String> kind(Expression expression) {
        if (expression instanceof PlanExpression<?>) {
            return Optional.of("a sub-query");
        }
        if (expression instanceof WindowExpression || expression instanceof UnresolvedWindowExpression) {
            return Optional.of("a window (OVER)");
        }
        if (expression instanceof UnresolvedFunction function) {
            return kindOfNamed(function);
        }
        if (!isSparksOwn(expression)) {
            String name = expression instanceof UserDefinedExpression own ? own.name() : expression.prettyName();
            return Optional.of("the user-defined function " + name);
        }
        if (expression instanceof AttributeReference column && MetadataAttribute.isValid(column.metadata())) {
            return Optional.of(metadataColumn(column.name()));
        }
        if (expression.nodePatterns().contains(TreePattern.VARIABLE_REFERENCE())) {
            return Optional.of("a variable of the session");
        }
        return kindOfFunction(expression.getClass(), expression.prettyName())
                .or(() -> Patterns.fault(expression)
                        .map(found -> "the function %s with %s: one row's text could take it years, or the stack"
                                .formatted(expression.prettyName(), found)))
                .or(() -> comparesAll(expression)
                        ? Optional.of("the function " + expression.prettyName()
                                + " of lists or structs within a list, of which each is compared with each")
                        : Optional.empty())
                .or(() -> isOfTheMoment(expression)
                        ? Optional.of("the function " + expression.prettyName()
                                + ", which gives another value each time. Write the date itself")
                        : Optional.empty())
                .or(() -> expression.deterministic()
                        ? Optional.empty()
                        : Optional.of(
                                "the function " + expression.prettyName() + ", which gives another value each time"));
    }

    /** Entries that are no single values have no hash in Spark. */
    private static boolean comparesAll(Expression expression) {
        return (expression instanceof ArrayBinaryLike
                        || expression instanceof ArrayDistinct
                        || expression instanceof ArraysOverlap
                        || expression instanceof SortArray)
                && children(expression)
                        .anyMatch(list -> list.dataType() instanceof ArrayType entries
                                && !(entries.elementType() instanceof AtomicType));
    }

    static String metadataColumn(String name) {
        return "the metadata column " + name + ", which tells where a row stands, not what it says";
    }

    /** The time, the user, the catalog; or a literal such as 'now' or '10:30', which Spark takes for a time of today. */
    private static boolean isOfTheMoment(Expression expression) {
        if (expression instanceof Literal literal && literal.dataType() instanceof DatetimeType) {
            return isOfTheMoment(written(literal));
        }
        return expression.nodePatterns().contains(TreePattern.CURRENT_LIKE())
                || (expression instanceof Cast cast
                        && cast.dataType() instanceof DatetimeType
                        && cast.child() instanceof Literal text
                        && text.value() != null
                        && isOfTheMoment(text.value().toString()))
                || ((expression instanceof JsonToStructs || expression instanceof VariantGet)
                        && holdsTimestamps(expression.dataType()));
    }

    private static boolean isOfTheMoment(String written) {
        return OF_THE_MOMENT.matcher(written).find();
    }

    /** A literal as it was typed, such as DATE 'today'; empty where it was not. */
    private static String written(Literal literal) {
        Origin typed = literal.origin();
        return typed.sqlText().isEmpty()
                        || typed.startIndex().isEmpty()
                        || typed.stopIndex().isEmpty()
                ? ""
                : typed.sqlText()
                        .get()
                        .substring(
                                (int) typed.startIndex().get(),
                                (int) typed.stopIndex().get() + 1);
    }

    private static boolean holdsTimestamps(DataType type) {
        return type.existsRecursively(part -> part instanceof TimestampType);
    }

    /** Of a function not yet bound: known by its name alone, so only Spark's own are judged here. */
    private static Optional<String> kindOfNamed(UnresolvedFunction function) {
        String name = String.join(".", CollectionConverters.asJava(function.nameParts()));
        Option<ExpressionInfo> known = FunctionRegistry.builtin().lookupFunction(new FunctionIdentifier(name));
        if (known.isEmpty()) {
            return Optional.empty();
        }
        try {
            ClassLoader spark = Expression.class.getClassLoader();
            return kindOfFunction(Class.forName(known.get().getClassName(), false, spark), name);
        } catch (ClassNotFoundException unknown) {
            return Optional.empty(); // what this version of Spark makes of it is judged when it is bound
        }
    }

    private static Optional<String> kindOfFunction(Class<?> function, String name) {
        if (WindowFunction.class.isAssignableFrom(function)) { // some are aggregates, too
            return Optional.of("the window function " + name);
        }
        if (AggregateFunction.class.isAssignableFrom(function)
                || AggregateExpression.class.isAssignableFrom(function)) {
            return Optional.of("the aggregate function " + name);
        }
        if (Generator.class.isAssignableFrom(function)) {
            return Optional.of("the function " + name + ", which makes several rows of one");
        }
        if (RaiseError.class.isAssignableFrom(function)) {
            return Optional.of("the function " + name + ", by which one row could stop the run");
        }
        if (Nondeterministic.class.isAssignableFrom(function)) {
            return Optional.of("the function " + name + ", which gives another value each time");
        }
        return Optional.empty();
    }

    private static boolean isSparksOwn(Expression expression) {
        if (expression instanceof UserDefinedExpression) {
            return false;
        }
        if (expression instanceof StaticInvoke call) {
            return isSparks(call.staticObject());
        }
        if (expression instanceof Invoke call
                && call.targetObject() instanceof Literal target
                && target.dataType() instanceof ObjectType type) {
            return isSparks(type.cls());
        }
        return isSparks(expression.getClass());
    }

    private static boolean isSparks(Class<?> type) {
        return type.getName().startsWith("org.apache.spark.");
    }

    /** What an expression is made of. */
    static Stream<Expression> children(Expression expression) {
        return nodes(expression.children()).map(Expression.class::cast);
    }

    private static Stream<Object> nodes(scala.collection.immutable.Seq<?> nodes) {
        return CollectionConverters.asJava(nodes).stream().map(Object.class::cast);
    }
}
