package dev.sotto.job.step;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.status.api.v1.ExecutorSummary;
import org.apache.spark.storage.BlockManagerId;
import scala.jdk.javaapi.CollectionConverters;

/**
 * One that holds blocks and runs tasks; in local mode the driver.
 *
 * @param slots how many tasks it runs at once
 */
record Executor(String id, String host, int slots) {

    /** Those that are there now, in an order that does not change. */
    static List<Executor> present(SparkContext spark) {
        Map<String, Integer> slots = slots(spark);
        int usual = slots.values().stream().reduce(1, Math::max); // of one so new that Spark has not told of it yet
        return managers().stream()
                .filter(manager -> !manager.isDriver() || spark.isLocal())
                .map(manager -> new Executor(
                        manager.executorId(), manager.host(), slots.getOrDefault(manager.executorId(), usual)))
                .sorted(Comparator.comparing(Executor::id))
                .toList();
    }

    private static Map<String, Integer> slots(SparkContext spark) {
        Map<String, Integer> slots = new HashMap<>();
        for (ExecutorSummary summary :
                CollectionConverters.asJava(spark.statusStore().executorList(true))) {
            if (summary.maxTasks() > 0) {
                slots.put(summary.id(), summary.maxTasks());
            }
        }
        return slots;
    }

    /** The store of blocks that each of them has: told of at once when one comes or goes. */
    private static List<BlockManagerId> managers() {
        return List.copyOf(CollectionConverters.asJava(
                SparkEnv.get().blockManager().master().getMemoryStatus().keySet()));
    }

    /** The name under which a task prefers it, as Spark has it for cached blocks. */
    String place() {
        return "executor_" + host + "_" + id;
    }
}
