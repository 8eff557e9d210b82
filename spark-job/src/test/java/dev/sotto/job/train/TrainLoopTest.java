package dev.sotto.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.model.ModelSpec;
import dev.sotto.core.model.Task;
import dev.sotto.core.model.Trained;
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
import dev.sotto.job.step.ExecutorModel;
import dev.sotto.job.step.ModelRef;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalSpark.class)
class TrainLoopTest {

    private static final ModelRef MODEL = new ModelRef(
            LocalSpark.CHECKPOINTS.resolve("bert_cls").toString(),
            new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES_AND_HEAD));

    private static final Recipe RECIPE = new Recipe(
            new PrivacyPlan(60, 0.3, 6, 0.8, new Clipping.AutoS(1)),
            Optimizer.AdamW.defaults(),
            new Schedule.Linear(0.01, 2, 6),
            new Microbatches.Limit(8, 64),
            RowIndependence.EXACT);

    @Test
    void sparkRun_equalsTheLocalTrainerToTheBit(SparkSession session) {
        List<EncodedPartition> partitions = EncodedPartitions.random(1, 3, 20);
        var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        var hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
        var model = ExecutorModel.forThisJvm(MODEL, spark.hadoopConfiguration());
        List<String> watched = new ArrayList<>();

        float[] onSpark = new TrainLoop(spark, hadoop, MODEL, RECIPE)
                .run(RunKey.insecureSeed(5), spark.parallelize(partitions, 3), model.initial(), watch(watched))
                .trained();
        float[] local = LocalTrainer.train(RECIPE, RunKey.insecureSeed(5), partitions, model, model.initial())
                .trained();

        assertThat(onSpark).isEqualTo(local).isNotEqualTo(model.initial());
        assertThat(watched)
                .hasSize(13)
                .startsWith("begins", "drawn 0", "done 0", "drawn 1")
                .endsWith("done 5");
    }

    private static TrainLoop.Watch watch(List<String> watched) {
        return new TrainLoop.Watch() {
            @Override
            public void begins() {
                watched.add("begins");
            }

            @Override
            public void drawsNoise(long step) {
                watched.add("drawn " + step);
            }

            @Override
            public void done(long step) {
                watched.add("done " + step);
            }
        };
    }
}
