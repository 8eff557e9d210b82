package dev.sotto.job.config;

/** Where the rows of a table come from. */
public sealed interface TableOrigin permits TableSource, HandedOver {

    /** What it is called in messages and in the report. */
    String uri();

    /** All that tells it from another, in words: a run is resumed on the same table or not at all. */
    String identity();
}
