package dev.sotto.job.preflight;

import static dev.sotto.job.preflight.Finding.good;
import static dev.sotto.job.preflight.Finding.wrong;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Has each executor look at its machine. Spark lets nobody choose an executor, so as many tasks are sent as can run at once,
 * each staying long enough that all slots are taken, and again while an executor that is registered has not answered.
 */
final class RollCall {

    private static final int ROUNDS = 5;
    private static final long POLL_MILLIS = 100;

    private final JavaSparkContext spark;
    private final SparkConf conf;
    private final Wanted wanted;
    private final Patience patience;
    private final Map<String, MachineFacts> answers = new LinkedHashMap<>();

    RollCall(SparkSession session, Wanted wanted, Patience patience) {
        this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        this.conf = session.sparkContext().getConf();
        this.wanted = wanted;
        this.patience = patience;
    }

    /** One answer an executor; none if no executor came in time. */
    List<MachineFacts> take() throws InterruptedException {
        await();
        if (registered() == 0) {
            return List.of();
        }
        Broadcast<SerializableConfiguration> hadoop =
                spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
        var task = new LookTask(wanted, hadoop);
        for (int round = 0; round < ROUNDS && answers.size() < registered(); round++) {
            int tasks = registered() * slots();
            List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
            spark.parallelize(numbers, tasks)
                    .map(task)
                    .collect()
                    .forEach(answer -> answers.put(answer.executor(), answer));
        }
        hadoop.destroy();
        return List.copyOf(answers.values());
    }

    /** Who came, and who did not answer. */
    List<Finding> findings() {
        int registered = registered();
        String found = answers.size() + " answered of " + Math.max(wanted(), registered);
        return List.of(
                answers.size() >= Math.max(wanted(), registered)
                        ? good("Spark", "executors", found)
                        : wrong(
                                "Spark",
                                "executors",
                                found + ", within " + patience.limit().toSeconds() + " seconds",
                                registered < wanted()
                                        ? "See on the cluster's page whether workers have the cores, memory and GPUs that"
                                                + " spark.executor.* ask for; else wait longer (--wait) or ask for fewer"
                                                + " (--executors)."
                                        : "Free the cluster of other work, and run this again."));
    }

    /** Tasks that an executor computes at once. */
    private int slots() {
        int executors = Math.max(1, registered());
        int cores = conf.getInt("spark.executor.cores", Math.max(1, spark.defaultParallelism() / executors));
        return Math.max(1, cores / SparkChecks.taskCpus(conf));
    }

    private int wanted() {
        return patience.expected(conf);
    }

    private void await() throws InterruptedException {
        Instant end = Instant.now().plus(patience.limit());
        while (registered() < wanted() && Instant.now().isBefore(end)) {
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** In local mode the driver is the executor; elsewhere it is listed beside them. */
    private int registered() {
        int listed = spark.sc().statusTracker().getExecutorInfos().length;
        return spark.isLocal() ? 1 : listed - 1;
    }
}
