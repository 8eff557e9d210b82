package dev.sotto.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.data.EncodedPartitions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LocalSpark.class)
class UsableCountTest {

    private static final Accountant ACCOUNTANT = new BestAccountant();

    /** Together they keep within what was asked, and the steps pay little for the count. */
    @ParameterizedTest
    @CsvSource({
        "60, 3, 1e-3, 0.2, 20",
        "3000, 3, 1e-5, 0.08, 400",
        "250000, 1, 1e-6, 0.004, 2500",
        "250000, 8, 1e-6, 0.004, 2500",
        "100000000, 0.2, 1e-9, 1e-5, 5000"
    })
    void countAndSteps_keepWithinTheAskedEpsilon(long units, double epsilon, double delta, double q, long steps) {
        UsableCount count = UsableCount.of(units, epsilon, delta, ACCOUNTANT);
        double alone = Calibration.noiseMultiplier(ACCOUNTANT, epsilon, delta, q, steps);
        double beside = Calibration.noiseMultiplier(ACCOUNTANT, epsilon, delta, q, steps, List.of(count.event()));

        var both = new DpEvent.Composed(List.of(count.event(), Calibration.sampledGaussian(beside, q, steps)));
        assertThat(ACCOUNTANT.epsilon(both, delta).upper()).isBetween(0.99 * epsilon, epsilon);
        assertThat(beside / alone).isBetween(1.0, 1.05);
    }

    /** Three usable units of five, the others' rows unusable: 300 counts. A right one fails by chance with probability below 1e-6. */
    @Test
    void usableUnits_areCountedOnceWhateverTheirRows(SparkSession spark) {
        List<EncodedPartition> made = EncodedPartitions.random(5, 2, 50); // every third unit has two rows
        JavaRDD<EncodedPartition> partitions =
                JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(made, 2);
        var count = new UsableCount(new PrivacyPlan(100, 1, 1, 7, new Clipping.Abadi(1)));
        int draws = 300;

        double[] found = LongStream.range(0, draws)
                .mapToDouble(seed -> count.take(partitions, RunKey.insecureSeed(seed), () -> {}))
                .toArray();
        double mean = Arrays.stream(found).average().orElseThrow();
        double variance = Arrays.stream(found).map(x -> (x - mean) * (x - mean)).sum() / (draws - 1);
        assertThat(mean).isBetween(100 - 5 * 7 / Math.sqrt(draws), 100 + 5 * 7 / Math.sqrt(draws));
        assertThat(variance / 49).isBetween(0.62, 1.48); // chi-square of 299 degrees of freedom
    }

    @ParameterizedTest
    @CsvSource({"60, 3, 1e-3", "3000, 1, 1e-5", "250000, 3, 1e-6", "100000000, 3, 1e-9"})
    void noUsableUnit_isFarAndTheDeclaredNumberIsNot(long units, double epsilon, double delta) {
        UsableCount count = UsableCount.of(units, epsilon, delta, ACCOUNTANT);

        assertThat(count.isFar(Math.round(3 * count.noise()))).isTrue();
        assertThat(count.isFar(units + (long) (6 * count.noise()))).isFalse();
        assertThat(count.isFar(units - (long) (6 * count.noise()))).isFalse();
        assertThat(count.isFar(2 * units)).isTrue();
    }

    /** An attempt may have counted unless it is known to have gone on from a later step. */
    @Test
    void everyCount_isPaidFor() {
        var plan = new PrivacyPlan(60, 0.3, 6, 0.8, new Clipping.AutoS(1));
        var count = UsableCount.of(60, 3, 1e-3, ACCOUNTANT);
        var costs = new Costs(plan, Optional.of(count));
        var attempt = new Attempt(
                4,
                3,
                TrainState.initial(new float[3], Optimizer.AdamW.defaults()),
                List.of(
                        new Attempt.Earlier(1, 0, 0, true),
                        new Attempt.Earlier(2, 0, 4, true),
                        new Attempt.Earlier(3, 0, 2, false)));

        var paid = new DpEvent.Composed(List.of(
                new DpEvent.Composed(List.of(count.event(), plan.eventOf(0))),
                new DpEvent.Composed(List.of(count.event(), plan.eventOf(4))),
                plan.eventOf(2),
                plan.eventOf(1)));
        assertThat(attempt.counts()).isFalse();
        assertThat(attempt.event(costs, 1)).isEqualTo(paid);
    }
}
