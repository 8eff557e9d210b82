package dev.sotto.core.batch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The usable rows of a step's sample in the order in which they are computed: unit after unit, units in order of their padded
 * length. A unit without a usable row is left out: it contributes zero.
 */
public final class SampledRows {
    private final int[] rows;
    private final int[] lengths; // padded length of the unit that a row is of
    private final int[] unitSizes;

    private SampledRows(int[] rows, int[] lengths, int[] unitSizes) {
        this.rows = rows;
        this.lengths = lengths;
        this.unitSizes = unitSizes;
    }

    /**
     * Puts a sample in order.
     *
     * @param sample units of this step, ascending
     */
    public static SampledRows of(EncodedRows source, int[] sample) {
        var units = new ArrayList<Unit>(sample.length);
        int count = 0;
        for (int index : sample) {
            Unit unit = Unit.of(source, index);
            if (unit.rows.length > 0) {
                units.add(unit);
                count += unit.rows.length;
            }
        }
        units.sort(Comparator.comparingInt(Unit::length)); // a stable sort: ties keep the sample's order
        var ordered = new SampledRows(
                new int[count],
                new int[count],
                units.stream().mapToInt(unit -> unit.rows.length).toArray());
        int next = 0;
        for (Unit unit : units) {
            System.arraycopy(unit.rows, 0, ordered.rows, next, unit.rows.length);
            Arrays.fill(ordered.lengths, next, next + unit.rows.length, unit.length);
            next += unit.rows.length;
        }
        return ordered;
    }

    /** Number of rows. */
    public int count() {
        return rows.length;
    }

    /** The padded length of the row at a place, which is its unit's: that of the unit's longest row. */
    public int length(int place) {
        return lengths[place];
    }

    /** Rows at the places from {@code from} to before {@code end}. */
    public int[] rows(int from, int end) {
        return Arrays.copyOfRange(rows, from, end);
    }

    /** How many rows each unit has, in this order: a fresh copy. */
    public int[] unitSizes() {
        return unitSizes.clone();
    }

    /** The first place after {@code from} whose padded length differs from that at {@code from}. */
    public int endOfLength(int from) {
        int end = from + 1;
        while (end < rows.length && lengths[end] == lengths[from]) {
            end++;
        }
        return end;
    }

    /** The usable rows of one unit. */
    private static final class Unit {
        private final int[] rows;
        private final int length;

        private Unit(int[] rows, int length) {
            this.rows = rows;
            this.length = length;
        }

        static Unit of(EncodedRows source, int unit) {
            var usable = new int[source.firstRow(unit + 1) - source.firstRow(unit)];
            int count = 0;
            int longest = 1;
            for (int row = source.firstRow(unit); row < source.firstRow(unit + 1); row++) {
                if (source.usable(row)) {
                    usable[count++] = row;
                    longest = Math.max(longest, source.length(row));
                }
            }
            return new Unit(Arrays.copyOf(usable, count), PaddedLengths.of(longest, source.longest()));
        }

        int length() {
            return length;
        }
    }
}
