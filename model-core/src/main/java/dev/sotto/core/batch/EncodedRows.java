package dev.sotto.core.batch;

/**
 * The encoded rows of one partition, with random access: a step reads the rows it has sampled and no others.
 *
 * <p>Rows of one privacy unit stand side by side, so a unit is a range of rows. The order of units and rows is a function
 * of the partition's content alone: a partition rebuilt after a failure must give the same rows in the same places.
 */
public interface EncodedRows {

    /** Number of privacy units here. */
    int units();

    /**
     * The first row of a unit; its last is the one before {@code firstRow(unit + 1)}.
     *
     * @param unit in [0, units()]; {@code firstRow(units())} is the number of rows
     */
    int firstRow(int unit);

    /**
     * Whether the row could be encoded. One that could not (an image that does not decode, a missing text) keeps its place,
     * so that its unit is still sampled, and contributes nothing.
     */
    boolean usable(int row);

    /** Length of the row in tokens, 1 for images. */
    int length(int row);

    /** What no row is longer than: a public setting, never the longest row that there is. 1 for images. */
    int longest();

    /**
     * The given usable rows, in the order given.
     *
     * @param length that they are padded to, in tokens; not less than any of them
     */
    Batch batch(int[] rows, int length);
}
