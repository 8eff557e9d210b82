package dev.sotto.job.cli;

/** What is learned from a table, as one types it. */
enum LearnedTask {
    CLASSIFICATION,
    REGRESSION,
    COMPLETION
}
