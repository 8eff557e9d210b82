package dev.sotto.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.DpEvent;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.optim.Segments;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.ClippingGroups;
import dev.sotto.core.train.LocalTrainer;
import dev.sotto.core.train.Phases;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.core.train.Span;
import dev.sotto.core.train.Subvector;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.data.EncodedPartitions;
import dev.sotto.job.step.ExecutorModel;
import dev.sotto.job.step.ModelRef;
import dev.sotto.job.store.Checkpoints;
import dev.sotto.job.store.OutputFolder;
import dev.sotto.job.store.RunIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps of a run in three phases: the head alone, then scales of norms, then biases, head and low-rank updates. */
@ExtendWith(LocalSpark.class)
class PhaseLoopTest {
    private static final List<Trained> TRAINED = List.of(
            Trained.HEAD,
            Trained.of(Trained.Part.NORMS),
            Trained.BIASES_AND_HEAD.with(new Lora(2, 3, List.of("query"))));

    private static final List<Integer> STEPS = List.of(3, 2, 3);

    private static final List<ModelRef> MODELS =
            IntStream.range(0, TRAINED.size()).mapToObj(PhaseLoopTest::ref).toList();

    @TempDir
    Path folder;

    private static ModelRef ref(int phase) {
        List<Trained> others = Stream.concat(
                        TRAINED.stream().limit(phase), TRAINED.stream().skip(phase + 1L))
                .toList();
        return new ModelRef(
                LocalSpark.CHECKPOINTS.resolve("bert_cls").toString(),
                new ModelSpec(Task.CLASSIFICATION, 2, TRAINED.get(phase), null, others));
    }

    private static Phases phases(JavaSparkContext spark, double q, double sigma) {
        List<Optimizer> rules = List.of(
                Optimizer.Sgd.plain(),
                Optimizer.AdamW.defaults(),
                new Optimizer.Averaged(Optimizer.Adam.defaults(), 0.9));
        return new Phases(IntStream.range(0, MODELS.size())
                .mapToObj(i -> new Recipe(
                        new PrivacyPlan(60, i == 1 ? q : 0.7 * q, STEPS.get(i), sigma, new Clipping.AutoS(1 + i)),
                        learning(model(spark, i)),
                        ClippingGroups.JOINT,
                        rules.get(i),
                        new Schedule.Linear(0.01, 0, STEPS.get(i)),
                        Segments.UNDIVIDED,
                        new Microbatches.Limit(8, 64),
                        RowIndependence.EXACT))
                .toList());
    }

    private static Subvector learning(TrainableModel model) {
        return new Subvector(model.seed().learning().entries().stream()
                .map(each -> model.layout().find(each.name()).orElseThrow())
                .map(PhaseLoopTest::span)
                .toList());
    }

    private static Span span(BiasLayout.Entry entry) {
        return new Span(entry.offset(), entry.offset() + entry.size());
    }

    private static TrainableModel model(JavaSparkContext spark, int phase) {
        return ExecutorModel.forThisJvm(MODELS.get(phase), spark.hadoopConfiguration());
    }

    private static TrainLoop loop(JavaSparkContext spark, Phases phases) {
        return new TrainLoop(
                spark, spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration())), MODELS, phases);
    }

    private static RunKey key(int phase) {
        return RunKey.insecureSeed(5 + phase);
    }

    @Test
    void phases_areRunsOfTheLocalTrainerOneAfterTheOther_toTheBit(SparkSession session) {
        List<EncodedPartition> partitions = EncodedPartitions.random(1, 3, 20);
        var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        Phases phases = phases(spark, 0.4, 0.8);
        float[] begun = model(spark, 0).initial();

        TrainState onSpark = loop(spark, phases)
                .run(
                        PhaseLoopTest::key,
                        spark.parallelize(partitions, 3),
                        Attempt.only(TrainState.initial(begun, phases.list().get(0))),
                        TrainLoopTest.watch(new ArrayList<>()));

        TrainState local = TrainState.initial(begun, phases.list().get(0));
        for (int i = 0; i < MODELS.size(); i++) {
            float[] before = local.learned();
            local = i == 0 ? local : local.next(phases.list().get(i));
            LocalTrainer.train(phases.list().get(i), key(i), partitions, model(spark, i), local);
            assertOnlyPartMoved(before, local.learned(), model(spark, i));
        }
        assertThat(onSpark.toBytes()).isEqualTo(local.toBytes());
    }

    private static void assertOnlyPartMoved(float[] before, float[] after, TrainableModel model) {
        for (BiasLayout.Entry entry : model.layout().entries()) {
            boolean learns = model.seed().learning().find(entry.name()).isPresent();
            boolean moved = IntStream.range(entry.offset(), entry.offset() + entry.size())
                    .anyMatch(i -> Float.floatToIntBits(before[i]) != Float.floatToIntBits(after[i]));
            assertThat(moved).as(entry.name()).isEqualTo(learns);
        }
    }

    /** Every unit in every step and no noise, so that keys make no difference: then nothing else may make one either. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 6, 8})
    void runThatIsBrokenOffInOrBetweenPhases_endsWhereTheWholeRunDoes(int lostAtDraw, SparkSession session) {
        var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        Phases phases = withEveryUnit(phases(spark, 1, 0));
        JavaRDD<EncodedPartition> partitions = spark.parallelize(EncodedPartitions.random(1, 3, 20), 3);
        float[] begun = model(spark, 0).initial();
        var run = new RunIdentity("r", "p", "s", "l", "w", "t");
        var output = OutputFolder.create(folder.toString(), true, spark.hadoopConfiguration());
        Checkpoints kept = Checkpoints.in(output, 1, spark.hadoopConfiguration());
        TrainLoop loop = loop(spark, phases);

        TrainState whole = loop.run(
                PhaseLoopTest::key,
                partitions,
                Attempt.only(TrainState.initial(begun, phases.list().get(0))),
                TrainLoopTest.watch(new ArrayList<>()));
        TrainState initial = TrainState.initial(begun, phases.list().get(0));
        Attempt first = Attempt.next(kept, run, phases, initial, begun.length);
        assertThatThrownBy(() -> loop.run(
                        PhaseLoopTest::key,
                        partitions,
                        first,
                        TrainLoopTest.kept(kept, run, phases.steps(), lostAtDraw)))
                .hasMessage("lost");
        Attempt second = Attempt.next(
                kept, run, phases, TrainState.initial(begun, phases.list().get(0)), begun.length);
        TrainState resumed =
                loop.run(phase -> key(phase + 10), partitions, second, TrainLoopTest.watch(new ArrayList<>()));

        assertThat(second.first()).isEqualTo(lostAtDraw - 1);
        assertThat(resumed.toBytes()).isEqualTo(whole.toBytes());
    }

    private static Phases withEveryUnit(Phases phases) {
        return new Phases(phases.list().stream()
                .map(each -> each.with(new PrivacyPlan(
                        60, 1, each.plan().steps(), 0, each.plan().clipping())))
                .toList());
    }

    @Test
    void cost_isThatOfTheStepsOfEachPhaseThatWereDrawn() {
        var costs = new Costs(
                List.of(
                        new PrivacyPlan(100, 0.1, 3, 0.8, new Clipping.AutoS(1)),
                        new PrivacyPlan(100, 0.2, 2, 0.8, new Clipping.AutoS(1)),
                        new PrivacyPlan(100, 0.1, 3, 0.8, new Clipping.AutoS(1))),
                Optional.empty());
        assertThat(costs.of(true, 0, 8))
                .isEqualTo(new DpEvent.Composed(List.of(steps(0.1, 3), steps(0.2, 2), steps(0.1, 3))));
        assertThat(costs.of(true, 2, 2)).isEqualTo(new DpEvent.Composed(List.of(steps(0.1, 1), steps(0.2, 1))));
        assertThat(costs.of(true, 3, 2)).isEqualTo(steps(0.2, 2));
        assertThat(costs.of(true, 4, 4)).isEqualTo(new DpEvent.Composed(List.of(steps(0.2, 1), steps(0.1, 3))));
        assertThat(costs.of(false, 5, 0)).isEqualTo(steps(0.1, 0));
    }

    private static DpEvent steps(double q, long count) {
        return new DpEvent.Repeated(count, new DpEvent.PoissonSampled(q, new DpEvent.Gaussian(0.8)));
    }
}
