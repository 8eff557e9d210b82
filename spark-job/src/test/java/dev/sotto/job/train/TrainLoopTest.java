package dev.sotto.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
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
import dev.sotto.job.Keys;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.data.EncodedPartitions;
import dev.sotto.job.step.ExecutorModel;
import dev.sotto.job.step.ModelRef;
import dev.sotto.job.store.Checkpoints;
import dev.sotto.job.store.OutputFolder;
import dev.sotto.job.store.RunIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LocalSpark.class)
class TrainLoopTest {

    @TempDir
    Path folder;

    static final ModelRef MODEL = new ModelRef(
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

        var initial = TrainState.initial(model.initial(), RECIPE.optimizer());

        float[] onSpark = new TrainLoop(spark, hadoop, List.of(MODEL), Phases.of(RECIPE))
                .run(
                        phase -> RunKey.insecureSeed(5),
                        spark.parallelize(partitions, 3),
                        Attempt.only(initial),
                        watch(watched))
                .trained();
        float[] local = LocalTrainer.train(RECIPE, RunKey.insecureSeed(5), partitions, model, model.initial())
                .trained();

        assertThat(onSpark).isEqualTo(local).isNotEqualTo(model.initial());
        assertThat(watched)
                .hasSize(13)
                .startsWith("begins", "drawn 0", "done 0", "drawn 1")
                .endsWith("done 5");
    }

    /** However many tasks take them: two here. */
    @ParameterizedTest
    @ValueSource(ints = {1, 8, 64, 1024})
    void anyNumberOfPartitions_givesTheBitsOfTheLocalTrainer(int parts, SparkSession session) {
        var recipe = new Recipe(
                new PrivacyPlan(1024, 0.02, 2, 0.8, new Clipping.AutoS(1)),
                RECIPE.optimizer(),
                new Schedule.Constant(0.01),
                RECIPE.limit(),
                RECIPE.independence());
        List<EncodedPartition> partitions = EncodedPartitions.random(2, parts, 1024 / parts);
        var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        var hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
        var model = ExecutorModel.forThisJvm(MODEL, spark.hadoopConfiguration());
        var initial = TrainState.initial(model.initial(), recipe.optimizer());

        float[] onSpark = new TrainLoop(spark, hadoop, List.of(MODEL), Phases.of(recipe))
                .run(
                        phase -> RunKey.insecureSeed(5),
                        spark.parallelize(partitions, parts),
                        Attempt.only(initial),
                        watch(new ArrayList<>()))
                .trained();

        assertThat(onSpark)
                .isEqualTo(LocalTrainer.train(recipe, RunKey.insecureSeed(5), partitions, model, model.initial())
                        .trained());
    }

    /** Every unit in every step and no noise, so that keys make no difference: then nothing else may make one either. */
    @Test
    void runThatIsBrokenOffAndResumed_endsWhereTheWholeRunDoes(SparkSession session) throws Exception {
        var recipe = new Recipe(
                new PrivacyPlan(60, 1, 6, 0, new Clipping.AutoS(1)),
                new Optimizer.Averaged(RECIPE.optimizer(), 0.9),
                RECIPE.schedule(),
                RECIPE.limit(),
                RECIPE.independence());
        var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        var hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
        var model = ExecutorModel.forThisJvm(MODEL, spark.hadoopConfiguration());
        var partitions = spark.parallelize(EncodedPartitions.random(1, 3, 20), 3);
        var loop = new TrainLoop(spark, hadoop, List.of(MODEL), Phases.of(recipe));
        Supplier<TrainState> initial = () -> TrainState.initial(model.initial(), recipe.optimizer());
        var run = new RunIdentity("r", recipe.plan().hash(), "s", "l", "w", "t");
        var output = OutputFolder.create(folder.toString(), true, spark.hadoopConfiguration());
        Checkpoints kept = Checkpoints.in(output, 2, spark.hadoopConfiguration());
        int d = model.initial().length;
        RunKey firstKey = RunKey.insecureSeed(1);

        TrainState whole = loop.run(
                phase -> RunKey.insecureSeed(3), partitions, Attempt.only(initial.get()), kept(kept, null, 6, 9));
        Attempt first = Attempt.next(kept, run, Phases.of(recipe), initial.get(), d);
        assertThatThrownBy(() -> loop.run(phase -> firstKey, partitions, first, kept(kept, run, 6, 5)))
                .hasMessage("lost");
        Attempt second = Attempt.next(kept, run, Phases.of(recipe), initial.get(), d);
        TrainState resumed = loop.run(phase -> RunKey.insecureSeed(2), partitions, second, kept(kept, null, 6, 9));

        assertThat(second.first()).isEqualTo(4);
        assertThat(resumed.toBytes()).isEqualTo(whole.toBytes());
        for (byte[] secret : Keys.of(1)) {
            for (Path file : filesIn(folder)) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .doesNotContain(new String(secret, StandardCharsets.ISO_8859_1));
            }
        }
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = files.filter(Files::isRegularFile).toList();
            assertThat(found).hasSizeGreaterThan(2);
            return found;
        }
    }

    /** Keeps checkpoints of a run of so many steps where there is one, and throws once so many draws were made. */
    static TrainLoop.Watch kept(Checkpoints checkpoints, @Nullable RunIdentity run, long steps, int lostAtDraw) {
        Optional<Keeper> keeper = Optional.ofNullable(run).map(each -> new Keeper(checkpoints, each, 1, 0, steps));
        return new TrainLoop.Watch() {
            private int draws;

            @Override
            public void begins(long step, TrainState state) {
                keeper.ifPresent(each -> each.reached(step, state));
            }

            @Override
            public void drawsNoise(long step) {
                draws++;
                if (draws == lostAtDraw) {
                    throw new IllegalStateException("lost");
                }
            }

            @Override
            public void done(long step, TrainState state) {
                keeper.ifPresent(each -> each.reached(step + 1, state));
            }
        };
    }

    static TrainLoop.Watch watch(List<String> watched) {
        return new TrainLoop.Watch() {
            @Override
            public void begins(long step, TrainState state) {
                watched.add("begins");
            }

            @Override
            public void drawsNoise(long step) {
                watched.add("drawn " + step);
            }

            @Override
            public void done(long step, TrainState state) {
                watched.add("done " + step);
            }
        };
    }
}
