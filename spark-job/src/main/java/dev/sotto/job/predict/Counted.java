package dev.sotto.job.predict;

import java.io.Serializable;

/**
 * Answers on a PUBLIC table.
 *
 * @param rows how many rows were answered for
 * @param leftOut rows that could not be: unreadable, or without a label that the model knows
 */
record Counted(long rows, long leftOut, Tally tally) implements Serializable {

    Counted plus(Counted other) {
        return new Counted(rows + other.rows, leftOut + other.leftOut, tally.plus(other.tally));
    }
}
