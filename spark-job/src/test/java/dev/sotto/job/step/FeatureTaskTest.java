package dev.sotto.job.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.sotto.core.batch.FeatureBatch;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.LocalTrainer;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.data.EncodedPartitions;
import dev.sotto.job.data.FeatureRows;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalSpark.class)
class FeatureTaskTest {
    private static final double TOLERANCE = 2e-5; // of a parameter after Adam's steps of 0.01 each

    private static final ModelRef HEAD = new ModelRef(
            LocalSpark.CHECKPOINTS.resolve("bert_cls").toString(), new ModelSpec(Task.CLASSIFICATION, 2, Trained.HEAD));
    private static final Microbatches.Limit LIMIT = new Microbatches.Limit(8, 64);
    private static final Recipe RECIPE = new Recipe(
            new PrivacyPlan(60, 0.3, 6, 0, new Clipping.AutoS(1)),
            Optimizer.AdamW.defaults(),
            new Schedule.Linear(0.01, 2, 6),
            LIMIT,
            RowIndependence.EXACT);

    private static TrainableModel model() {
        return ExecutorModel.forThisJvm(HEAD, new Configuration());
    }

    private static EncodedPartition features(EncodedPartition rows) {
        return FeatureRows.of(rows, model().features().orElseThrow(), LIMIT);
    }

    private static float[] trained(List<EncodedPartition> partitions) {
        return LocalTrainer.train(RECIPE, RunKey.insecureSeed(5), partitions, model(), model().initial())
                .trained();
    }

    @Test
    void training_onFeatures_isTrainingOnRows() {
        List<EncodedPartition> rows = EncodedPartitions.random(1, 3, 20);
        float[] onRows = trained(rows);
        float[] onFeatures =
                trained(rows.stream().map(FeatureTaskTest::features).toList());
        assertThat(onRows).isNotEqualTo(model().initial());
        for (int i = 0; i < onRows.length; i++) {
            assertThat(onFeatures[i]).isCloseTo(onRows[i], offset((float) TOLERANCE));
        }
    }

    @Test
    void onExecutors_theyAreTheSameBits(SparkSession session) {
        List<EncodedPartition> rows = EncodedPartitions.random(2, 2, 20);
        var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        var hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
        List<EncodedPartition> there = spark.parallelize(rows, 2)
                .mapPartitions(new FeatureTask(HEAD, LIMIT, hadoop))
                .collect();
        List<EncodedPartition> here = EncodedPartitions.random(2, 2, 20).stream()
                .map(FeatureTaskTest::features)
                .toList();
        assertThat(trained(there)).isEqualTo(trained(here));
    }

    /** The second table begins with the units of the first. */
    @Test
    void features_areTheSameBits_whateverElseIsInThePartition() {
        EncodedPartition few = features(EncodedPartitions.random(3, 1, 20).get(0));
        EncodedPartition many = features(EncodedPartitions.random(3, 1, 47).get(0));
        int[] shared = IntStream.range(0, few.firstRow(20)).toArray();
        assertThat(many.firstRow(20)).isEqualTo(few.firstRow(20));
        var expected = (FeatureBatch) few.batch(shared, 1);
        var found = (FeatureBatch) many.batch(shared, 1);
        assertThat(found.features()).isEqualTo(expected.features());
        assertThat(found.labels()).isEqualTo(expected.labels());
    }
}
