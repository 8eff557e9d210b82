package dev.sotto.job.cli;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.preflight.Findings;
import dev.sotto.job.preflight.Patience;
import dev.sotto.job.preflight.Preflight;
import dev.sotto.job.preflight.TableSize;
import dev.sotto.job.preflight.Wanted;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sotto preflight}: would a run work on this cluster? */
@Command(
        name = "preflight",
        header = "Checks a cluster before a run: what is right, what is wrong, and which setting to change.",
        description = {
            "",
            "Takes the same Spark options as train. Looks at Spark's settings, the driver and every executor that it"
                    + " reaches: Java, C library, libtorch, threads, GPUs, and that executors are alike. Reads no row;"
                    + " what it writes to try a store it takes away. Ends with 0, or with the code that train would"
                    + " end with for the first thing that is wrong.",
            "",
        },
        customSynopsis = "sotto [Spark options] preflight [options]",
        sortOptions = false)
final class PreflightCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    boolean help;

    @Option(
            names = "--model",
            paramLabel = "<folder>",
            description = "Seed model: of a family that is built, and readable from the driver and each executor.")
    @Nullable
    String model;

    @Option(
            names = "--table",
            paramLabel = "<path>",
            description = "Table: reachable from the driver and each executor. Of Parquet and ORC the schema is read.")
    @Nullable
    String table;

    @Option(
            names = "--output",
            paramLabel = "<folder>",
            description = "Folder for results: new or empty, or with checkpoints to resume from, and writable.")
    @Nullable
    String output;

    @Option(
            names = "--ledger",
            paramLabel = "<folder>",
            description = "Ledger: whole, writable, on a store that lets one of two writers of a line win.")
    @Nullable
    String ledger;

    @Option(
            names = "--rows",
            paramLabel = "<count>",
            description =
                    "Rows of a table of texts, >= 1, with --tokens: tells how much memory or local disk it takes, encoded.")
    @Nullable
    Long rows;

    @Option(names = "--tokens", paramLabel = "<count>", description = "Tokens of a row in the mean, >= 1.")
    @Nullable
    Integer tokens;

    @Option(
            names = "--executors",
            paramLabel = "<count>",
            description = "Executors to wait for, >= 1. Default: spark.executor.instances, or 1 where that is unset.")
    @Nullable
    Integer executors;

    @Option(
            names = "--wait",
            paramLabel = "<seconds>",
            defaultValue = "60",
            description = "How long to wait for them, >= 1. Default: ${DEFAULT-VALUE}.")
    int wait;

    @Override
    public Integer call() {
        if (wait < 1 || (executors != null && executors < 1)) {
            throw new SottoException(ExitCode.SETTINGS, "--wait and --executors must be at least 1. 60 and 4, say.");
        }
        Findings findings = Preflight.run(
                new Wanted(model, table, output, ledger, size()), new Patience(executors, Duration.ofSeconds(wait)));
        PrintWriter out = spec.commandLine().getOut();
        findings.lines().forEach(out::println);
        out.flush();
        return findings.exitCode().code();
    }

    private @Nullable TableSize size() {
        if (rows == null && tokens == null) {
            return null;
        }
        if (rows == null || tokens == null || rows < 1 || tokens < 1) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "--rows and --tokens are given together, each at least 1: the size of the encoded table follows from both."
                            + " --rows 1000000 --tokens 64, say.");
        }
        return new TableSize(rows, tokens);
    }
}
