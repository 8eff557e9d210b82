package dev.sotto.job.data;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.analysis.UnresolvedExtractValue;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.ILike;
import org.apache.spark.sql.catalyst.expressions.LambdaFunction;
import org.apache.spark.sql.catalyst.expressions.Like;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.TimestampAdd;
import org.apache.spark.sql.catalyst.expressions.TimestampDiff;
import org.apache.spark.sql.catalyst.expressions.UnresolvedNamedLambdaVariable;
import org.apache.spark.sql.types.NumericType;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The functions of Spark SQL that may stand in {@code where} and {@code columns}: those whose time and result grow no more than in
 * proportion to what they are given, which {@link ShortValues} bounds. One row that made a function take hours, or make a text of
 * gigabytes, would end or stall the run, which tells of that row.
 *
 * <p>A list of what is known to be so, because what others do to the one row that nobody thought of cannot be known.
 */
final class RowFunctions {

    /** By name; operators by the names that Spark's registry has for them. */
    private static final Set<String> NAMES = Stream.of(
                    // conditions and choices
                    "and or not ! = == <=> < <= > >= in between isnull isnotnull isnan equal_null",
                    "if when coalesce ifnull nvl nvl2 nullif nullifzero zeroifnull nanvl greatest least",
                    "like ilike rlike regexp regexp_like contains startswith endswith",
                    // numbers
                    "+ - * / % div mod pmod negative positive abs sign signum round bround ceil ceiling floor rint",
                    "sqrt cbrt exp expm1 ln log log10 log1p log2 pow power hypot factorial pi e degrees radians",
                    "sin cos tan cot sec csc asin acos atan atan2 sinh cosh tanh asinh acosh atanh width_bucket",
                    "& | ^ ~ << >> >>> shiftleft shiftright shiftrightunsigned bit_count bit_get getbit",
                    "try_add try_subtract try_multiply try_divide try_mod bin hex unhex conv to_number try_to_number",
                    // types
                    "cast boolean tinyint smallint int bigint float double decimal date timestamp string binary typeof",
                    // texts and bytes
                    "length len char_length character_length bit_length octet_length lower lcase upper ucase initcap",
                    "trim ltrim rtrim btrim left right substr substring substring_index split split_part",
                    "concat concat_ws || lpad rpad replace translate overlay mask reverse elt find_in_set instr locate position",
                    "regexp_extract regexp_extract_all regexp_replace regexp_substr regexp_count regexp_instr",
                    "ascii chr char soundex quote base64 unbase64 encode decode to_binary try_to_binary",
                    "is_valid_utf8 make_valid_utf8 validate_utf8 try_validate_utf8 luhn_check",
                    "url_encode url_decode try_url_decode parse_url try_parse_url",
                    "md5 sha sha1 sha2 crc32 hash xxhash64",
                    // times
                    "add_months convert_timezone date_add dateadd date_sub date_diff datediff date_format date_from_unix_date",
                    "date_part datepart date_trunc trunc extract day dayname dayofmonth dayofweek dayofyear hour minute second",
                    "month monthname months_between quarter weekday weekofyear year last_day next_day",
                    "from_unixtime from_utc_timestamp to_utc_timestamp make_date make_timestamp make_timestamp_ntz",
                    "make_timestamp_ltz try_make_timestamp make_interval make_dt_interval make_ym_interval timestampadd timestampdiff",
                    "timestamp_micros timestamp_millis timestamp_seconds to_date try_to_date to_timestamp to_timestamp_ltz",
                    "to_timestamp_ntz try_to_timestamp to_unix_timestamp unix_timestamp unix_date unix_micros unix_millis unix_seconds",
                    // lists, structs and maps
                    "array array_append array_prepend array_compact array_contains array_distinct array_except array_intersect",
                    "array_join array_max array_min array_position array_remove array_size array_union arrays_overlap arrays_zip",
                    "element_at try_element_at get size cardinality slice sort_array flatten",
                    "exists filter forall transform aggregate reduce zip_with map_filter transform_values",
                    "named_struct struct map map_contains_key map_values",
                    // JSON
                    "from_json to_json get_json_object json_array_length json_object_keys",
                    "parse_json try_parse_json variant_get try_variant_get is_variant_null")
            .flatMap(line -> Arrays.stream(line.split(" ")))
            .collect(Collectors.toUnmodifiableSet());

    /** What Spark's parser makes of an expression beside functions. */
    private static final Set<Class<? extends Expression>> PARTS = Set.of(
            UnresolvedAttribute.class,
            UnresolvedExtractValue.class,
            UnresolvedNamedLambdaVariable.class,
            LambdaFunction.class,
            TimestampAdd.class,
            TimestampDiff.class,
            Literal.class);

    /** What operators are parsed into: the classes that Spark's registry has under their names. */
    private static final Set<String> OPERATORS =
            NAMES.stream().flatMap(RowFunctions::classOf).collect(Collectors.toUnmodifiableSet());

    private static final String UNKNOWN =
            ", which is not among what is known to cost no more than in proportion to the row (docs/operations.md lists that)";

    /** How far a text may be padded, in characters. */
    private static final int MAX_PADDED = 10_000;

    /** How long a literal may be that is put in once for each time that something is found, in characters. */
    private static final int MAX_INSERTED = 100;

    /**
     * Arguments by which a result could be larger than what is given, or which are read by a parser that descends, by function and place
     * from 0: short literals.
     */
    private static final Map<String, List<Integer>> LITERALS = Map.ofEntries(
            Map.entry("replace", List.of(1, 2)),
            Map.entry("regexp_replace", List.of(2)),
            Map.entry("concat_ws", List.of(0)),
            Map.entry("date_format", List.of(1)),
            Map.entry("from_unixtime", List.of(1)),
            Map.entry("to_date", List.of(1)),
            Map.entry("try_to_date", List.of(1)),
            Map.entry("to_timestamp", List.of(1)),
            Map.entry("to_timestamp_ltz", List.of(1)),
            Map.entry("to_timestamp_ntz", List.of(1)),
            Map.entry("try_to_timestamp", List.of(1)),
            Map.entry("to_unix_timestamp", List.of(1)),
            Map.entry("unix_timestamp", List.of(1)),
            Map.entry("array_join", List.of(1, 2)),
            Map.entry("parse_url", List.of(1, 2)),
            Map.entry("try_parse_url", List.of(1, 2)),
            Map.entry("get_json_object", List.of(1)),
            Map.entry("variant_get", List.of(1)),
            Map.entry("try_variant_get", List.of(1)));

    private RowFunctions() {}

    static Set<String> names() {
        return NAMES;
    }

    /** What in a parsed expression could cost more than in proportion, in words; empty if nothing. */
    static Optional<String> fault(Expression parsed) {
        return kind(parsed)
                .or(() -> parsed instanceof LambdaFunction lambda ? ofLambda(lambda) : Optional.empty())
                .or(() -> RowLocal.children(parsed)
                        .flatMap(child -> fault(child).stream())
                        .findFirst());
    }

    private static Optional<String> kind(Expression part) {
        if (part instanceof UnresolvedFunction function) {
            return ofFunction(function);
        }
        if ((part instanceof Like || part instanceof ILike)
                && !isShortLiteral(RowLocal.children(part).toList().get(1))) {
            return Optional.of(
                    "LIKE with a pattern that is no literal, or is longer than " + MAX_INSERTED + " characters");
        }
        return PARTS.contains(part.getClass())
                        || OPERATORS.contains(part.getClass().getName())
                ? Optional.empty()
                : Optional.of(part.prettyName() + UNKNOWN);
    }

    /** Spark's parser takes every name in a lambda's body for one of its variables. */
    private static Optional<String> ofLambda(LambdaFunction lambda) {
        Set<String> own = CollectionConverters.asJava(lambda.arguments()).stream()
                .map(variable -> variable.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        return parts(lambda.function())
                .flatMap(part -> {
                    if (part instanceof LambdaFunction) {
                        return Stream.of(
                                "a function of list elements within another, which takes one by the other in time");
                    }
                    return part instanceof UnresolvedNamedLambdaVariable name
                                    && !own.contains(name.nameParts().head().toLowerCase(Locale.ROOT))
                            ? Stream.of("the column " + name.name()
                                    + " in a function of list elements, which would be gone through"
                                    + " once for each. Use its own variable alone")
                            : Stream.of();
                })
                .findFirst();
    }

    private static Stream<Expression> parts(Expression whole) {
        return Stream.concat(Stream.of(whole), RowLocal.children(whole).flatMap(RowFunctions::parts));
    }

    private static Optional<String> ofFunction(UnresolvedFunction function) {
        String name = String.join(".", CollectionConverters.asJava(function.nameParts()))
                .toLowerCase(Locale.ROOT);
        if (!NAMES.contains(name)) {
            return Optional.of("the function " + name + UNKNOWN);
        }
        List<Expression> arguments = RowLocal.children(function).toList();
        if ((name.equals("aggregate") || name.equals("reduce")) && !isNumber(arguments, 1)) {
            return Optional.of("the function " + name
                    + " with a start that is no number such as 0: what it gathers could double with each element");
        }
        if (name.endsWith("pad") && !(isNumber(arguments, 1) && isAtMost(MAX_PADDED, arguments.get(1)))) {
            return Optional.of("the function " + name + " to a length that is no number, or above " + MAX_PADDED);
        }
        return LITERALS.getOrDefault(name, List.of()).stream()
                        .allMatch(place -> place >= arguments.size() || isShortLiteral(arguments.get(place)))
                ? Optional.empty()
                : Optional.of(
                        "the function %s with a separator, path, format or replacement that is no literal, or one of more than %d characters"
                                .formatted(name, MAX_INSERTED));
    }

    private static boolean isNumber(List<Expression> arguments, int place) {
        return arguments.size() > place
                && arguments.get(place) instanceof Literal literal
                && literal.dataType() instanceof NumericType;
    }

    private static boolean isAtMost(int most, Expression number) {
        return Double.parseDouble(number.toString()) <= most;
    }

    private static boolean isShortLiteral(Expression argument) {
        return argument instanceof Literal literal
                && String.valueOf(literal.value()).length() <= MAX_INSERTED;
    }

    private static Stream<String> classOf(String name) {
        Option<ExpressionInfo> known = FunctionRegistry.builtin().lookupFunction(new FunctionIdentifier(name));
        return known.isEmpty() ? Stream.of() : Stream.of(known.get().getClassName());
    }
}
