package dev.sotto.core.batch;

/**
 * The lengths that rows are padded to: every second one up to 32, then eight more for every doubling, so that padding is one token
 * or below an eighth of the row. Finer ones would leave fewer rows to each pass, and a pass of few rows costs nearly what a larger
 * one does.
 *
 * <p>A row's padded length is a function of the row and of public settings alone. Were it the length of whatever longer row
 * happens to be beside it, one person's presence would change the rounding of another's gradient.
 */
public final class PaddedLengths {

    private PaddedLengths() {}

    /**
     * The smallest of the lengths that holds a row.
     *
     * @param length of the row in tokens, in [1, longest]
     * @param longest a public bound on all rows; nothing is padded beyond it
     */
    public static int of(int length, int longest) {
        int step = Math.max(2, Integer.highestOneBit(length) / 8);
        return Math.min(longest, (length + step - 1) / step * step);
    }
}
