package dev.sotto.job.preflight;

import dev.sotto.job.config.Texts;
import dev.sotto.job.data.TableMemory;
import java.io.Serializable;
import org.apache.spark.SparkConf;

/**
 * How large a table of texts is.
 *
 * @param rows &ge; 1
 * @param tokens of a row in the mean, &ge; 1
 */
public record TableSize(long rows, int tokens) implements Serializable {
    private static final int BESIDE_TOKENS = 10; // bytes a row: a label, where it begins, whether it counts
    private static final int OF_A_TOKEN = 4; // 2 where a partition's ids are all below 65,536

    /** What it takes, encoded, of each of so many executors, and where that lies. */
    Finding share(SparkConf conf, int executors) {
        double bytes = (double) rows * (BESIDE_TOKENS + (double) OF_A_TOKEN * tokens);
        double share = bytes / executors;
        double memory = TableMemory.limit(conf);
        String found =
                "%s at most, %s an executor of %d: %s in memory, %s on its local disks, where a step reads the rows that it samples"
                        .formatted(
                                size(bytes),
                                size(share),
                                executors,
                                size(Math.min(memory, share)),
                                size(Math.max(0, share - memory)));
        return memory >= share
                ? Finding.good("Spark", "encoded table", found)
                : Finding.note(
                        "Spark",
                        "encoded table",
                        found,
                        "Have as much free in spark.local.dir there. To keep all of it in memory set "
                                + TableMemory.ENABLED
                                + "=true and " + TableMemory.SIZE + "=" + (long) Math.ceil(share / (1 << 20))
                                + "m, which the cluster manager adds to each executor's size.");
    }

    private static String size(double bytes) {
        return bytes < 1e9
                ? Texts.number(Math.ceil(bytes / 1e6)) + " MB"
                : Texts.number(Math.ceil(bytes / 1e8) / 10) + " GB";
    }
}
