package dev.sotto.job.preflight;

import static dev.sotto.job.preflight.Finding.good;
import static dev.sotto.job.preflight.Finding.wrong;

import dev.sotto.core.check.ModelCheck;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.Trained;
import dev.sotto.job.ExitCode;
import dev.sotto.job.QuietLogs;
import dev.sotto.job.SottoException;
import dev.sotto.job.SparkSessions;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.data.Table;
import dev.sotto.job.store.Kerberos;
import dev.sotto.job.store.ModelFiles;
import dev.sotto.job.store.StoreTrial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Looks at everything that a run rests on and judges it: Spark's settings, the driver, the stores, then each executor by a task
 * of its own. Reads no row; writes what the trials of the stores write, and takes it away.
 */
public final class Preflight {

    private static final String DRIVER = "driver";

    private final Wanted wanted;
    private final SparkConf conf;
    private final Configuration hadoop;
    private final List<Finding> findings = new ArrayList<>();

    private Preflight(Wanted wanted, SparkConf conf) {
        this.wanted = wanted;
        this.conf = conf;
        this.hadoop = SparkHadoopUtil.get().newConfiguration(conf);
    }

    /** On the Spark that this process was submitted to. */
    public static Findings run(Wanted wanted, Patience patience) {
        var conf = new SparkConf();
        QuietLogs.here(conf);
        var preflight = new Preflight(wanted, conf);
        preflight.check(patience);
        return new Findings(preflight.findings);
    }

    private void check(Patience patience) {
        findings.addAll(SparkChecks.of(conf));
        if (wanted.size() != null) {
            findings.add(wanted.size().share(conf, patience.expected(conf)));
        }
        boolean starts = findings.stream().noneMatch(Finding::isWrong);
        if (!starts || !conf.get("spark.master", "").startsWith("local")) { // else a task looks at the same JVM
            findings.addAll(MachineChecks.of(Machine.look(wanted, hadoop), false));
        }
        model();
        store("output", wanted.output(), uri -> {
            StoreTrial.output(uri, hadoop);
            return "can be written";
        });
        store(
                "ledger",
                wanted.ledger(),
                uri -> StoreTrial.ledger(uri, hadoop)
                        + " runs in it, and of two writers of one name the second is told so");
        if (starts) {
            executors(patience);
        } else {
            findings.add(Finding.note(
                    "executors", "machines", "not looked at", "Put Spark's settings right first, and run this again."));
        }
    }

    private void model() {
        if (wanted.model() != null) {
            String uri = wanted.model();
            findings.add(told(DRIVER, "model family", ExitCode.MODEL, () -> {
                var report = ModelCheck.of(ModelFiles.toDescribe(uri, hadoop), Trained.BIASES_AND_HEAD);
                return report.family() + ", " + report.parameters() + " parameters";
            }));
        }
    }

    private void store(String what, @Nullable String uri, Function<String, String> trial) {
        if (uri != null) {
            findings.add(told(DRIVER, what, ExitCode.OUTPUT, () -> trial.apply(uri)));
        }
    }

    private static Finding told(String where, String what, ExitCode code, Supplier<String> look) {
        try {
            return good(where, what, look.get());
        } catch (SottoException found) {
            return wrong(
                    where,
                    what,
                    String.valueOf(found.getMessage()),
                    Kerberos.advice(found).orElse(""),
                    found.exitCode());
        } catch (ModelException unusable) {
            return wrong(where, what, String.valueOf(unusable.getMessage()), "", code);
        }
    }

    private void executors(Patience patience) {
        try (SparkSession session = SparkSessions.builder("sotto preflight").getOrCreate()) {
            var roll = new RollCall(session, wanted, patience);
            List<MachineFacts> executors = roll.take();
            findings.addAll(roll.findings());
            for (MachineFacts executor : executors) {
                findings.addAll(MachineChecks.of(executor, true));
            }
            if (!executors.isEmpty()) {
                findings.addAll(FleetChecks.of(executors));
            }
            if (findings.stream().noneMatch(each -> each.code() == ExitCode.DATA)) { // else there is no table to ask
                schema(session);
            }
        } catch (Exception unstarted) { // Spark throws checked exceptions that it does not declare to Java
            findings.add(wrong(
                    "Spark",
                    "cluster",
                    "no tasks can be run: " + unstarted.getMessage(),
                    "Check --master, the cluster's own page, and what spark.executor.* asks of its workers."));
        }
    }

    /** Of formats that keep it apart from rows. */
    private void schema(SparkSession session) {
        String uri = wanted.table();
        Optional<TableFormat> format = uri == null ? Optional.empty() : TableFormat.ofPath(uri);
        if (uri != null
                && format.isPresent()
                && (format.get() == TableFormat.PARQUET || format.get() == TableFormat.ORC)) {
            var source = new TableSource(uri, format.get(), Map.of(), Map.of(), null, null);
            findings.add(told(
                    DRIVER, "table's columns", ExitCode.DATA, () -> String.join(", ", Table.columns(session, source))));
        }
    }
}
