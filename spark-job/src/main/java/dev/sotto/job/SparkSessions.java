package dev.sotto.job;

import dev.sotto.job.config.Texts;
import dev.sotto.job.preflight.Finding;
import dev.sotto.job.preflight.SparkChecks;
import dev.sotto.job.store.Kerberos;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** The Spark that this process was submitted to. */
public final class SparkSessions {
    private static final String SORTS = "spark.sql.execution.sortBeforeRepartition";

    private SparkSessions() {}

    /**
     * Its session. Whoever asked stops it.
     *
     * @throws SottoException if its settings are wrong; it is stopped then
     */
    public static SparkSession open(String application) {
        SparkSession session = started(application);
        try {
            requireRightSettings(session);
        } catch (SottoException refused) {
            session.stop();
            throw refused;
        }
        session.sparkContext().setInterruptOnCancel(true);
        StopRequest.heed(session.sparkContext());
        Kerberos.nameRenewer(session.sparkContext().hadoopConfiguration());
        return session;
    }

    private static SparkSession started(String application) {
        StopRequest.heed();
        try {
            return builder(application).getOrCreate();
        } catch (Exception wrong) { // Spark throws checked exceptions that it does not declare to Java
            if (StopRequest.isMade()) {
                throw new SottoException(
                        ExitCode.STOPPED,
                        "stopped, as a signal asked, while Spark was starting. Nothing was read or charged.",
                        wrong);
            }
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "Spark did not start: " + Texts.why(wrong)
                            + ". No row was read and nothing was charged. Check the Spark options before the command: --master"
                            + " (local[4], spark://host:7077, yarn, k8s://https://host:port), --conf and memory sizes such as 4g.",
                    wrong);
        }
    }

    /** Whether driver and executor are one process. */
    public static boolean isOneProcess(SparkConf conf) {
        return conf.get("spark.master", "local").matches("local(\\[.*)?");
    }

    /**
     * What makes one, with logs that are quiet on the driver from here on and on executors from their start, and with an eye on
     * executors that stand still.
     */
    public static SparkSession.Builder builder(String application) {
        var conf = new SparkConf();
        QuietLogs.here(conf);
        SparkSession.Builder builder = SparkSession.builder().appName(application);
        QuietLogs.settings(conf).forEach(builder::config);
        Heartbeats.settings(conf).forEach(builder::config);
        return builder;
    }

    /**
     * What {@code sotto preflight} would find wrong with Spark's settings ends the run before it begins.
     *
     * @throws SottoException if they are wrong
     */
    public static void requireRightSettings(SparkSession session) {
        if (!Boolean.parseBoolean(session.conf().get(SORTS))) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    SORTS
                            + " is false: rows that are dealt out to partitions could be dealt otherwise when a task is tried"
                            + " again, and one person be counted twice. Take the setting out, or set it to true.");
        }
        SparkChecks.of(session.sparkContext().getConf()).stream()
                .filter(Finding::isWrong)
                .findFirst()
                .ifPresent(wrong -> {
                    throw new SottoException(wrong.code(), wrong.what() + ": " + wrong.found() + ". " + wrong.todo());
                });
    }
}
