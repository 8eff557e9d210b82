package dev.sotto.job.data;

import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.transform_values;
import static org.apache.spark.sql.functions.when;

import dev.sotto.core.batch.ImageEncoder;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.LambdaFunction;
import org.apache.spark.sql.catalyst.expressions.LeafExpression;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;

/**
 * What the user's expressions see of a row: of each column the beginning, and of each text on the way no more. So the time and memory
 * that an expression takes for one row are bounded by the expression and public numbers, whatever is in the row.
 */
final class ShortValues {

    /** Characters of a text: some ten thousand words. */
    static final int CHARACTERS = 1 << 16;

    /** Entries of a list or map, and characters of a text within one. */
    static final int ENTRIES = 4096;

    static final int CHARACTERS_OF_ENTRY = 1024;

    private static final String TIME_OF_DAY = "^[\\x00-\\x20\\x7f]*+(T|[0-9]*+:)";

    private ShortValues() {}

    /** The same expression on the beginnings of what it names; it must be bound to its table. */
    static Expression in(Expression bound) {
        return in(bound, PatternCost.STEPS);
    }

    /** @param steps that one search for a pattern may take */
    private static Expression in(Expression bound, double steps) {
        if (isColumn(bound)) {
            return ExpressionUtils.expression(cut(ExpressionUtils.column(bound), bound.dataType(), CHARACTERS));
        }
        double within = bound instanceof LambdaFunction ? steps / ENTRIES : steps; // it is called for each entry
        Expression ofShort = bound.mapChildren(child -> in(child, within));
        if (Patterns.literal(bound).isPresent()) {
            Expression text = ofShort.children().head();
            Column shown = substring(ExpressionUtils.column(text), 1, Patterns.characters(bound, CHARACTERS, steps));
            ofShort = ofShort.mapChildren(child -> child == text ? ExpressionUtils.expression(shown) : child);
        } else if (bound instanceof Cast cast && isParsed(cast)) {
            boolean time = cast.dataType() instanceof TimestampType;
            ofShort = ofShort.mapChildren(text -> {
                Column few = number(ExpressionUtils.column(text));
                return ExpressionUtils.expression(time ? withDate(few) : few);
            });
        }
        return makesText(bound)
                ? ExpressionUtils.expression(substring(ExpressionUtils.column(ofShort), 1, CHARACTERS))
                : ofShort;
    }

    /** Of a text no number or time is as long as this: making one of millions of digits takes hours. */
    static Column number(Column text) {
        return when(octet_length(text).leq(Limits.SHORT_TEXT_BYTES), text);
    }

    /** A time of day alone, which Spark takes for one of today, is none. */
    static Column withDate(Column text) {
        return when(not(isTimeOfDay(text)), text);
    }

    static Column isTimeOfDay(Column text) {
        return text.rlike(TIME_OF_DAY);
    }

    private static boolean isParsed(Cast cast) {
        return cast.child().dataType() instanceof StringType
                && !(cast.dataType() instanceof StringType || cast.dataType() instanceof BinaryType);
    }

    /** A lambda must stay what its function calls. */
    private static boolean makesText(Expression bound) {
        return bound.dataType() instanceof StringType
                && !(bound instanceof LeafExpression)
                && !(bound instanceof LambdaFunction);
    }

    /** A column, or a field of one: cut as it is named, so that readers still read no more of a struct than that. */
    private static boolean isColumn(Expression bound) {
        return bound instanceof Attribute || (bound instanceof GetStructField field && isColumn(field.child()));
    }

    private static Column cut(Column whole, DataType type, int characters) {
        if (type instanceof StringType) {
            return substring(whole, 1, characters);
        }
        if (type instanceof BinaryType) { // a part of an image is none
            return when(octet_length(whole).leq(ImageEncoder.MAX_FILE_BYTES), whole);
        }
        if (type instanceof ArrayType list) {
            Column first = slice(whole, 1, ENTRIES);
            return isFlat(list.elementType())
                    ? first
                    : transform(first, entry -> cut(entry, list.elementType(), CHARACTERS_OF_ENTRY));
        }
        if (type instanceof MapType map) {
            Column few = when(size(whole).leq(ENTRIES), whole);
            return isFlat(map.valueType())
                    ? few
                    : transform_values(few, (key, value) -> cut(value, map.valueType(), CHARACTERS_OF_ENTRY));
        }
        if (type instanceof StructType struct && !isFlat(type)) {
            Column[] fields = Arrays.stream(struct.fields())
                    .map(field -> cut(whole.getField(field.name()), field.dataType(), characters)
                            .as(field.name()))
                    .toArray(Column[]::new);
            return when(whole.isNotNull(), struct(fields));
        }
        return whole;
    }

    /** Of a public size, whatever is in it. */
    private static boolean isFlat(DataType type) {
        return type instanceof StructType struct
                ? Arrays.stream(struct.fields()).allMatch(field -> isFlat(field.dataType()))
                : !(type instanceof StringType
                        || type instanceof BinaryType
                        || type instanceof ArrayType
                        || type instanceof MapType);
    }
}
