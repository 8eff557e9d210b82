package dev.sotto.core.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Cuts a step's sample into microbatches of near lengths. This is for speed only: gradients are per row and sums are exact
 * integers, so another cut gives another padding and the same training run up to float rounding.
 */
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
    }

    /** A run of rows of one unit, whole or a part where the unit is larger than a microbatch. */
    public record UnitPart(int rows, int rowsOfUnit, boolean last) {}

    /** The rows of one pass, with the units they belong to, in the same order. */
    public static final class Microbatch {
        private final int[] rows;
        private final List<UnitPart> parts;

        private Microbatch(int[] rows, List<UnitPart> parts) {
            this.rows = rows;
            this.parts = List.copyOf(parts);
        }

        public int[] rows() {
            return rows.clone();
        }

        public List<UnitPart> parts() {
            return parts;
        }
    }

    /**
     * Units in order of their longest row, their usable rows one after the other, cut wherever the next row would pass the
     * limit. A unit without a usable row is left out: it contributes zero.
     *
     * @param sample units of this step, ascending
     */
    public static List<Microbatch> of(EncodedRows rows, int[] sample, Limit limit) {
        var units = new ArrayList<int[]>(sample.length);
        for (int unit : sample) {
            int[] usable = usableRows(rows, unit);
            if (usable.length > 0) {
                units.add(usable);
            }
        }
        units.sort(Comparator.comparingInt(unit -> longest(rows, unit))); // a stable sort: ties keep the sample's order
        var cutter = new Cutter(rows, limit);
        units.forEach(cutter::add);
        return cutter.finish();
    }

    private static int[] usableRows(EncodedRows rows, int unit) {
        int first = rows.firstRow(unit);
        int end = rows.firstRow(unit + 1);
        var usable = new int[end - first];
        int count = 0;
        for (int row = first; row < end; row++) {
            if (rows.usable(row)) {
                usable[count++] = row;
            }
        }
        return Arrays.copyOf(usable, count);
    }

    private static int longest(EncodedRows rows, int[] unit) {
        int longest = 0;
        for (int row : unit) {
            longest = Math.max(longest, rows.length(row));
        }
        return longest;
    }

    /** Fills one microbatch after another. */
    private static final class Cutter {
        private final EncodedRows source;
        private final Limit limit;
        private final List<Microbatch> done = new ArrayList<>();
        private final List<UnitPart> parts = new ArrayList<>();
        private int[] rows = new int[16];
        private int count;
        private int longest;

        Cutter(EncodedRows source, Limit limit) {
            this.source = source;
            this.limit = limit;
        }

        void add(int[] unit) {
            int inThisPart = 0;
            for (int row : unit) {
                int padded = Math.max(longest, source.length(row));
                if (count > 0 && (count + 1 > limit.rows() || (count + 1L) * padded > limit.tokens())) {
                    if (inThisPart > 0) {
                        parts.add(new UnitPart(inThisPart, unit.length, false));
                        inThisPart = 0;
                    }
                    cut();
                }
                longest = Math.max(longest, source.length(row));
                if (count == rows.length) {
                    rows = Arrays.copyOf(rows, 2 * count);
                }
                rows[count++] = row;
                inThisPart++;
            }
            parts.add(new UnitPart(inThisPart, unit.length, true));
        }

        List<Microbatch> finish() {
            if (count > 0) {
                cut();
            }
            return done;
        }

        private void cut() {
            done.add(new Microbatch(Arrays.copyOf(rows, count), parts));
            parts.clear();
            count = 0;
            longest = 0;
        }
    }
}
