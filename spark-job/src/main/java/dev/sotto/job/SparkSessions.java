package dev.sotto.job;

import dev.sotto.job.preflight.Finding;
import dev.sotto.job.preflight.SparkChecks;
import org.apache.spark.sql.SparkSession;

/** The Spark that this process was submitted to. */
public final class SparkSessions {
    private SparkSessions() {}

    /**
     * Its session. Whoever asked stops it.
     *
     * @throws SottoException if its settings are wrong; it is stopped then
     */
    public static SparkSession open(String application) {
        SparkSession session = SparkSession.builder().appName(application).getOrCreate();
        try {
            requireRightSettings(session);
        } catch (SottoException refused) {
            session.stop();
            throw refused;
        }
        return session;
    }

    /** What {@code sotto preflight} would find wrong with Spark's settings ends the run before it begins. */
    private static void requireRightSettings(SparkSession session) {
        SparkChecks.of(session.sparkContext().getConf()).stream()
                .filter(Finding::isWrong)
                .findFirst()
                .ifPresent(wrong -> {
                    throw new SottoException(wrong.code(), wrong.what() + ": " + wrong.found() + ". " + wrong.todo());
                });
    }
}
