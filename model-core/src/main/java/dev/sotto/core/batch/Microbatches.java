package dev.sotto.core.batch;

import java.util.ArrayList;
import java.util.List;

/** How many rows share one forward and backward pass. */
public final class Microbatches {

    private Microbatches() {}

    /** How much one forward and backward pass may hold. Both bounds are at least 1. */
    public record Limit(int rows, int tokens) implements java.io.Serializable {
        public Limit {
            if (!(rows >= 1 && tokens >= 1)) {
                throw new IllegalArgumentException("A microbatch must hold at least 1 row and 1 token, got " + rows
                        + " rows and " + tokens + " tokens.");
            }
        }

        /** The most rows of a padded length: a single one, however long, always fits. */
        public int rowsOf(int length) {
            return Math.max(1, Math.min(rows, tokens / length));
        }
    }

    /**
     * Rows that are computed together.
     *
     * @param end place after the last of them
     * @param length that all are padded to, in tokens
     */
    public record Cut(int from, int end, int length) {

        /** Of at least two rows. */
        public List<Cut> halves() {
            int middle = (from + end) >>> 1;
            return List.of(new Cut(from, middle, length), new Cut(middle, end, length));
        }
    }

    /** Cuts wherever the next row would pass the limit: the fewest passes, each as long as its longest row. */
    public static List<Cut> tight(SampledRows rows, Limit limit) {
        List<Cut> cuts = new ArrayList<>();
        int from = 0;
        for (int place = 1; place <= rows.count(); place++) {
            if (place == rows.count() || place + 1 - from > limit.rowsOf(rows.length(place))) {
                cuts.add(new Cut(from, place, rows.length(place - 1)));
                from = place;
            }
        }
        return cuts;
    }
}
