package dev.sotto.job.cli;

import java.util.Locale;

/** What is learned from a table, as one types it. */
enum LearnedTask {
    CLASSIFICATION,
    PROMPT,
    MULTI_LABEL,
    TOKEN_CLASSIFICATION,
    REGRESSION,
    COMPLETION;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
