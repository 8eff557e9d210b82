package dev.sotto.job.train;

import dev.sotto.core.batch.Microbatches;
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
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Many short steps of the real loop on a tiny model: what grows? Prints resident memory, heap, threads and open files of the driver and
 * of each executor at each tenth of the way. Takes the number of steps; 20,000 without it.
 */
public final class Soak {

    /** Executors have a working directory of their own. */
    private static final ModelRef MODEL = new ModelRef(
            Path.of(TrainLoopTest.MODEL.uri()).toAbsolutePath().normalize().toString(), TrainLoopTest.MODEL.spec());

    private Soak() {}

    public static void main(String[] arguments) throws IOException {
        long steps = arguments.length > 0 ? Long.parseLong(arguments[0]) : 20_000;
        var recipe = new Recipe(
                new PrivacyPlan(200, 0.05, steps, 1, new Clipping.AutoS(1)),
                Optimizer.AdamW.defaults(),
                new Schedule.Constant(1e-4),
                new Microbatches.Limit(16, 512),
                RowIndependence.EXACT);
        List<Map<String, Object>> rows = new ArrayList<>();
        try (SparkSession session =
                SparkSession.builder().appName("sotto bench soak").getOrCreate()) {
            var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
            var hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
            var model = ExecutorModel.forThisJvm(MODEL, spark.hadoopConfiguration());
            var partitions =
                    spark.parallelize(EncodedPartitions.random(1, 4, 50), 4).persist(StorageLevel.MEMORY_AND_DISK());
            System.out.println(
                    "   steps  process            resident MB  heap after GC MB  threads  open files  ms a step");
            new TrainLoop(spark, hadoop, List.of(MODEL), Phases.of(recipe))
                    .run(
                            phase -> RunKey.fromOperatingSystem(),
                            partitions,
                            Attempt.only(TrainState.initial(model.initial(), recipe.optimizer())),
                            new Meter(spark, steps, rows));
        }
        BenchFile.write("soak.json", rows);
        rows.stream()
                .collect(Collectors.groupingBy(
                        row -> String.valueOf(row.get("process")), TreeMap::new, Collectors.toList()))
                .forEach((process, readings) -> System.out.printf(
                        "%s: resident memory, last reading over first: %.3f (the bar is 1.05)%n",
                        process, megabytes(readings.get(readings.size() - 1)) / megabytes(readings.get(0))));
    }

    private static double megabytes(Map<String, Object> row) {
        return ((Number) row.get("resident_mb")).doubleValue();
    }

    /** Reads all processes at each tenth; the first reading comes after a tenth, when all is warm. */
    private static final class Meter implements TrainLoop.Watch {
        private final JavaSparkContext spark;
        private final long tenth;
        private final List<Map<String, Object>> rows;
        private long last = System.nanoTime();

        Meter(JavaSparkContext spark, long steps, List<Map<String, Object>> rows) {
            this.spark = spark;
            this.tenth = Math.max(1, steps / 10);
            this.rows = rows;
        }

        @Override
        public void begins(long step, TrainState state) {
            last = System.nanoTime();
        }

        @Override
        public void drawsNoise(long step) {}

        @Override
        public void done(long step, TrainState state) {
            if ((step + 1) % tenth != 0) {
                return;
            }
            double each = (System.nanoTime() - last) / 1e6 / tenth;
            add(step + 1, "driver", ProcessReading.ofThisJvm(), each);
            executors().forEach(reading -> add(step + 1, "executor " + reading.pid(), reading, each));
            last = System.nanoTime();
        }

        /** One reading of each JVM that tasks run in, other than this one. */
        private Collection<ProcessReading> executors() {
            int slots = spark.defaultParallelism();
            Map<Long, ProcessReading> found = new TreeMap<>();
            spark.parallelize(IntStream.range(0, slots).boxed().toList(), slots)
                    .map(new ReadProcess())
                    .collect()
                    .forEach(reading -> found.put(reading.pid(), reading));
            found.remove(ProcessHandle.current().pid());
            return found.values();
        }

        private void add(long steps, String process, ProcessReading reading, double each) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("steps", steps);
            row.put("process", process);
            row.put("resident_mb", reading.residentMb());
            row.put("heap_mb", reading.heapMb());
            row.put("threads", reading.threads());
            row.put("open_files", reading.openFiles());
            row.put("ms_a_step", each);
            rows.add(row);
            System.out.printf(
                    "%8d  %-17s %12d %17d %8d %11d %10.1f%n",
                    steps,
                    process,
                    reading.residentMb(),
                    reading.heapMb(),
                    reading.threads(),
                    reading.openFiles(),
                    each);
        }
    }
}
