package dev.sotto.job.data;

import dev.sotto.job.config.DataSettings.Target;
import dev.sotto.job.config.DeclaredLabels;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;

/**
 * Whether what was declared can stand in a column of some type. A table's schema is public, so that what no row can hold is refused
 * before a row is read; rows are compared as texts, as Spark writes values of that type.
 */
final class LabelTypes {
    private static final int SHOWN = 6;

    /** How values of a type read. */
    private record Reading(String example, Set<String> few) {
        private static final Reading WHOLE = new Reading("0, 1, 2", Set.of());
        private static final Reading REAL = new Reading("0.0, 1.0", Set.of());
        private static final Reading TRUTH = new Reading("true, false", Set.of("true", "false"));
        private static final Reading DAY = new Reading("2026-01-31", Set.of());
    }

    private LabelTypes() {}

    /**
     * What is wrong with a label column, if anything.
     *
     * @param whole the column's type
     * @param type the same; where labels are lists, that of their entries
     */
    static Optional<String> fault(String column, DataType whole, DataType type, Target target) {
        String said = "column " + column + " is " + whole.simpleString();
        if (target instanceof Target.Labelled labelled) {
            return type instanceof StringType || type instanceof BinaryType
                    ? Optional.empty()
                    : labels(said, type, labelled.labels());
        }
        boolean fits = type instanceof StringType
                || type instanceof NumericType
                || (target instanceof Target.Completion && type instanceof BinaryType);
        return fits
                ? Optional.empty()
                : Optional.of(said + ", where "
                        + (target instanceof Target.Quantity ? "a number" : "a text")
                        + " is learned. Name another, or make one with columns.");
    }

    private static Optional<String> labels(String said, DataType type, DeclaredLabels labels) {
        Optional<Reading> reading = reading(type);
        if (reading.isEmpty()) {
            return Optional.of(said + ", and a label is one text or number."
                    + (type instanceof ArrayType
                            ? " Lists of labels are learned by multi-label and token-classification."
                            : "")
                    + " Name another column, or make one with columns.");
        }
        List<String> never = labels.values().stream()
                .filter(value -> !canBe(value, type, reading.get()))
                .toList();
        if (never.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                "%s, its values read %s, and no row could ever hold %s. Write what the column holds with its name, as in labels: %s"
                        .formatted(said, reading.get().example(), shown(never), pairs(type, labels)));
    }

    private static Optional<Reading> reading(DataType type) {
        if (type instanceof IntegralType) {
            return Optional.of(Reading.WHOLE);
        } else if (type instanceof DoubleType || type instanceof FloatType) {
            return Optional.of(Reading.REAL);
        } else if (type instanceof DecimalType decimal) {
            return Optional.of(new Reading(
                    List.of(BigDecimal.ZERO, BigDecimal.ONE).stream()
                            .map(number -> number.setScale(decimal.scale()).toPlainString())
                            .collect(Collectors.joining(", ")),
                    Set.of()));
        } else if (type instanceof BooleanType) {
            return Optional.of(Reading.TRUTH);
        }
        return type instanceof DateType ? Optional.of(Reading.DAY) : Optional.empty();
    }

    /** Whether a value of the type reads so. */
    private static boolean canBe(String value, DataType type, Reading reading) {
        if (!reading.few().isEmpty()) {
            return reading.few().contains(value);
        } else if (type instanceof DateType) {
            return value.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}");
        }
        try {
            if (type instanceof IntegralType whole) {
                BigDecimal number = new BigDecimal(value);
                BigDecimal beyond = BigDecimal.valueOf(2).pow(8 * whole.defaultSize() - 1);
                return number.toBigIntegerExact().toString().equals(value)
                        && number.compareTo(beyond.negate()) >= 0
                        && number.compareTo(beyond) < 0;
            } else if (type instanceof DoubleType) {
                return Double.toString(Double.parseDouble(value)).equals(value);
            } else if (type instanceof FloatType) {
                return Float.toString(Float.parseFloat(value)).equals(value);
            }
            return new BigDecimal(value).scale() == ((DecimalType) type).scale()
                    && new BigDecimal(value).toPlainString().equals(value);
        } catch (ArithmeticException | NumberFormatException otherwise) {
            return false;
        }
    }

    private static String shown(List<String> values) {
        return values.stream().limit(SHOWN).collect(Collectors.joining(", ")) + (values.size() > SHOWN ? ", ..." : "");
    }

    /** The declared labels as they might have been meant: numbers in the column's own way, names by their place. */
    private static String pairs(DataType type, DeclaredLabels labels) {
        List<String> names = labels.names();
        return IntStream.range(0, names.size())
                        .limit(SHOWN)
                        .mapToObj(i -> written(i, names.get(i), type) + "=" + names.get(i))
                        .collect(Collectors.joining(","))
                + (names.size() > SHOWN ? ",..." : "")
                + ", if these are theirs.";
    }

    private static String written(int index, String name, DataType type) {
        BigDecimal number;
        try {
            number = new BigDecimal(name);
        } catch (NumberFormatException notANumber) {
            number = BigDecimal.valueOf(index);
        }
        if (type instanceof BooleanType) {
            boolean yes = name.equalsIgnoreCase("true") || name.equalsIgnoreCase("yes") || number.signum() != 0;
            return name.equalsIgnoreCase("false") || name.equalsIgnoreCase("no") ? "false" : Boolean.toString(yes);
        } else if (type instanceof DoubleType || type instanceof FloatType) {
            return Double.toString(number.doubleValue());
        } else if (type instanceof DecimalType decimal) {
            return number.setScale(decimal.scale(), java.math.RoundingMode.HALF_EVEN)
                    .toPlainString();
        }
        return type instanceof DateType ? "2026-01-31" : number.toBigInteger().toString();
    }
}
