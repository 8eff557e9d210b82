package dev.sotto.job.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.GaussianMechanism;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.step.StepSum;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Steps of the training loop with gradients that are made up, on the cluster it is submitted to, by the build on its class path, which may
 * be an older one: {@code scripts/bench cluster --against}. Leaves of each number of partitions a row: every step's wall time and CPU time
 * of the driver, in milliseconds, what a step sends, and a digest of what was trained, which a fixed key makes the same in every build.
 */
public final class StepBench {

    private static final int D = 100_000;
    private static final int UNITS = 102_400;
    private static final double Q = 1_000.0 / UNITS;
    private static final int WARMING = 4;
    private static final int LISTENED = 2;

    private StepBench() {}

    /** Takes a file, the number of measured steps, and numbers of partitions. */
    public static void main(String[] arguments) throws Exception {
        int rounds = Integer.parseInt(arguments[1]);
        List<Map<String, Object>> rows = new ArrayList<>();
        try (SparkSession session =
                SparkSession.builder().appName("sotto bench cluster").getOrCreate()) {
            for (String partitions : List.of(arguments).subList(2, arguments.length)) {
                rows.add(steps(session, Integer.parseInt(partitions), rounds));
            }
        }
        new ObjectMapper().writeValue(Path.of(arguments[0]).toFile(), rows);
    }

    private static Map<String, Object> steps(SparkSession session, int partitions, int rounds) throws Exception {
        var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        int steps = WARMING + rounds + LISTENED;
        var recipe = new Recipe(
                new PrivacyPlan(UNITS, Q, steps + 2, 1, new Clipping.AutoS(1)),
                Optimizer.AdamW.defaults(),
                new Schedule.Constant(1e-3),
                new Microbatches.Limit(16, 512),
                RowIndependence.ROUNDING);
        JavaRDD<EncodedPartition> table = session.range(partitions)
                .repartition(partitions)
                .javaRDD()
                .mapPartitionsWithIndex(new MadeUpRows(UNITS / partitions), true)
                .persist(StorageLevel.MEMORY_AND_DISK());
        table.count();
        Adding adding = adding(table);
        RunKey key = RunKey.insecureSeed(7);
        var mechanism = new GaussianMechanism(recipe.plan(), key);
        var partitionStep = recipe.partitionStep(key.samplingKey(), 0);
        var state = TrainState.initial(new float[D], recipe.optimizer());
        List<Double> wall = new ArrayList<>();
        List<Double> cpu = new ArrayList<>();
        var sent = new Sent();
        mechanism.drawAhead(0, D);
        for (int step = 0; step < steps; step++) {
            if (step == WARMING + rounds) {
                session.sparkContext().addSparkListener(sent);
            }
            long start = System.nanoTime();
            long startCpu = cpuNanos();
            float[] parameters = state.trained();
            mechanism.drawAhead(step + 1, D);
            Broadcast<float[]> trained = spark.broadcast(parameters);
            ClippedSum sum =
                    adding.of(table.mapPartitionsWithIndex(new MadeUpStep(partitionStep, step, trained), true));
            trained.destroy();
            state.update(recipe, step, mechanism.release(sum, step));
            if (step >= WARMING && step < WARMING + rounds) {
                wall.add((System.nanoTime() - start) / 1e6);
                cpu.add((cpuNanos() - startCpu) / 1e6);
            }
        }
        Thread.sleep(1_000); // listeners are told a little after the fact
        session.sparkContext().removeSparkListener(sent);
        table.unpersist(true);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("partitions", partitions);
        row.put("step_ms", wall);
        row.put("driver_cpu_ms", cpu);
        row.put("tasks", sent.tasks.sum() / LISTENED);
        row.put("bytes_to_driver", sent.results.sum() / LISTENED);
        row.put("sums_to_driver", sent.sums.sum() / LISTENED);
        row.put("shuffle_bytes", sent.shuffled.sum() / LISTENED);
        row.put("digest", digest(state.trained()));
        return row;
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    private static String digest(float[] trained) throws Exception {
        var bytes = ByteBuffer.allocate(Float.BYTES * trained.length);
        bytes.asFloatBuffer().put(trained);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()), 0, 8);
    }

    private interface Adding {
        ClippedSum of(JavaRDD<ClippedSum> sums) throws Exception;
    }

    /** A build before this one has no groups to remember: its {@code of} is static. */
    private static Adding adding(JavaRDD<?> table) throws Exception {
        Method of = StepSum.class.getMethod("of", JavaRDD.class);
        Object sum = Modifier.isStatic(of.getModifiers())
                ? null
                : StepSum.class.getConstructor(JavaRDD.class).newInstance(table);
        return sums -> (ClippedSum) of.invoke(sum, sums);
    }

    /** What tasks have sent, in serialised bytes: results to the driver, and what a tree sends on the way. */
    private static final class Sent extends SparkListener {
        private final LongAdder tasks = new LongAdder();
        private final LongAdder results = new LongAdder();
        private final LongAdder shuffled = new LongAdder();
        private final LongAdder sums = new LongAdder();

        @Override
        public void onTaskEnd(SparkListenerTaskEnd task) {
            tasks.increment();
            results.add(task.taskMetrics().resultSize());
            shuffled.add(task.taskMetrics().shuffleWriteMetrics().bytesWritten());
            if (task.taskType().equals("ResultTask")) {
                sums.increment();
            }
        }
    }
}
