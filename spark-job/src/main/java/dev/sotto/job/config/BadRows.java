package dev.sotto.job.config;

/** What becomes of a row that cannot be decoded: a corrupt image, an unknown label, an empty text, no unit. */
public enum BadRows {
    /** It contributes a gradient of zero and its unit still counts: nothing about it can be seen from outside. */
    ZERO,
    /** The run stops with an error. That it stopped is a fact about the private table. */
    FAIL
}
