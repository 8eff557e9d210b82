package dev.sotto.job.preflight;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What a run would read and write; each may be left out.
 *
 * @param model folder of the seed model
 * @param table file, folder or glob
 * @param output folder of the results
 * @param ledger folder of the ledger
 * @param size how large the table is said to be
 */
public record Wanted(
        @Nullable String model,
        @Nullable String table,
        @Nullable String output,
        @Nullable String ledger,
        @Nullable TableSize size)
        implements Serializable {}
