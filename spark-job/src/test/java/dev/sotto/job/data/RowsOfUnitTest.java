package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.privacy.SamplingKey;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowsOfUnitTest {
    private static final StructType SCHEMA = StructType.fromDDL("text STRING, unit STRING");

    private static Row row(String text, @Nullable String unit) {
        return new GenericRowWithSchema(new @Nullable Object[] {text, unit}, SCHEMA);
    }

    private static SamplingKey key(long seed) {
        return RunKey.insecureSeed(seed).samplingKey();
    }

    private static List<String> kept(int cap, SamplingKey key, Stream<Row> rows) {
        List<String> kept = new ArrayList<>();
        new RowsOfUnit(cap, key).call(rows.iterator()).forEachRemaining(row -> kept.add(row.getString(0)));
        return kept;
    }

    /** 25 rows of each of 20 texts. */
    private static Stream<Row> copies() {
        return IntStream.range(0, 500).mapToObj(i -> row("text" + i / 25, "p"));
    }

    /**
     * 16 of 500 rows drawn at random hold about 11.3 different texts (20 (1 - C(475, 16) / C(500, 16))), with a deviation of some 1.3: the
     * mean of 50 keys is outside of 11.3 +- 1.5 with a chance below 1e-12. The keys are fixed.
     */
    @Test
    void copiesOfFewTexts_areKeptAboutAsOftenAsTheyOccur() {
        double different = IntStream.range(0, 50)
                .mapToLong(seed ->
                        kept(16, key(seed), copies()).stream().distinct().count())
                .average()
                .orElseThrow();

        assertThat(different).isBetween(9.8, 12.8);
    }

    @Test
    void choice_dependsOnTheUnitsOwnRowsAndTheKey() {
        List<String> alone = kept(16, key(1), copies());
        List<String> beside = kept(
                16,
                key(1),
                Stream.concat(
                        Stream.concat(IntStream.range(0, 40).mapToObj(i -> row("other" + i, "a")), copies()),
                        Stream.of(row("text3", "q"))));

        assertThat(beside.subList(16, 32)).isEqualTo(alone);
        assertThat(kept(16, key(2), copies())).isNotEqualTo(alone);
    }

    /** One more row takes a place or none; the others stay in their order. */
    @Test
    void furtherRow_displacesAtMostOne() {
        for (int seed = 0; seed < 20; seed++) {
            List<String> before = kept(16, key(seed), copies());
            List<String> after = kept(16, key(seed), Stream.concat(copies(), Stream.of(row("z", "p"))));
            after.remove("z");

            assertThat(before).startsWith(after.toArray(String[]::new));
        }
    }

    @Test
    void rowsWithinTheCap_areAllKept() {
        Map<String, Long> kept = kept(500, key(1), copies()).stream()
                .collect(Collectors.groupingBy(text -> text, Collectors.counting()));

        assertThat(kept).hasSize(20).allSatisfy((text, times) -> assertThat(times)
                .isEqualTo(25));
    }

    @Test
    void unitOfManyRows_isNotHeldInMemory() {
        List<WeakReference<Row>> seen = new ArrayList<>();
        Stream<Row> rows = IntStream.range(0, 5_000).mapToObj(i -> {
            Row row = row("text" + i, "p");
            seen.add(new WeakReference<>(row));
            if (i == 4_999) {
                System.gc();
                assertThat(seen.stream().filter(each -> each.get() != null))
                        .as("rows that are held")
                        .hasSizeLessThan(50);
            }
            return row;
        });

        assertThat(kept(16, key(1), rows)).hasSize(16);
    }
}
