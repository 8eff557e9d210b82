package dev.sotto.job.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.GaussianMechanism;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.job.LocalSpark;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LocalSpark.class)
class StepSumTest {

    private static final PrivacyPlan PLAN = new PrivacyPlan(1000, 0.5, 5, 1, new Clipping.Abadi(1));

    /** What is released tells two sums apart, whatever their noise. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 64, 1024})
    void sumOfPartitions_isTheSumOfTheirUnits(int partitions, SparkSession session) {
        List<ClippedSum> sums =
                IntStream.range(0, partitions).mapToObj(StepSumTest::oneUnit).toList();
        var whole = new ClippedSum(PLAN, 3);
        IntStream.range(0, partitions).mapToObj(StepSumTest::oneUnit).forEach(whole::add);
        JavaRDD<ClippedSum> spread =
                JavaSparkContext.fromSparkContext(session.sparkContext()).parallelize(sums, partitions);

        assertThat(released(new StepSum(spread).of(spread))).isEqualTo(released(whole));
    }

    private static ClippedSum oneUnit(int unit) {
        var sum = new ClippedSum(PLAN, 3);
        sum.add(new float[] {unit * 1e-3f, -0.25f, 0.5f / (1 + unit)}, 0);
        return sum;
    }

    private static double[] released(ClippedSum sum) {
        return new GaussianMechanism(PLAN, RunKey.insecureSeed(1))
                .release(sum, 0)
                .gradient();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "64, 1", "65, 2", "4096, 2", "4097, 3"})
    void depth_isTheLeastThatKeepsEveryNodeNarrow(int partitions, int depth) {
        assertThat(StepSum.depth(partitions)).isEqualTo(depth);
    }

    @Test
    void severalPartitions_areOneTaskASlot(SparkSession session) {
        var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        var table = spark.parallelize(List.of(1, 2, 3, 4, 5, 6, 7), 7).persist(StorageLevel.MEMORY_ONLY());
        table.count();
        JavaRDD<ClippedSum> ofSlots = new StepSum(table).ofSlots(table.map(StepSumTest::oneUnit));

        assertThat(spark.defaultParallelism()).isEqualTo(2);
        assertThat(ofSlots.glom().collect()).hasSize(2).allSatisfy(sums -> assertThat(sums)
                .hasSize(1));
        assertThat(session.sparkContext().getPreferredLocs(ofSlots.rdd(), 0).toString())
                .contains("executor_"
                        + SparkEnv.get().blockManager().blockManagerId().host() + "_driver");
        table.unpersist(true);
    }

    /** Of so many slots that the driver leaves the adding to a tree; 64 is the last count without one. */
    @ParameterizedTest
    @ValueSource(ints = {63, 64, 65, 130})
    void sumsOfManySlots_areTheSumOfTheirUnits(int slots, SparkSession session) {
        List<ClippedSum> sums =
                IntStream.range(0, slots).mapToObj(StepSumTest::oneUnit).toList();
        var whole = new ClippedSum(PLAN, 3);
        IntStream.range(0, slots).mapToObj(StepSumTest::oneUnit).forEach(whole::add);
        JavaRDD<ClippedSum> spread =
                JavaSparkContext.fromSparkContext(session.sparkContext()).parallelize(sums, slots);

        assertThat(released(StepSum.total(spread))).isEqualTo(released(whole));
    }

    @Test
    void emptyPartitions_addNothing(SparkSession session) {
        JavaRDD<ClippedSum> spread =
                JavaSparkContext.fromSparkContext(session.sparkContext()).parallelize(List.of(oneUnit(1)), 100);

        assertThat(released(new StepSum(spread).of(spread))).isEqualTo(released(oneUnit(1)));
    }
}
