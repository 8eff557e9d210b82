package dev.sotto.job.data;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * How many bytes of encoded tables this JVM may keep in native memory: {@code spark.memory.offHeap.size} where
 * {@code spark.memory.offHeap.enabled} is true, which cluster managers add to a container's size; none otherwise. Spark counts what it
 * persists against the Java heap, in which these bytes do not lie: a small heap would have it write partitions to disk that fit, and read
 * each of them whole in every step.
 */
public final class TableMemory {
    public static final String ENABLED = "spark.memory.offHeap.enabled";
    public static final String SIZE = "spark.memory.offHeap.size";

    private static final AtomicLong TAKEN = new AtomicLong();

    private TableMemory() {}

    /** Takes so many bytes if there are as many left. */
    static boolean take(long bytes) {
        long limit = limit();
        long before = TAKEN.getAndUpdate(taken -> taken + bytes <= limit ? taken + bytes : taken);
        return before + bytes <= limit;
    }

    static void giveBack(long bytes) {
        TAKEN.addAndGet(-bytes);
    }

    private static long limit() {
        SparkEnv here = SparkEnv.get();
        return here == null ? 0 : limit(here.conf());
    }

    /** How many bytes these settings give each executor. */
    public static long limit(SparkConf conf) {
        return conf.getBoolean(ENABLED, false) ? conf.getSizeAsBytes(SIZE, 0) : 0;
    }
}
