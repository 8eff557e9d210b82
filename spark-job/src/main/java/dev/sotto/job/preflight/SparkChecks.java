package dev.sotto.job.preflight;

import static dev.sotto.job.preflight.Finding.good;
import static dev.sotto.job.preflight.Finding.note;
import static dev.sotto.job.preflight.Finding.wrong;

import dev.sotto.job.Heartbeats;
import dev.sotto.job.QuietLogs;
import dev.sotto.job.SparkSessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.metrics.MetricsConfig;
import org.slf4j.LoggerFactory;

/** What Spark's settings alone tell. */
public final class SparkChecks {

    private static final String WHERE = "Spark";
    private static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";
    private static final Pattern SINK_CLASS = Pattern.compile("sink\\.([^.]+)\\.class");
    private static final String TASK_GPUS = "spark.task.resource.gpu.amount";

    private SparkChecks() {}

    /** All of them. */
    public static List<Finding> of(SparkConf conf) {
        List<Finding> findings = new ArrayList<>();
        findings.add(serializer(conf));
        findings.add(gpus(conf));
        findings.addAll(keepers(conf));
        findings.addAll(wires(conf));
        findings.addAll(patience(conf));
        findings.addAll(allocation(conf));
        findings.addAll(taskCores(conf));
        findings.addAll(overhead(conf));
        return findings;
    }

    /** Kryo cannot carry Java records on JDK 17: tasks would fail one after the other with errors that do not say so. */
    private static Finding serializer(SparkConf conf) {
        String serializer = conf.get("spark.serializer", "JavaSerializer");
        return serializer.endsWith("JavaSerializer")
                ? good(WHERE, "spark.serializer", serializer)
                : wrong(
                        WHERE,
                        "spark.serializer",
                        serializer + ", which cannot carry what Sotto sends to executors",
                        "Take the setting out, or set it to org.apache.spark.serializer.JavaSerializer.");
    }

    private static Finding gpus(SparkConf conf) {
        double executor = number(conf, EXECUTOR_GPUS);
        double task = number(conf, TASK_GPUS);
        String found = EXECUTOR_GPUS + "=" + conf.get(EXECUTOR_GPUS, "unset") + ", " + TASK_GPUS + "="
                + conf.get(TASK_GPUS, "unset");
        if (Double.isNaN(executor) || Double.isNaN(task)) {
            return wrong(WHERE, "GPUs", found + ", of which one is no number", "Give numbers, such as 1.");
        }
        if (executor == 0 && task == 0) {
            return good(WHERE, "GPUs", "none asked for: tasks compute on CPUs");
        }
        if (task == 0) {
            return wrong(
                    WHERE,
                    "GPUs",
                    found + ": executors hold GPUs that no task is given",
                    "Set " + TASK_GPUS + "=1 (or a fraction, for several tasks on one GPU), or take " + EXECUTOR_GPUS
                            + " out to train on CPUs.");
        }
        if (executor == 0) {
            return wrong(
                    WHERE,
                    "GPUs",
                    found + ": tasks ask for what no executor has",
                    "Set " + EXECUTOR_GPUS
                            + "=1 (and, on a standalone cluster, spark.worker.resource.gpu.amount on each"
                            + " worker), or take " + TASK_GPUS + " out to train on CPUs.");
        }
        if (task > 1) {
            return wrong(
                    WHERE,
                    "GPUs",
                    found + ": a task computes on one GPU",
                    "Set " + TASK_GPUS + "=1 (or a fraction, for several tasks on one GPU).");
        }
        return task == 1
                ? good(WHERE, "GPUs", found)
                : note(
                        WHERE,
                        "GPUs",
                        found + ": " + (int) (1 / task) + " tasks share one GPU and its memory",
                        "If that is not meant, set " + TASK_GPUS + "=1.");
    }

    /** What tells of private rows where it is on; by how much, only its keeper can judge. */
    public static List<Finding> keepers(SparkConf conf) {
        List<Finding> findings = new ArrayList<>();
        for (String keeper : List.of("spark.eventLog.enabled", "spark.ui.enabled")) {
            if (conf.getBoolean(keeper, keeper.startsWith("spark.ui"))) {
                findings.add(note(
                        WHERE,
                        keeper,
                        "on: it shows how many rows and bytes each task read, how large its result was and how long it took, which"
                                + " depends on private rows",
                        "Keep it inside the trust boundary, or set it to false."));
            }
        }
        findings.addAll(sinks(conf));
        findings.addAll(logs());
        return findings;
    }

    /** Spark registers sources of its own that no setting turns off; of its sinks these two can be told to pass on some names alone. */
    private static List<Finding> sinks(SparkConf conf) {
        Set<String> telling = new TreeSet<>();
        for (String process : List.of("driver", "executor")) {
            var config = new MetricsConfig(conf);
            config.initialize();
            Properties settings = config.getInstance(process);
            settings.stringPropertyNames().stream()
                    .map(SINK_CLASS::matcher)
                    .filter(Matcher::matches)
                    .map(sink -> sink.group(1))
                    .filter(name -> !name.equals("servlet")) // is a page of the UI's
                    .filter(name ->
                            !settings.getProperty("sink." + name + ".regex", "").contains("sotto"))
                    .forEach(telling::add);
        }
        return telling.isEmpty()
                ? List.of()
                : List.of(note(
                        WHERE,
                        "metrics sink " + String.join(", ", telling),
                        "on: besides Sotto's own metrics it is told Spark's, which count rows and bytes and so depend on private"
                                + " rows",
                        "Keep what it writes inside the trust boundary; or let the driver alone have it, of class GraphiteSink or"
                                + " StatsdSink, with regex=.*\\.sotto\\..*"));
    }

    private static List<Finding> logs() {
        List<String> loud = QuietLogs.loud();
        if (!loud.isEmpty()) {
            return List.of(note(
                    WHERE,
                    "log of " + loud.get(0) + (loud.size() > 1 ? " and " + (loud.size() - 1) + " more" : ""),
                    "on: Spark then logs why tasks failed, in messages that may quote rows, and sizes of blocks",
                    "Keep the logs of driver and executors inside the trust boundary, or start Spark with spark.plugins="
                            + QuietLogs.class.getName() + "."));
        }
        return LoggerFactory.getLogger("org.apache.spark").isInfoEnabled()
                ? List.of(note(
                        WHERE,
                        "log level",
                        "INFO or finer: Spark then logs the sizes of blocks and results, which depend on private rows",
                        "Keep the logs inside the trust boundary, or set spark.log.level=WARN and"
                                + " spark.executor.syncLogLevel.enabled=true."))
                : List.of();
    }

    /** Rows, sums and the sampling key travel between Spark's processes; what is spilled lies on their disks. */
    private static List<Finding> wires(SparkConf conf) {
        if (SparkSessions.isOneProcess(conf)) {
            return List.of();
        }
        boolean authenticated = conf.getBoolean("spark.authenticate", false);
        boolean tls = conf.getBoolean("spark.ssl.rpc.enabled", false);
        boolean crypto = authenticated && conf.getBoolean("spark.network.crypto.enabled", false);
        boolean spills = conf.getBoolean("spark.io.encryption.enabled", false);
        List<String> open = new ArrayList<>();
        if (!authenticated) {
            open.add("whoever reaches its ports can join (spark.authenticate)");
        }
        if (!tls && !crypto) {
            open.add("rows, sums and the sampling key cross the network in the clear (spark.network.crypto.enabled with"
                    + " spark.authenticate, or spark.ssl.rpc.enabled)");
        }
        if (!spills) {
            open.add("what is spilled or shuffled is on disk in the clear (spark.io.encryption.enabled)");
        }
        String what = "encryption between Spark's processes";
        return open.isEmpty()
                ? List.of(good(WHERE, what, tls ? "by TLS" : "by Spark's own protocol"))
                : List.of(note(
                        WHERE,
                        what,
                        String.join("; ", open),
                        "Set them to true, unless the network and the disks are inside the trust boundary; see"
                                + " docs/operations.md."));
    }

    /** A step waits for every executor that has a part in it. */
    private static List<Finding> patience(SparkConf conf) {
        if (SparkSessions.isOneProcess(conf)) {
            return List.of();
        }
        String what = "executors that stand still";
        Duration patience = Heartbeats.patience(conf);
        String found = "are given up after " + patience.toSeconds() + " s at most";
        return List.of(
                patience.compareTo(Heartbeats.LONG) <= 0
                        ? good(WHERE, what, found)
                        : note(
                                WHERE,
                                what,
                                found + ", for which the run stands still, too",
                                "Leave spark.network.timeout, spark.executor.heartbeatInterval and their like to a run, or set "
                                        + Heartbeats.words() + "."));
    }

    private static List<Finding> allocation(SparkConf conf) {
        String key = "spark.dynamicAllocation.enabled";
        return conf.getBoolean(key, false)
                ? List.of(
                        note(
                                WHERE,
                                key,
                                "on: executors that are let go take their share of the encoded table with them, which is then"
                                        + " encoded again",
                                "Set it to false for a run of many steps, or spark.dynamicAllocation.minExecutors to all of them."))
                : List.of();
    }

    private static List<Finding> taskCores(SparkConf conf) {
        int cores = taskCpus(conf);
        return cores > 1
                ? List.of(note(
                        WHERE,
                        "spark.task.cpus",
                        cores + ", but a task computes with one thread and the other cores idle",
                        "Set it to 1."))
                : List.of();
    }

    /** Containers are killed for memory off the heap, where libtorch, the weights and a pass are. */
    private static List<Finding> overhead(SparkConf conf) {
        String master = conf.get("spark.master", "");
        boolean contained = master.startsWith("yarn") || master.startsWith("k8s");
        return contained
                        && !conf.contains("spark.executor.memoryOverhead")
                        && !conf.contains("spark.executor.memoryOverheadFactor")
                ? List.of(
                        note(
                                WHERE,
                                "spark.executor.memoryOverhead",
                                "unset, so Spark's default: a fraction of the heap, and the scheduler kills executors that pass it;"
                                        + " libtorch, the weights and what a pass computes are off the heap",
                                "Set it to the size of the weights, that of a pass of each task (--microbatch-memory), and 1g."))
                : List.of();
    }

    static int taskCpus(SparkConf conf) {
        return conf.getInt("spark.task.cpus", 1);
    }

    /** 0 if unset, NaN if it is none. */
    private static double number(SparkConf conf, String key) {
        try {
            return Double.parseDouble(conf.get(key, "0"));
        } catch (NumberFormatException none) {
            return Double.NaN;
        }
    }
}
