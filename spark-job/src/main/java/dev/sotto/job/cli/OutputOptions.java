package dev.sotto.job.cli;

import dev.sotto.job.config.Faults;
import dev.sotto.job.config.OutputSettings;
import dev.sotto.job.config.OutputSettings.Budget;
import dev.sotto.job.config.OutputSettings.LedgerSettings;
import dev.sotto.job.config.OutputSettings.OnResume;
import dev.sotto.job.config.Places;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where results go and what they are charged to. */
final class OutputOptions {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    @Option(
            names = "--output",
            paramLabel = "<uri>",
            description = {
                "Folder for the model, the small delta and the privacy report, new or empty; hdfs://, s3a://, file://"
                        + " or a plain path. All of it is public once it is written. Required."
            })
    @Nullable
    String output;

    @Option(
            names = "--run-id",
            paramLabel = "<name>",
            description = {
                "Name of this run in the ledger and the report: letters, digits, '.', '_' and '-', at most 64. Default:"
                        + " one is drawn."
            })
    @Nullable
    String runId;

    @Option(
            names = "--checkpoint-every",
            paramLabel = "<steps>",
            description = {
                "Keep a checkpoint in the output folder every so many steps, >= 1. A run whose driver was lost is then"
                        + " resumed by the same command: with fresh keys, and with at most so many steps charged twice."
                        + " Default: none is kept."
            })
    @Nullable
    Long checkpointEvery;

    @Option(
            names = "--on-resume",
            paramLabel = "<what>",
            description = {
                "What gives way when a run whose driver was lost goes on, and with all its steps would pass the epsilon asked"
                        + " for, because steps are charged twice: stop-at-epsilon ends it some steps early, keep-steps lets"
                        + " epsilon pass, and says by how much. Default: stop-at-epsilon."
            })
    @Nullable
    String onResume;

    @Option(
            names = "--ledger",
            paramLabel = "<uri>",
            description = {
                "Folder of the data set's privacy ledger, which adds up what all runs on this data set have cost. Keep"
                        + " it beside the data and share it between runs. Default: none is kept beyond this run's"
                        + " report."
            })
    @Nullable
    String ledger;

    @Option(
            names = "--ledger-key",
            paramLabel = "<file>",
            description = {
                "Private key that signs this run's lines in the ledger: Ed25519, PKCS#8 in PEM, on the driver's disk. 'sotto"
                        + " ledger verify --public-key' then tells them from anybody else's. Default: they are not signed."
            })
    @Nullable
    String ledgerKey;

    @Option(
            names = "--budget-epsilon",
            paramLabel = "<nats>",
            description = {
                "What all runs in the ledger together may cost, > 0: a run that would pass it is refused before it"
                        + " reads a row. Runs are counted by a filter that holds however they are chosen, which is more than"
                        + " their composition. Needs --ledger and --budget-delta."
            })
    @Nullable
    Double budgetEpsilon;

    @Option(
            names = "--budget-delta",
            paramLabel = "<probability>",
            description = {"The delta of the budget, in (0, 1)."})
    @Nullable
    Double budgetDelta;

    @Option(
            names = "--seed-data-is-disjoint",
            description = {
                "Say that the private tables which the seed model was trained on before share no person or row with this one,"
                        + " unless they are charged to the same ledger. Without that word a seed model of another ledger, or"
                        + " of one that is not given, is refused; with it the report repeats it as your declaration."
            })
    boolean seedDataIsDisjoint;

    @Option(
            names = "--measure-phases",
            description = {
                "Tell Spark's metrics how many seconds executors, noise, update and checkpoints have taken. That depends on"
                        + " private rows (a step takes the longer, the more rows it has sampled), and the guarantee does not cover"
                        + " it: keep these metrics inside the trust boundary. Default: they are told steps and epsilon alone."
            })
    boolean measurePhases;

    /** The settings these options make; of use only if no fault was found. */
    OutputSettings settings(Faults faults) {
        if (runId != null && !NAME.matcher(runId).matches()) {
            faults.add(
                    "run-id",
                    "it must be at most 64 letters, digits, '.', '_' or '-', the first a letter or digit, because files"
                            + " are named after it. Try one such as 2026-w07.");
        }
        faults.atLeastOne("checkpoint-every", checkpointEvery, "100 suits most runs.");
        LedgerSettings kept = ledgerSettings(faults);
        if (checkpointEvery != null && output == null && !faults.has("output")) {
            faults.add(
                    "checkpoint-every", "checkpoints are kept in the output folder, and none is given. Give output.");
        }
        refuseOneInTheOther(faults);
        return new OutputSettings(
                output, runId, kept, checkpointEvery, resumption(faults), seedDataIsDisjoint, measurePhases);
    }

    /** Whoever clears away results would clear away the ledger, and whoever publishes one would publish the other. */
    private void refuseOneInTheOther(Faults faults) {
        if (ledger != null && output != null && Places.overlap(ledger, output)) {
            faults.add(
                    "ledger",
                    ledger + " and the output folder " + output
                            + " lie one in the other: whoever clears results away, or begins"
                            + " anew in their place, would take the ledger with them, and what was spent would be forgotten."
                            + " Keep the ledger beside the data.");
        }
    }

    private OnResume resumption(Faults faults) {
        if (onResume == null || onResume.equals("stop-at-epsilon")) {
            return OnResume.STOP_AT_EPSILON;
        }
        if (!onResume.equals("keep-steps")) {
            faults.add(
                    "on-resume",
                    "it must be stop-at-epsilon or keep-steps, found '" + onResume + "'. Give one of them.");
        }
        return OnResume.KEEP_STEPS;
    }

    private @Nullable LedgerSettings ledgerSettings(Faults faults) {
        faults.positive("budget-epsilon", budgetEpsilon, "A budget of nothing allows no run.");
        if (budgetDelta != null && !(budgetDelta > 0 && budgetDelta < 1)) {
            faults.add("budget-delta", "it must be above 0 and below 1, found %s. Take 1e-6.".formatted(budgetDelta));
        }
        if ((budgetEpsilon == null) != (budgetDelta == null)) {
            faults.add(
                    budgetEpsilon == null ? "budget-epsilon" : "budget-delta",
                    "it is missing, and a budget is a pair of both. Give budget-epsilon and budget-delta.");
        }
        if (ledger == null) {
            if (ledgerKey != null) {
                faults.add(
                        "ledger-key",
                        "it is given without the ledger whose lines it would sign. Give the ledger's folder.");
            }
            if (budgetEpsilon != null || budgetDelta != null) {
                faults.add(
                        "ledger",
                        "a budget is given without the ledger that would add up what is spent. Give the ledger's"
                                + " folder.");
            }
            return null;
        }
        return new LedgerSettings(
                ledger,
                budgetEpsilon == null || budgetDelta == null ? null : new Budget(budgetEpsilon, budgetDelta),
                ledgerKey);
    }
}
