package dev.sotto.job.config;

/**
 * What becomes of a row that the table was declared not to hold: a corrupt image, an empty text, an undeclared label, no
 * person.
 */
public enum BadRows {
    /** The run is refused before training. That the table does not fit its declaration is told, not where or how often. */
    FAIL,
    /** It contributes nothing and its unit still counts: nothing about it can be seen from outside. */
    ZERO
}
