package dev.sotto.job.bench;

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
import dev.sotto.job.step.StepSum;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * What a step costs beyond the model's own work, in milliseconds, medians; then {@link SamplingBench}. One table row:
 *
 * <ul>
 *   <li>scheduling: a job of as many tasks that do nothing;
 *   <li>broadcast: handing out the parameters and taking them back: a job that reads them, less one that does nothing;
 *   <li>sum: the partitions' sums made, brought to the driver and added: the step's job, less one that reads the parameters;
 *   <li>noise: what the release waits for, its noise having been drawn ahead; beside it what drawing it on the spot costs;
 *   <li>update: the optimizer;
 *   <li>step: all of it in the order of the training loop, measured by itself.
 * </ul>
 */
public final class ClusterBench {

    private final JavaSparkContext spark;
    private final int rounds;

    private ClusterBench(JavaSparkContext spark, int rounds) {
        this.spark = spark;
        this.rounds = rounds;
    }

    /** Takes the number of measured steps a row; 40 without it. */
    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 40;
        try (SparkSession session =
                SparkSession.builder().appName("sotto bench cluster").getOrCreate()) {
            var bench = new ClusterBench(JavaSparkContext.fromSparkContext(session.sparkContext()), rounds);
            System.out.printf(
                    "Spark %s, master %s, %d processors, %d steps a row%n",
                    session.version(),
                    session.sparkContext().master(),
                    Runtime.getRuntime().availableProcessors(),
                    rounds);
            List<Map<String, Object>> results = new ArrayList<>();
            System.out.println(" d       partitions  scheduling  broadcast    sum  noise (on the spot)  update   step");
            for (int partitions : new int[] {2, 8, 32, 64, 256, 1024}) {
                results.add(bench.step(100_000, partitions));
            }
            for (int partitions : new int[] {2, 8, 32, 64}) {
                results.add(bench.step(300_000, partitions));
            }
            results.add(SamplingBench.run(bench.spark, Math.max(rounds, 25)));
            BenchFile.write("cluster.json", results);
        }
    }

    private Map<String, Object> step(int d, int partitions) {
        long all = 4L * (rounds + 5);
        var plan = new PrivacyPlan(1_000_000, 0.001, all, 1, new Clipping.AutoS(1));
        var recipe = new Recipe(
                plan,
                Optimizer.AdamW.defaults(),
                new Schedule.Constant(1e-3),
                new Microbatches.Limit(1, 1),
                RowIndependence.EXACT);
        JavaRDD<Integer> units = spark.parallelize(
                        IntStream.range(0, partitions).boxed().toList(), partitions)
                .cache();
        units.count();
        var mechanism = new GaussianMechanism(plan, RunKey.fromOperatingSystem());
        var state = TrainState.initial(new float[d], recipe.optimizer());
        Median scheduling = new Median();
        Median reading = new Median();
        Median job = new Median();
        Median noise = new Median();
        Median onTheSpot = new Median();
        Median update = new Median();
        Median whole = new Median();
        long next = 0;
        mechanism.drawAhead(next + 1, d);
        for (int round = -5; round < rounds; round++) {
            boolean measured = round >= 0;
            long start = System.nanoTime();
            units.mapPartitions(each -> each).count();
            scheduling.addSince(measured, start);

            start = System.nanoTime();
            Broadcast<float[]> read = spark.broadcast(state.trained());
            units.mapPartitions(new ReadParameters(read)).count();
            read.destroy();
            reading.addSince(measured, start);

            start = System.nanoTime();
            sum(units, plan, state.trained());
            job.addSince(measured, start);

            start = System.nanoTime();
            mechanism.release(new ClippedSum(plan, d), next++);
            onTheSpot.addSince(measured, start);

            start = System.nanoTime();
            float[] parameters = state.trained();
            long step = next++;
            mechanism.drawAhead(step + 2, d); // that of the next round, as the training loop does
            ClippedSum sum = sum(units, plan, parameters);
            long summed = System.nanoTime();
            var released = mechanism.release(sum, step);
            noise.addSince(measured, summed);
            long drawn = System.nanoTime();
            state.update(recipe, step, released);
            update.addSince(measured, drawn);
            whole.addSince(measured, start);
        }
        units.unpersist();
        System.out.printf(
                Locale.ROOT,
                "%8d %10d %11.1f %10.1f %6.1f %6.1f %13.1f %7.1f %6.1f%n",
                d,
                partitions,
                scheduling.get(),
                reading.get() - scheduling.get(),
                job.get() - reading.get(),
                noise.get(),
                onTheSpot.get(),
                update.get(),
                whole.get());
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("d", d);
        row.put("partitions", partitions);
        row.put("scheduling_ms", scheduling.get());
        row.put("broadcast_ms", reading.get() - scheduling.get());
        row.put("sum_ms", job.get() - reading.get());
        row.put("noise_wait_ms", noise.get());
        row.put("noise_on_the_spot_ms", onTheSpot.get());
        row.put("update_ms", update.get());
        row.put("step_ms", whole.get());
        row.put("bytes_to_driver", 8L * d * partitions);
        row.put("bytes_to_each_executor", 4L * d);
        return row;
    }

    private ClippedSum sum(JavaRDD<Integer> units, PrivacyPlan plan, float[] parameters) {
        Broadcast<float[]> trained = spark.broadcast(parameters);
        ClippedSum sum = new StepSum(units).of(units.mapPartitions(new TrivialStep(plan, trained)));
        trained.destroy();
        return sum;
    }
}
