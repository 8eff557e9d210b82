package dev.sotto.job.step;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;

/** What a step's sums are to the driver, which Spark lets take so much of one job and no more. */
public final class ResultSize {

    private static final String LIMIT = "spark.driver.maxResultSize";
    private static final String DYNAMIC = "spark.dynamicAllocation.enabled";
    private static final String MOST_EXECUTORS = "spark.dynamicAllocation.maxExecutors";

    private ResultSize() {}

    /**
     * Refuses a run whose steps Spark would end.
     *
     * @param d trained parameters
     * @param partitions of the table
     */
    public static void check(JavaSparkContext spark, int d, int partitions) {
        int sums = Math.min(Math.min(partitions, slots(spark)), StepSum.WIDTH);
        check(spark.getConf().getSizeAsBytes(LIMIT, "1g"), d, sums);
    }

    /** @param limit in bytes; 0 for none */
    static void check(long limit, int d, int sums) {
        long bytes = ofSum(d) * sums;
        if (limit > 0 && bytes > limit) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    ("Each step brings the driver up to %d sums of %d trained parameters, %d MiB in all, and %s is %d MiB: Spark"
                                    + " would end the first step, when the run has been charged. Set %s=%dm before the command, or 0"
                                    + " for no limit, and give the driver twice as much memory (--driver-memory); or lower"
                                    + " --partitions, or train fewer parameters. Nothing was charged.")
                            .formatted(sums, d, mebibytes(bytes), LIMIT, limit >> 20, LIMIT, mebibytes(bytes)));
        }
    }

    /** Bytes of a sum at the most, when all of 64 bits are in use; the stream's own marks are a two hundredth. */
    public static long ofSum(int d) {
        return 8L * d + d / 25 + 2_000;
    }

    private static long mebibytes(long bytes) {
        return (bytes >> 20) + 1;
    }

    /** As many as there are or will be; as many as make no difference where that is not known. */
    private static int slots(JavaSparkContext java) {
        SparkContext spark = java.sc();
        SparkConf conf = java.getConf();
        int tasks = Math.max(1, conf.getInt("spark.executor.cores", 1) / conf.getInt("spark.task.cpus", 1));
        long declared = conf.getInt("spark.executor.instances", 0) * (long) tasks;
        if (!java.isLocal() && conf.getBoolean(DYNAMIC, false)) {
            declared = conf.getInt(MOST_EXECUTORS, StepSum.WIDTH) * (long) tasks;
        }
        int present = Executor.present(spark).stream().mapToInt(Executor::slots).sum();
        return (int) Math.min(StepSum.WIDTH, Math.max(present, declared));
    }
}
