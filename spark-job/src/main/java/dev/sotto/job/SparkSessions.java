package dev.sotto.job;

import org.apache.spark.sql.SparkSession;

/** The Spark that this process was submitted to. */
public final class SparkSessions {
    private SparkSessions() {}

    /**
     * Its session. Whoever asked stops it.
     *
     * @throws SottoException if its settings cannot carry what is sent to executors; it is stopped then
     */
    public static SparkSession open(String application) {
        SparkSession session = SparkSession.builder().appName(application).getOrCreate();
        try {
            requireJavaSerializer(session);
        } catch (SottoException refused) {
            session.stop();
            throw refused;
        }
        return session;
    }

    /** Kryo cannot carry Java records on JDK 17: tasks would fail one after the other with errors that do not say so. */
    private static void requireJavaSerializer(SparkSession session) {
        String serializer = session.sparkContext().getConf().get("spark.serializer", "JavaSerializer");
        if (!serializer.endsWith("JavaSerializer")) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "spark.serializer is " + serializer + ", which cannot carry what Sotto sends to executors. Take the"
                            + " setting out, or set it to org.apache.spark.serializer.JavaSerializer.");
        }
    }
}
