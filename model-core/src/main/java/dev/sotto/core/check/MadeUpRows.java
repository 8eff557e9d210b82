package dev.sotto.core.check;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.EncodedRows;
import java.util.Arrays;

/**
 * A partition of made-up rows of one length, each a unit.
 *
 * @param like one of them
 * @param units how many
 * @param longest their length in tokens, 1 where rows have none
 */
record MadeUpRows(Batch like, int units, int longest) implements EncodedRows {
    @Override
    public int firstRow(int unit) {
        return unit;
    }

    @Override
    public boolean usable(int row) {
        return true;
    }

    @Override
    public int length(int row) {
        return longest;
    }

    @Override
    public Batch batch(int[] rows, int length) {
        return like.noise(Arrays.stream(rows).asLongStream().toArray());
    }
}
