package dev.sotto.core.pass;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.EncodedRows;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.batch.SampledRows;
import dev.sotto.core.engine.DeviceMemoryException;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Computes something of rows in passes of such sizes that each row's has the same bits whatever rows are beside it. Passes that are
 * too small are filled up, those that do not fit into memory are made smaller.
 */
public final class AlikePasses {

    /** What is done with a pass. */
    @FunctionalInterface
    public interface Taker<T> {
        /**
         * Takes a pass.
         *
         * @param computed of these rows in this order, and of others behind them that are not to be looked at
         */
        void take(int[] rows, T computed);
    }

    private AlikePasses() {}

    /**
     * Computes it of all rows, in their order.
     *
     * @param computation of a batch, row by row
     * @throws DeviceMemoryException if not even the smallest pass fits
     */
    public static <T> void forEach(
            SampledRows sampled,
            EncodedRows rows,
            Microbatches.Limit limit,
            PassSizes sizes,
            Function<Batch, T> computation,
            Taker<? super T> taker) {
        int from = 0;
        while (from < sampled.count()) {
            int length = sampled.length(from);
            int waiting = sampled.endOfLength(from) - from;
            var like = rows.batch(sampled.rows(from, from + 1), length);
            int together = sizes.rowsTogether(like, waiting, limit.rowsOf(length));
            int[] pass = sampled.rows(from, from + Math.min(waiting, together));
            try {
                taker.take(pass, computation.apply(rows.batch(filledUp(pass, together), length)));
                from += pass.length;
            } catch (DeviceMemoryException tooLarge) {
                if (!sizes.tooLarge(like, together)) {
                    throw tooLarge;
                }
            }
        }
    }

    /** The last row again and again. */
    private static int[] filledUp(int[] rows, int count) {
        int[] filled = Arrays.copyOf(rows, count);
        Arrays.fill(filled, rows.length, count, rows[rows.length - 1]);
        return filled;
    }
}
