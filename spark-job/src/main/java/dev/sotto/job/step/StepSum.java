package dev.sotto.job.step;

import dev.sotto.core.privacy.ClippedSum;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.RDDBlockId;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Adds the sums of a table's partitions up. Integers add to the same bits in every order, so how is a matter of speed alone: one task
 * for each slot takes the partitions that lie there and gives one sum, however many partitions there are; the driver takes up to {@value
 * #WIDTH} of these as they come in, of more it takes a tree's, each node of which adds as many on an executor. A level of the tree costs a
 * shuffle, some 50 ms, so few are added faster without one.
 *
 * <p>Which partitions lie where is asked once, and again when an executor has come or gone.
 */
public final class StepSum {

    /** How many sums are added in one place. */
    static final int WIDTH = 64;

    private final JavaRDD<?> table;
    private List<Executor> executors = List.of();
    private List<SlotGroup> groups = List.of();
    private boolean grouped; // for the sum that was made last

    /** @param table whose partitions have one sum each, persisted */
    public StepSum(JavaRDD<?> table) {
        this.table = table;
    }

    /** The sum of all, of at least one partition that holds a sum. */
    public ClippedSum of(JavaRDD<ClippedSum> sums) {
        return total(ofSlots(sums));
    }

    /** Whether an executor has come or gone since before the sum that was made last: what it had may have been read again. */
    public boolean executorsChanged() {
        return grouped || !Executor.present(table.context()).equals(executors);
    }

    static ClippedSum total(JavaRDD<ClippedSum> ofSlots) {
        int depth = depth(ofSlots.getNumPartitions());
        return depth == 1 ? ofSlots.reduce(StepSum::add) : ofSlots.treeReduce(StepSum::add, depth);
    }

    /** One sum a task. */
    JavaRDD<ClippedSum> ofSlots(JavaRDD<ClippedSum> sums) {
        List<Executor> present = Executor.present(table.context());
        grouped = groups.isEmpty() || !present.equals(executors);
        if (grouped) {
            executors = present;
            groups = SlotGroup.of(present, holders());
        }
        var coalescer = new SlotCoalescer(groups);
        return sums.rdd()
                .coalesce(groups.size(), false, Option.apply(coalescer), null)
                .toJavaRDD()
                .mapPartitions(new AddUp(), true);
    }

    /** Of each partition the executors that have its block, in memory or on disk. */
    private List<List<String>> holders() {
        BlockId[] blocks = IntStream.range(0, table.getNumPartitions())
                .mapToObj(partition -> new RDDBlockId(table.id(), partition))
                .toArray(BlockId[]::new);
        return CollectionConverters.asJava(
                        SparkEnv.get().blockManager().master().getLocations(blocks))
                .stream()
                .map(CollectionConverters::asJava)
                .map(managers ->
                        managers.stream().map(BlockManagerId::executorId).toList())
                .toList();
    }

    /** The least depth at which no node of the tree adds more than {@value #WIDTH}. */
    static int depth(int sums) {
        int depth = 1;
        for (long reach = WIDTH; reach < sums; reach *= WIDTH) {
            depth++;
        }
        return depth;
    }

    private static ClippedSum add(ClippedSum total, ClippedSum next) {
        total.add(next);
        return total;
    }
}
