package dev.sotto.job.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.data.EncodedPartitions;
import dev.sotto.job.step.ExecutorModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Many short steps of the real loop on a tiny model, driver and executor in this one JVM: what grows? Prints resident memory, threads
 * and open files at each tenth of the way. Takes the number of steps; 20,000 without it.
 */
public final class Soak {

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
            var model = ExecutorModel.forThisJvm(TrainLoopTest.MODEL, spark.hadoopConfiguration());
            var partitions =
                    spark.parallelize(EncodedPartitions.random(1, 4, 50), 4).persist(StorageLevel.MEMORY_AND_DISK());
            System.out.println("   steps   resident MB   heap after GC MB   threads   open files   ms a step");
            new TrainLoop(spark, hadoop, TrainLoopTest.MODEL, recipe)
                    .run(
                            RunKey.fromOperatingSystem(),
                            partitions,
                            Attempt.only(TrainState.initial(model.initial(), recipe.optimizer())),
                            new Meter(steps, rows));
        }
        Path folder = Files.createDirectories(Path.of(System.getProperty("bench.folder", "target/bench")));
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(folder.resolve("soak.json").toFile(), rows);
        System.out.printf(
                "resident memory, last reading over first: %.3f (the bar is 1.05)%n",
                megabytes(rows.get(rows.size() - 1)) / megabytes(rows.get(0)));
    }

    private static double megabytes(Map<String, Object> row) {
        return ((Number) row.get("resident_mb")).doubleValue();
    }

    /** Reads the process at each tenth; the first reading comes after a tenth, when all is warm. */
    private static final class Meter implements TrainLoop.Watch {
        private final long tenth;
        private final List<Map<String, Object>> rows;
        private long last = System.nanoTime();

        Meter(long steps, List<Map<String, Object>> rows) {
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
            System.gc();
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("steps", step + 1);
            row.put("resident_mb", status("VmRSS:") / 1024);
            row.put(
                    "heap_mb",
                    (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
            row.put("threads", status("Threads:"));
            row.put("open_files", openFiles());
            row.put("ms_a_step", each);
            rows.add(row);
            System.out.printf(
                    "%8d %13s %18s %9s %12s %11.1f%n",
                    step + 1,
                    row.get("resident_mb"),
                    row.get("heap_mb"),
                    row.get("threads"),
                    row.get("open_files"),
                    each);
            last = System.nanoTime();
        }

        private static long status(String key) {
            try {
                return Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith(key))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                        .sum();
            } catch (IOException notLinux) {
                throw new UncheckedIOException(notLinux);
            }
        }

        private static long openFiles() {
            try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
                return files.count();
            } catch (IOException notLinux) {
                throw new UncheckedIOException(notLinux);
            }
        }
    }
}
