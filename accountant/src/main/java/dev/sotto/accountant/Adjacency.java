package dev.sotto.accountant;

/** Which two tables count as neighbours. A unit is one record, or all the records of one person. */
public enum Adjacency {
    /** One table has exactly one unit more than the other. */
    ADD_OR_REMOVE_ONE,
    /**
     * One unit is exchanged for another. A sum of clipped contributions then moves by up to twice the clipping bound,
     * so a noise multiplier (which is stated against the add/remove sensitivity) counts half.
     */
    REPLACE_ONE
}
