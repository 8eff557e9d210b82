package dev.sotto.job.train;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.LocalTrainer;
import dev.sotto.core.train.Phases;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.data.EncodedPartitions;
import dev.sotto.job.step.ExecutorModel;
import dev.sotto.job.step.ModelRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A program that trains on a table of many small partitions, with one key, on the cluster it is submitted to, and tells of each step how
 * many executors there are. It trains the same wherever it runs, or something is wrong.
 */
public final class ManyPartitions {

    private static final int STEPS = 10;

    private static final int UNITS = 2_048;
    private static final int PAUSE_AFTER = 4;
    private static final ModelRef MODEL = new ModelRef(
            Path.of(TrainLoopTest.MODEL.uri()).toAbsolutePath().normalize().toString(), TrainLoopTest.MODEL.spec());
    private static final Recipe RECIPE = new Recipe(
            new PrivacyPlan(UNITS, 0.01, STEPS, 1, new Clipping.AutoS(1)),
            Optimizer.AdamW.defaults(),
            new Schedule.Constant(1e-3),
            new Microbatches.Limit(16, 512),
            RowIndependence.EXACT);

    private ManyPartitions() {}

    /** Takes the number of partitions, and that of executors to wait for after the first few steps; 0 to go on at once. */
    public static void main(String[] arguments) throws IOException {
        int partitions = Integer.parseInt(arguments[0]);
        int awaited = Integer.parseInt(arguments[1]);
        try (SparkSession session =
                SparkSession.builder().appName("many partitions").getOrCreate()) {
            var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
            var model = ExecutorModel.forThisJvm(MODEL, spark.hadoopConfiguration());
            JavaRDD<EncodedPartition> table = spark.parallelize(List.<Long>of(), partitions)
                    .mapPartitionsWithIndex(new Make(UNITS / partitions), true)
                    .persist(StorageLevel.MEMORY_AND_DISK());
            table.count();
            TrainState trained = new TrainLoop(
                            spark,
                            spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration())),
                            List.of(MODEL),
                            Phases.of(RECIPE))
                    .run(
                            phase -> RunKey.insecureSeed(5),
                            table,
                            Attempt.only(TrainState.initial(model.initial(), RECIPE.optimizer())),
                            new Told(spark, awaited));
            System.out.println("trained " + Arrays.hashCode(trained.trained()));
        }
    }

    /** What it trains, by the trainer that knows no Spark. */
    public static int trainedWithoutSpark(int partitions) {
        var model = ExecutorModel.forThisJvm(MODEL, new Configuration());
        List<EncodedPartition> table = IntStream.range(0, partitions)
                .mapToObj(index -> made(index, UNITS / partitions))
                .toList();
        return Arrays.hashCode(LocalTrainer.train(RECIPE, RunKey.insecureSeed(5), table, model, model.initial())
                .trained());
    }

    private static EncodedPartition made(int index, int units) {
        return EncodedPartitions.random(index, 1, units).get(0);
    }

    private static final class Make implements Function2<Integer, Iterator<Long>, Iterator<EncodedPartition>> {
        private final int units;

        Make(int units) {
            this.units = units;
        }

        @Override
        public Iterator<EncodedPartition> call(Integer index, Iterator<Long> none) {
            return List.of(made(index, units)).iterator();
        }
    }

    private static final class Told implements TrainLoop.Watch {
        private final JavaSparkContext spark;
        private final int awaited;

        Told(JavaSparkContext spark, int awaited) {
            this.spark = spark;
            this.awaited = awaited;
        }

        @Override
        public void begins(long step, TrainState state) {}

        @Override
        public void drawsNoise(long step) {}

        @Override
        public void done(long step, TrainState state) {
            System.out.println("step " + (step + 1) + " executors " + executors());
            if (step == PAUSE_AFTER && awaited > 0) {
                while (executors() != awaited) {
                    try {
                        Thread.sleep(50);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
            }
        }

        private int executors() {
            return spark.sc().statusTracker().getExecutorInfos().length - 1; // the driver is listed, too
        }
    }
}
