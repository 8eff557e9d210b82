package dev.sotto.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.Gauge;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.config.PrivacySettings.Noise;
import dev.sotto.job.train.PhaseTimes.Phase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalSpark.class)
class RunMetricsTest {

    private static final PrivacyPlan PLAN = new PrivacyPlan(60, 0.3, 6, 0.8, new Clipping.AutoS(1));

    /** The third attempt, from step 2 on; the first may have drawn 3 times. */
    private static final Attempt ATTEMPT = new Attempt(
            3,
            2,
            TrainState.initial(new float[3], Optimizer.AdamW.defaults()),
            List.of(new Attempt.Earlier(1, 0, 3, true), new Attempt.Earlier(2, 0, 0, false)));

    private static final Costs COSTS = new Costs(PLAN, Optional.empty());

    private static final EpsilonCurve CURVE =
            EpsilonCurve.of(COSTS, ATTEMPT, Ancestry.NONE, new Noise.Multiplier(0.8, 1e-5), new BestAccountant());

    private static Map<String, Number> told(RunMetrics metrics) {
        Map<String, Number> told = new TreeMap<>();
        metrics.metricRegistry()
                .getGauges()
                .forEach((name, gauge) -> told.put(name, (Number) ((Gauge<?>) gauge).getValue()));
        return told;
    }

    @Test
    void whatIsTold_followsFromPlanAndStep(SparkSession spark) {
        var metrics = RunMetrics.register(COSTS, ATTEMPT, CURVE);
        assertThat(SparkEnv.get().metricsSystem().getSourcesByName("sotto").contains(metrics))
                .isTrue();
        assertThat(told(metrics))
                .containsKeys("steps", "steps_planned", "noise_draws", "epsilon", "expected_batch")
                .hasSize(5);
        assertThat(told(metrics)).containsEntry("steps", 2L).containsEntry("noise_draws", 3L);

        metrics.draws(2);
        assertThat(told(metrics))
                .as("charged before the step is done")
                .containsEntry("steps", 2L)
                .containsEntry("noise_draws", 4L)
                .containsEntry("epsilon", CURVE.after(3));
        metrics.done(2);
        assertThat(told(metrics)).containsEntry("steps", 3L).containsEntry("expected_batch", 18.0);
    }

    @Test
    void secondsOfPhases_areToldWhereAskedForAndGoToTheirPhase(SparkSession spark) throws InterruptedException {
        var metrics = RunMetrics.register(COSTS, ATTEMPT, CURVE);
        var times = new PhaseTimes();
        metrics.tellPhases(times);

        times.enter(Phase.EXECUTORS);
        Thread.sleep(1);
        times.enter(Phase.NOISE);

        assertThat(told(metrics)).hasSize(9).containsEntry("seconds_noise", 0.0).containsEntry("seconds_update", 0.0);
        assertThat(told(metrics).get("seconds_executors").doubleValue()).isPositive();
    }
}
