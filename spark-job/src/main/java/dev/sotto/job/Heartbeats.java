package dev.sotto.job;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;

/**
 * How long an executor that stands still is waited for. Every step waits for the sums of all tasks, so one process that is stopped,
 * swaps or hangs would hold up the run for the two to three minutes that Spark gives it. Given up too early, it costs the encoding of its
 * share of the table and changes no bit of the result.
 */
public final class Heartbeats {

    private static final String INTERVAL = "spark.executor.heartbeatInterval";
    private static final String TIMEOUT = "spark.storage.blockManagerHeartbeatTimeoutMs";
    private static final String NETWORK_TIMEOUT = "spark.network.timeout"; // holds where there is no other
    private static final String LOOKS = "spark.network.timeoutInterval";

    /** More than the pauses of a healthy JVM, and a small part of a run. */
    private static final Map<String, String> OWN = new TreeMap<>(Map.of(INTERVAL, "4s", TIMEOUT, "20s", LOOKS, "1s"));

    /** What is longer than this somebody should know. */
    public static final Duration LONG = Duration.ofMinutes(1);

    private Heartbeats() {}

    /**
     * What a run sets: nothing where any of these is set already, for they must fit each other; nor in one process, whose only executor
     * is the driver, for to give it up would end the run.
     */
    static Map<String, String> settings(SparkConf conf) {
        boolean asked = conf.contains(NETWORK_TIMEOUT) || OWN.keySet().stream().anyMatch(conf::contains);
        return asked || SparkSessions.isOneProcess(conf) ? Map.of() : OWN;
    }

    /** What a run sets, in words. */
    public static String words() {
        return OWN.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(", "));
    }

    /** For how long these settings let a run stand still, at most, until it goes on without the executor. */
    public static Duration patience(SparkConf conf) {
        long timeout = conf.getTimeAsMs(TIMEOUT, conf.getTimeAsSeconds(NETWORK_TIMEOUT, "120s") + "s");
        return Duration.ofMillis(timeout + conf.getTimeAsMs(LOOKS, "60s"));
    }
}
