package dev.sotto.job.cli;

import dev.sotto.job.config.ComputeSettings;
import dev.sotto.job.config.Faults;
import picocli.CommandLine.Option;

/** The options of speed and memory. */
final class ComputeOptions {
    @Option(
            names = "--microbatch-tokens",
            paramLabel = "<tokens>",
            description = {
                "Most tokens, padding included, in one forward and backward pass of a task, >= 1. Passes that a GPU's memory"
                        + " does not hold are made smaller by themselves, so there it may be set high; on a CPU, where a process"
                        + " that takes too much is killed, lower it. Speed and memory only. Default: 4096."
            })
    int microbatchTokens = 4096;

    @Option(
            names = "--microbatch-rows",
            paramLabel = "<rows>",
            description = {"Most rows in one pass, >= 1. Speed and memory only. Default: 64."})
    int microbatchRows = 64;

    /** The settings these options make; of use only if no fault was found. */
    ComputeSettings settings(Faults faults) {
        faults.atLeastOne("microbatch-tokens", microbatchTokens, "4096 suits most machines.");
        faults.atLeastOne("microbatch-rows", microbatchRows, "64 suits most machines.");
        return new ComputeSettings(microbatchTokens, microbatchRows);
    }
}
