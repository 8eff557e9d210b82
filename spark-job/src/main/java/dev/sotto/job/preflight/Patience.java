package dev.sotto.job.preflight;

import java.time.Duration;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/**
 * How many executors are waited for, and how long.
 *
 * @param executors &ge; 1; null takes {@code spark.executor.instances}, or whatever comes where that is unset
 * @param limit for their coming
 */
public record Patience(@Nullable Integer executors, Duration limit) {

    /** How many. */
    int expected(SparkConf conf) {
        return executors != null ? executors : conf.getInt("spark.executor.instances", 1);
    }
}
