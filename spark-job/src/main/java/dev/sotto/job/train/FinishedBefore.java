package dev.sotto.job.train;

import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.json.JsonException;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.store.Checkpoints;
import dev.sotto.job.store.OutputFolder;
import dev.sotto.job.store.RunIdentity;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** A run that is started again after it has ended well: there is nothing to do, and saying so is no failure. */
final class FinishedBefore {
    private FinishedBefore() {}

    /**
     * Looks into the output folder.
     *
     * @param run the run that is asked for
     * @throws SottoException with {@link ExitCode#DONE} if its results are there; with {@link ExitCode#OUTPUT} if those of a run of
     *     the same name with other settings are
     */
    static void check(String output, RunIdentity run, Configuration hadoop) {
        if (OutputFolder.holds(output, Checkpoints.FOLDER, hadoop)) {
            return; // results may be there, but are not known to be whole
        }
        OutputFolder.read(output, Results.JSON, hadoop).ifPresent(text -> {
            try {
                Map<String, Object> report = Json.readObject(text);
                if (run.run().equals(report.get("run_id"))) {
                    answer(output, run, report);
                }
            } catch (JsonException notOurs) {
                return; // the folder is not empty, which is told next
            }
        });
    }

    private static void answer(String output, RunIdentity run, Map<String, Object> report) {
        requireSame(output, run, "plan", run.plan(), part(report, "mechanism").get("plan"));
        requireSame(output, run, "seed model", run.seed(), part(report, "model").get("seed_hash"));
        requireSame(output, run, "table, optimizer or precision (as one hash)", run.hash(), report.get("settings"));
        throw new SottoException(
                ExitCode.DONE,
                "Run " + run.run() + " is finished: its model and its report are in " + output + ". Nothing was done.");
    }

    private static Map<String, Object> part(Map<String, Object> report, String name) {
        return Json.asObject(report.getOrDefault(name, Json.NULL), name);
    }

    private static void requireSame(
            String output, RunIdentity run, String what, String wanted, @Nullable Object found) {
        if (!wanted.equals(found)) {
            throw new SottoException(
                    ExitCode.OUTPUT,
                    "The output folder " + output + " holds the results of a run " + run.run() + " whose " + what
                            + " was "
                            + found + ", and this run's is " + wanted
                            + ": it is another run. Give another --output and --run-id. Nothing was read or charged.");
        }
    }
}
