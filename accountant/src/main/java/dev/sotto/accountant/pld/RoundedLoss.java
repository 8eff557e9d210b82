package dev.sotto.accountant.pld;

import java.util.Arrays;

/**
 * One direction of one mechanism on a lattice: the loss at index k is offset + step k, and only some indices carry mass.
 *
 * <p>Both arrays are masses under P. With E_Q the same masses divided by the likelihood ratio, the upper ones and
 * {@link #infinity} have E_Q[(r-x)+] at or above that of the mechanism for every x, the lower ones at or below it. Both
 * orders are kept by composition, because E[(r1 r2 - x)+] is for fixed r2 a mixture of functions (r1 - t)+ with
 * weights that are not negative.
 */
final class RoundedLoss {
    private final double offset;
    private final long[] index; // [size], ascending
    private final double[] upper; // [size]
    private final double[] lower; // [size]
    private final double infinity;
    private final double certain;

    RoundedLoss(double offset, long[] index, double[] upper, double[] lower, double infinity, double certain) {
        this.offset = offset;
        this.index = index;
        this.upper = upper;
        this.lower = lower;
        this.infinity = infinity;
        this.certain = certain;
    }

    double offset() {
        return offset;
    }

    int size() {
        return upper.length;
    }

    long index(int i) {
        return index[i];
    }

    /** Difference of the last and the first index. */
    long span() {
        return index[index.length - 1] - index[0];
    }

    double upper(int i) {
        return upper[i];
    }

    double lower(int i) {
        return lower[i];
    }

    /** Mass that the upper masses have at infinity: certain failure and what was cut off. */
    double infinity() {
        return infinity;
    }

    /** Mass that is at infinity in truth. */
    double certain() {
        return certain;
    }

    /** Only the first {@code count} points. */
    RoundedLoss upTo(int count) {
        return part(0, count, infinity, certain);
    }

    /** Only the points from {@code first} on, and nothing at infinity. */
    RoundedLoss from(int first) {
        return part(first, size(), 0, 0);
    }

    /** All but what is at infinity. */
    RoundedLoss finite() {
        return part(0, size(), 0, 0);
    }

    private RoundedLoss part(int first, int end, double atInfinity, double surelyThere) {
        return new RoundedLoss(
                offset,
                Arrays.copyOfRange(index, first, end),
                Arrays.copyOfRange(upper, first, end),
                Arrays.copyOfRange(lower, first, end),
                atInfinity,
                surelyThere);
    }
}
