package dev.sotto.job.cli;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import scala.jdk.javaapi.CollectionConverters;

/** How long steps take, by when Spark begins them, and what their tasks send. For benchmarks: of a private table neither may be shown. */
final class StepListener extends SparkListener {
    private final List<Long> begun = new CopyOnWriteArrayList<>();
    private final Set<Object> stages = new HashSet<>();
    private long bytes;

    @Override
    public synchronized void onJobStart(SparkListenerJobStart job) {
        String description = job.properties() == null ? null : job.properties().getProperty("spark.job.description");
        if (description != null && description.startsWith("Step ")) {
            begun.add(job.time());
            stages.addAll(CollectionConverters.asJava(job.stageIds()));
        }
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
        if (stages.contains(task.stageId()) && task.taskMetrics() != null) {
            bytes += task.taskMetrics().resultSize();
        }
    }

    /** Of a step, median; of at least two. */
    synchronized double seconds() {
        long[] taken = IntStream.range(1, begun.size())
                .mapToLong(i -> begun.get(i) - begun.get(i - 1))
                .sorted()
                .toArray();
        return taken[taken.length / 2] / 1000.0;
    }

    /** Of a step, mean. */
    synchronized double bytes() {
        return (double) bytes / begun.size();
    }
}
