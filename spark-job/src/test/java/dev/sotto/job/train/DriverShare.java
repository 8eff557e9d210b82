package dev.sotto.job.train;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.Phases;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.bench.BenchFile;
import dev.sotto.job.data.EncodedPartitions;
import dev.sotto.job.step.ExecutorModel;
import dev.sotto.job.step.ModelRef;
import dev.sotto.job.train.PhaseTimes.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Which part of a real step is not its tasks' running: the real loop on a model of full size and a logical batch of 1,000 units. The
 * driver's part is a step's wall time less what its tasks ran on an average slot, so that scheduling, handing out, adding up, noise,
 * update and slots that wait for the last task are all the driver's. Rows are of 3 to 14 tokens: shorter than any in use, and so are
 * the gradients beside which the driver is seen.
 */
public final class DriverShare {

    private static final int PARTITIONS = 8;
    private static final int UNITS = 100_000;
    private static final int BATCH = 1_000;

    private DriverShare() {}

    /** Takes a model's folder and the number of measured steps; one more, which loads the model, comes before them. */
    public static void main(String[] arguments) throws IOException {
        long measured = Long.parseLong(arguments[1]);
        var model = new ModelRef(
                Path.of(arguments[0]).toAbsolutePath().toString(),
                new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES_AND_HEAD));
        var recipe = new Recipe(
                new PrivacyPlan(UNITS, (double) BATCH / UNITS, measured + 1, 1, new Clipping.AutoS(1)),
                Optimizer.AdamW.defaults(),
                new Schedule.Constant(1e-4),
                new Microbatches.Limit(16, 512),
                RowIndependence.EXACT);
        try (SparkSession session =
                SparkSession.builder().appName("sotto bench share").getOrCreate()) {
            var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
            var hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
            var tasks = new TaskTimes();
            session.sparkContext().addSparkListener(tasks);
            float[] initial =
                    ExecutorModel.forThisJvm(model, spark.hadoopConfiguration()).initial();
            var partitions = spark.parallelize(EncodedPartitions.random(1, PARTITIONS, UNITS / PARTITIONS), PARTITIONS)
                    .persist(StorageLevel.MEMORY_AND_DISK());
            System.out.printf(
                    "%s, d = %,d, %d partitions, %d slots, %,d units a step expected%n%n"
                            + "step  wall s  tasks on a slot s  wait for noise ms  update ms  driver's part%n",
                    spark.master(), initial.length, PARTITIONS, spark.defaultParallelism(), BATCH);
            var meter = new Meter(tasks, spark.defaultParallelism());
            new TrainLoop(spark, hadoop, List.of(model), Phases.of(recipe))
                    .run(
                            phase -> RunKey.fromOperatingSystem(),
                            partitions,
                            Attempt.only(TrainState.initial(initial, recipe.optimizer())),
                            meter);
            BenchFile.write("share.json", meter.rows);
        }
    }

    /** Milliseconds that tasks have run so far, in all slots. */
    private static final class TaskTimes extends SparkListener {
        private final LongAdder millis = new LongAdder();
        private final LongAdder ended = new LongAdder();

        @Override
        public void onTaskEnd(SparkListenerTaskEnd task) {
            millis.add(task.taskMetrics().executorRunTime());
            ended.increment();
        }

        /** Listeners are told a little after the fact: waits until so many tasks have been told of. */
        long after(long tasks) {
            while (ended.sum() < tasks) {
                Thread.onSpinWait();
            }
            return millis.sum();
        }
    }

    private static final class Meter implements TrainLoop.Watch {
        private final TaskTimes tasks;
        private final int slots;
        private final List<Map<String, Object>> rows = new ArrayList<>();
        private PhaseTimes times = new PhaseTimes();
        private long millisBefore;

        Meter(TaskTimes tasks, int slots) {
            this.tasks = tasks;
            this.slots = slots;
        }

        @Override
        public void begins(long step, TrainState state) {
            times.enter(Phase.EXECUTORS);
        }

        @Override
        public void drawsNoise(long step) {
            times.enter(Phase.NOISE);
        }

        @Override
        public void released(long step) {
            times.enter(Phase.UPDATE);
        }

        @Override
        public void done(long step, TrainState state) {
            times.enter(Phase.KEEPING);
            long millis = tasks.after((step + 1) * Math.min(PARTITIONS, slots));
            double running = (millis - millisBefore) / 1e3 / slots;
            millisBefore = millis;
            double executors = times.seconds(Phase.EXECUTORS);
            double noise = times.seconds(Phase.NOISE);
            double update = times.seconds(Phase.UPDATE);
            double wall = executors + noise + update;
            if (step > 0) {
                System.out.printf(
                        Locale.ROOT,
                        "%4d %7.2f %18.2f %18.1f %10.1f %14.4f%n",
                        step,
                        wall,
                        running,
                        noise * 1e3,
                        update * 1e3,
                        1 - running / wall);
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("wall_s", wall);
                row.put("tasks_on_a_slot_s", running);
                row.put("noise_wait_ms", noise * 1e3);
                row.put("update_ms", update * 1e3);
                row.put("driver_share", 1 - running / wall);
                rows.add(row);
            }
            times = new PhaseTimes();
            times.enter(Phase.EXECUTORS);
        }
    }
}
