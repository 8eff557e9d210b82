package dev.sotto.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.batch.Microbatches.Cut;
import dev.sotto.core.batch.Microbatches.Limit;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class MicrobatchesTest {
    private static final int LONGEST = 30;

    /** Rows of given lengths; a length of 0 stands for a row that could not be encoded. */
    private static final class Lengths implements EncodedRows {
        private final int[] firstRows;
        private final int[] lengths;

        Lengths(int[] firstRows, int[] lengths) {
            this.firstRows = firstRows;
            this.lengths = lengths;
        }

        @Override
        public int units() {
            return firstRows.length - 1;
        }

        @Override
        public int firstRow(int unit) {
            return firstRows[unit];
        }

        @Override
        public boolean usable(int row) {
            return lengths[row] > 0;
        }

        @Override
        public int length(int row) {
            return lengths[row];
        }

        @Override
        public int longest() {
            return LONGEST;
        }

        @Override
        public Batch batch(int[] rows, int length) {
            throw new UnsupportedOperationException("no content");
        }

        static Lengths random(Random random) {
            int units = 1 + random.nextInt(40);
            var first = new int[units + 1];
            for (int unit = 0; unit < units; unit++) {
                first[unit + 1] = first[unit] + 1 + random.nextInt(5);
            }
            return new Lengths(
                    first,
                    IntStream.range(0, first[units])
                            .map(row -> random.nextInt(LONGEST + 1))
                            .toArray());
        }
    }

    @RepeatedTest(50)
    void rows_comeOnceEachUnitAfterUnitInOrderOfPaddedLength(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition()); // the seed is the repetition's number
        Lengths source = Lengths.random(random);
        int[] sample = IntStream.range(0, source.units())
                .filter(unit -> random.nextBoolean())
                .toArray();

        var rows = SampledRows.of(source, sample);

        assertThat(Arrays.stream(rows.rows(0, rows.count())).sorted())
                .containsExactlyElementsOf(Arrays.stream(sample)
                        .flatMap(unit -> IntStream.range(source.firstRow(unit), source.firstRow(unit + 1)))
                        .filter(source::usable)
                        .boxed()
                        .toList());
        int place = 0;
        int previous = 0;
        for (int size : rows.unitSizes()) {
            int[] unit = rows.rows(place, place + size);
            int longest = Arrays.stream(unit).map(source::length).max().orElseThrow();
            assertThat(unit).isSorted();
            for (int i = place; i < place + size; i++) {
                assertThat(rows.length(i)).isEqualTo(PaddedLengths.of(longest, LONGEST));
            }
            assertThat(rows.length(place)).isGreaterThanOrEqualTo(previous);
            previous = rows.length(place);
            place += size;
        }
        assertThat(place).isEqualTo(rows.count());
    }

    @RepeatedTest(50)
    void tightCuts_followOneAnotherWithinTheLimit(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        Lengths source = Lengths.random(random);
        var rows = SampledRows.of(source, IntStream.range(0, source.units()).toArray());
        var limit = new Limit(1 + random.nextInt(8), 30 + random.nextInt(100));

        int place = 0;
        for (Cut cut : Microbatches.tight(rows, limit)) {
            assertThat(cut.from()).isEqualTo(place);
            assertThat(cut.length()).isEqualTo(rows.length(cut.end() - 1));
            assertThat(cut.end() - cut.from()).isBetween(1, limit.rowsOf(cut.length()));
            place = cut.end();
            assertThat(place == rows.count() || place + 1 - cut.from() > limit.rowsOf(rows.length(place)))
                    .isTrue(); // one more would not have fitted
        }
        assertThat(place).isEqualTo(rows.count());
    }

    @Test
    void unitWithoutUsableRows_isLeftOut() {
        var source = new Lengths(new int[] {0, 2, 3}, new int[] {0, 0, 4});

        assertThat(SampledRows.of(source, new int[] {0, 1}).unitSizes()).containsExactly(1);
    }

    @Test
    void rowLongerThanTheLimit_isComputedAlone() {
        assertThat(new Limit(8, 10).rowsOf(20)).isEqualTo(1);
    }

    @Test
    void paddedLength_holdsTheRowWithLittleWaste() {
        for (int length = 1; length <= 4096; length++) {
            int padded = PaddedLengths.of(length, 5000);
            assertThat(padded).isGreaterThanOrEqualTo(length);
            assertThat(padded - length).isLessThanOrEqualTo(Math.max(1, length / 8));
            assertThat(PaddedLengths.of(padded, 5000)).isEqualTo(padded);
            assertThat(PaddedLengths.of(length, length)).isEqualTo(length);
        }
    }

    @Test
    void paddedLengths_areFew() {
        assertThat(IntStream.rangeClosed(1, 512)
                        .map(length -> PaddedLengths.of(length, 512))
                        .distinct())
                .hasSize(16 + 4 * 8);
    }

    @Test
    void limitOfNothing_isRefused() {
        assertThatThrownBy(() -> new Limit(0, 1)).hasMessageContaining("at least 1 row");
    }
}
