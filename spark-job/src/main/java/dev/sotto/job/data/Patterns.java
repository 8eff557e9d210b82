package dev.sotto.job.data;

import java.util.Optional;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ILike;
import org.apache.spark.sql.catalyst.expressions.Like;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.RegExpExtractBase;
import org.apache.spark.sql.catalyst.expressions.RegExpReplace;
import org.apache.spark.sql.catalyst.expressions.StringRegexExpression;
import org.apache.spark.sql.catalyst.expressions.StringSplit;

/** The expressions of Spark's that search a text, their first child, for a pattern, their second. */
final class Patterns {

    private Patterns() {}

    private static boolean isSearch(Expression bound) {
        return bound instanceof StringRegexExpression
                || bound instanceof ILike
                || bound instanceof RegExpReplace
                || bound instanceof RegExpExtractBase
                || bound instanceof StringSplit;
    }

    private static boolean isLike(Expression bound) {
        return bound instanceof Like || bound instanceof ILike;
    }

    /** The pattern of a search; empty of what is none, or has no literal. */
    static Optional<String> literal(Expression bound) {
        return isSearch(bound) && bound.children().apply(1) instanceof Literal literal && literal.value() != null
                ? Optional.of(literal.value().toString())
                : Optional.empty();
    }

    /** How much of a text a search that has no fault is shown, of so many characters, to keep within so many steps. */
    static int characters(Expression bound, int most, double steps) {
        String pattern = literal(bound).orElseThrow();
        return isLike(bound)
                ? PatternCost.charactersOfLike(pattern, most, steps)
                : PatternCost.characters(pattern, most, steps);
    }

    /** What could take Java's regular expressions years with one row's text, or the stack; empty if nothing. */
    static Optional<String> fault(Expression bound) {
        if (!isSearch(bound)) {
            return Optional.empty();
        }
        Optional<String> pattern = literal(bound);
        return pattern.isEmpty()
                ? Optional.of("a pattern that is no literal")
                : isLike(bound) ? PatternCost.faultOfLike(pattern.get()) : PatternCost.fault(pattern.get());
    }
}
