package dev.sotto.core.pass;

import dev.sotto.core.batch.Batch;

/** How many rows to compute together, so that what is computed of each has the same bits whatever rows are beside it. */
public interface PassSizes {

    /**
     * How many rows to compute together: a function of the rows' shape, of the numbers given and of the machine. More than are
     * waiting means: fill the pass up.
     *
     * @param like a batch of rows of that shape; its values are not looked at
     * @param waiting rows that are still to be computed, at least 1
     * @param most rows that a pass may hold, at least 1
     */
    int rowsTogether(Batch like, int waiting, int most);

    /**
     * Tells that a pass of {@link #rowsTogether} rows found too little memory, because others had taken it.
     *
     * @return whether {@code rowsTogether} gives fewer from now on, with the same bits
     */
    boolean tooLarge(Batch like, int rows);
}
