package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.batch.TextEncoder;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.DataSettings.Target;
import dev.sotto.job.config.HandedOver;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableStorage;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What leaves the reader of one hostile row of 100 MB, of each kind: no more than the public bound of that kind. */
@ExtendWith(LocalSpark.class)
class LimitsTest {

    private static final int LENGTH = 16;
    private static final int CHARACTERS = TextEncoder.characters(LENGTH);
    private static final String HUGE = "repeat('0123456789', 10000000)";
    private static final Input TEXT = new Input.Text("x", null, LENGTH);
    private static final Input WORDS = new Input.Words("x", LENGTH);
    private static final Target CLASSES = new Target.Classes("y", List.of("no", "yes"));
    private static final Target SET = new Target.LabelSet("y", List.of("no", "yes"));
    private static final Target WORD_CLASSES = new Target.WordClasses("y", List.of("no", "yes"));

    static Stream<Arguments> hostileRows() {
        return Stream.of(
                Arguments.of("a text", TEXT, CLASSES, HUGE, "'yes'", "'p'", CHARACTERS + 3 + 1),
                Arguments.of(
                        "a text of characters beyond 16 bits",
                        TEXT,
                        CLASSES,
                        "repeat('\ud83d\ude00', 25000000)",
                        "'yes'",
                        "'p'",
                        4 * CHARACTERS + 4),
                Arguments.of(
                        "blanks before a text",
                        TEXT,
                        CLASSES,
                        "concat(repeat(' ', 100000000), 'x')",
                        "'yes'",
                        "'p'",
                        CHARACTERS + 4),
                Arguments.of("a completion", TEXT, new Target.Completion("y"), "'a'", HUGE, "'p'", CHARACTERS + 2),
                Arguments.of("a label", TEXT, CLASSES, "'a'", HUGE, "'p'", 2),
                Arguments.of("a number of many digits", TEXT, new Target.Quantity("y"), "'a'", HUGE, "'p'", 2),
                Arguments.of("a person's name", TEXT, CLASSES, "'a'", "'yes'", HUGE, 4 + Limits.UNIT_BYTES + 64),
                Arguments.of(
                        "a million words",
                        WORDS,
                        WORD_CLASSES,
                        "array_repeat('ab', 1000000)",
                        "array_repeat('yes', 1000000)",
                        "'p'",
                        LENGTH * 5 + 1),
                Arguments.of(
                        "a long word",
                        WORDS,
                        WORD_CLASSES,
                        "array(" + HUGE + ")",
                        "array('yes')",
                        "'p'",
                        CHARACTERS + 4),
                Arguments.of(
                        "a long label of a word", WORDS, WORD_CLASSES, "array('a')", "array(" + HUGE + ")", "'p'", 2),
                Arguments.of("a million labels", TEXT, SET, "'a'", "array_repeat('yes', 1000000)", "'p'", 2),
                Arguments.of("a long label of several", TEXT, SET, "'a'", "array(" + HUGE + ")", "'p'", 2),
                Arguments.of(
                        "an image",
                        new Input.Image("x", null),
                        CLASSES,
                        "cast(" + HUGE + " AS BINARY)",
                        "'yes'",
                        "'p'",
                        4),
                Arguments.of("the name of an image", new Input.Image("x", null), CLASSES, HUGE, "'yes'", "'p'", 4));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileRows")
    void rowThatLeavesTheReader_isWithinItsBound(
            String kind, Input input, Target target, String x, String y, String unit, int bound, SparkSession spark) {
        var rows = spark.range(1).selectExpr(x + " AS x", y + " AS y", unit + " AS u");
        var data = new DataSettings(
                new HandedOver(rows, "rows"),
                input,
                target,
                new PrivacyUnit.Column("u", 2),
                1,
                TableStorage.MEMORY_AND_DISK,
                null);

        assertThat(bytes(Table.open(spark, data))).isBetween(1L, (long) bound);
    }

    @Test
    void wordsWithoutALabelEach_haveNone(SparkSession spark) {
        var rows = spark.range(2)
                .selectExpr(
                        "array_repeat('ab', 40) AS x", "array_repeat('yes', cast(39 + id AS INT)) AS y", "'p' AS u");
        var data = new DataSettings(
                new HandedOver(rows, "rows"),
                WORDS,
                WORD_CLASSES,
                new PrivacyUnit.Column("u", 2),
                1,
                TableStorage.MEMORY_AND_DISK,
                null);

        assertThat(Table.open(spark, data)
                        .selectExpr("size(text)", "greatest(coalesce(size(label), 0), 0)")
                        .collectAsList())
                .extracting(Row::toString)
                .containsExactlyInAnyOrder("[16,0]", "[16,16]");
    }

    /** Of all values of the only row, those in lists included. */
    private static long bytes(Dataset<Row> table) {
        String sum = Stream.of(table.columns())
                .map(name -> table.schema().apply(name).dataType().typeName().equals("array")
                        ? "coalesce(aggregate(" + name
                                + ", 0L, (all, each) -> all + coalesce(octet_length(each), 0)), 0)"
                        : "coalesce(octet_length(" + name + "), 0)")
                .reduce("0L", (all, each) -> all + " + " + each);
        return ((Number) table.selectExpr(sum).head().get(0)).longValue();
    }
}
