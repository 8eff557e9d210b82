package dev.sotto.job.step;

import dev.sotto.core.privacy.ClippedSum;
import org.apache.spark.api.java.JavaRDD;

/**
 * Adds the partitions' sums up at the driver. Integers add to the same bits in every order, so how is a matter of speed alone:
 * the driver takes up to {@value #WIDTH} sums as they come in; of more it takes a tree's, each node of which adds as many on an
 * executor. A level of the tree costs a shuffle, some 50 ms, so few partitions are added faster without one.
 */
public final class StepSum {

    /** How many sums are added in one place. */
    static final int WIDTH = 64;

    private StepSum() {}

    /** The sum of all, of at least one partition that holds a sum. */
    public static ClippedSum of(JavaRDD<ClippedSum> sums) {
        int depth = depth(sums.getNumPartitions());
        return depth == 1 ? sums.reduce(StepSum::add) : sums.treeReduce(StepSum::add, depth);
    }

    /** The least depth at which no node of the tree adds more than {@value #WIDTH}. */
    static int depth(int partitions) {
        int depth = 1;
        for (long reach = WIDTH; reach < partitions; reach *= WIDTH) {
            depth++;
        }
        return depth;
    }

    private static ClippedSum add(ClippedSum total, ClippedSum next) {
        total.add(next);
        return total;
    }
}
