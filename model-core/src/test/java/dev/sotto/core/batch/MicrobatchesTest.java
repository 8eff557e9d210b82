package dev.sotto.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.batch.Microbatches.Limit;
import dev.sotto.core.batch.Microbatches.Microbatch;
import dev.sotto.core.batch.Microbatches.UnitPart;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class MicrobatchesTest {

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
        public Batch batch(int[] rows) {
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
                            .map(row -> random.nextInt(30))
                            .toArray());
        }
    }

    @RepeatedTest(50)
    void cut_keepsEveryUsableRowOnceAndWithinTheLimit(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition()); // the seed is the repetition's number
        Lengths rows = Lengths.random(random);
        int[] sample = IntStream.range(0, rows.units())
                .filter(unit -> random.nextBoolean())
                .toArray();
        var limit = new Limit(1 + random.nextInt(8), 30 + random.nextInt(100));

        List<Microbatch> cut = Microbatches.of(rows, sample, limit);

        assertThat(cut.stream().flatMapToInt(m -> Arrays.stream(m.rows())).sorted())
                .containsExactlyElementsOf(Arrays.stream(sample)
                        .flatMap(unit -> IntStream.range(rows.firstRow(unit), rows.firstRow(unit + 1)))
                        .filter(rows::usable)
                        .boxed()
                        .toList());
        assertThat(cut).allSatisfy(microbatch -> {
            int longest =
                    Arrays.stream(microbatch.rows()).map(rows::length).max().orElseThrow();
            assertThat(microbatch.rows()).hasSizeLessThanOrEqualTo(limit.rows());
            assertThat(longest * microbatch.rows().length).isLessThanOrEqualTo(limit.tokens());
            assertThat(microbatch.parts().stream().mapToInt(UnitPart::rows).sum())
                    .isEqualTo(microbatch.rows().length);
        });
    }

    @Test
    void unitLargerThanAMicrobatch_isCutIntoPartsOfWhichOneIsTheLast() {
        var rows = new Lengths(new int[] {0, 5}, new int[] {3, 3, 3, 3, 3});

        List<Microbatch> cut = Microbatches.of(rows, new int[] {0}, new Limit(2, 100));

        assertThat(cut)
                .flatExtracting(Microbatch::parts)
                .containsExactly(new UnitPart(2, 5, false), new UnitPart(2, 5, false), new UnitPart(1, 5, true));
    }

    @Test
    void unitWithoutUsableRows_isLeftOut() {
        var rows = new Lengths(new int[] {0, 2, 3}, new int[] {0, 0, 4});

        assertThat(Microbatches.of(rows, new int[] {0, 1}, new Limit(8, 100)))
                .flatExtracting(Microbatch::parts)
                .containsExactly(new UnitPart(1, 1, true));
    }

    @Test
    void longRows_standTogether() {
        var rows = new Lengths(new int[] {0, 1, 2, 3, 4}, new int[] {20, 2, 19, 3});

        assertThat(Microbatches.of(rows, new int[] {0, 1, 2, 3}, new Limit(2, 1000)))
                .extracting(Microbatch::rows)
                .containsExactly(new int[] {1, 3}, new int[] {2, 0});
    }

    @Test
    void limitOfNothing_isRefused() {
        assertThatThrownBy(() -> new Limit(0, 1)).hasMessageContaining("at least 1 row");
    }
}
