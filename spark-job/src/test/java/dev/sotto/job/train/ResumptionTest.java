package dev.sotto.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.Calibration;
import dev.sotto.core.method.Grouping;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.ClippingFunction;
import dev.sotto.job.config.OutputSettings.OnResume;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.PrivacySettings.Noise;
import dev.sotto.job.report.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResumptionTest {

    private static final Accountant ACCOUNTANT = new BestAccountant();
    private static final int STEPS = 100;
    private static final double SIGMA = Calibration.noiseMultiplier(ACCOUNTANT, 3, 1e-5, 0.1, STEPS);
    private static final PrivacyPlan PLAN = new PrivacyPlan(1000, 0.1, STEPS, SIGMA, new Clipping.AutoS(1));

    private static final Costs COSTS = new Costs(PLAN, Optional.empty());

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private static PrivacySettings settings(Noise noise) {
        return new PrivacySettings(
                1000,
                false,
                noise,
                ClippingFunction.AUTO_S,
                1,
                Grouping.JOINT,
                new PrivacySettings.Sampling.Probability(0.1),
                new PrivacySettings.Duration.Steps(STEPS),
                RowIndependence.EXACT,
                null);
    }

    /** Resumed at a step, after another attempt that may have drawn so many times. */
    private static Attempt resumed(long first, long drawnBefore) {
        return new Attempt(
                2,
                first,
                TrainState.initial(new float[3], Optimizer.AdamW.defaults()),
                List.of(new Attempt.Earlier(1, 0, drawnBefore, false)));
    }

    private Attempt end(Attempt attempt, Noise noise, OnResume onResume) {
        var console = new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false, Clock.systemUTC());
        return Resumption.endOf(attempt, COSTS, settings(noise), onResume, ACCOUNTANT, console);
    }

    private static double epsilon(Attempt attempt, long draws) {
        return ACCOUNTANT.epsilon(attempt.event(COSTS, draws), 1e-5).upper();
    }

    /** The run keeps what was asked for, with as many steps as that allows. */
    @ParameterizedTest
    @CsvSource({"40, 50", "10, 20", "95, 100", "60, 61"})
    void stopAtEpsilon_takesTheMostStepsThatKeepIt(long first, long drawnBefore) {
        Attempt attempt = resumed(first, drawnBefore);
        assertThat(epsilon(attempt, attempt.draws(STEPS))).isGreaterThan(3);

        Attempt ends = end(attempt, new Noise.Target(3, 1e-5), OnResume.STOP_AT_EPSILON);

        assertThat(epsilon(ends, ends.draws(STEPS))).isLessThanOrEqualTo(3);
        assertThat(epsilon(ends, ends.draws(STEPS) + 1)).isGreaterThan(3);
        assertThat(ends.end(STEPS)).isLessThan(STEPS);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("it ends after step " + ends.end(STEPS));
    }

    @Test
    void keepSteps_takesAllOfThemAndSaysWhatTheyCost() {
        Attempt ends = end(resumed(40, 50), new Noise.Target(3, 1e-5), OnResume.KEEP_STEPS);

        assertThat(ends.end(STEPS)).isEqualTo(STEPS);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("would cost epsilon 3.", "3 was asked for");
    }

    @Test
    void whereNoEpsilonWasAskedFor_orItIsKept_nothingGivesWay() {
        assertThat(end(resumed(40, 50), new Noise.Multiplier(SIGMA, 1e-5), OnResume.STOP_AT_EPSILON)
                        .end(STEPS))
                .isEqualTo(STEPS);
        assertThat(end(resumed(40, 50), new Noise.Target(5, 1e-5), OnResume.STOP_AT_EPSILON)
                        .end(STEPS))
                .isEqualTo(STEPS);
        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void aDriverLostBeforeItsFirstCheckpoint_mayHaveSpentItAll() {
        assertThatThrownBy(() -> end(resumed(0, STEPS), new Noise.Target(3, 1e-5), OnResume.STOP_AT_EPSILON))
                .isInstanceOfSatisfying(SottoException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.BUDGET))
                .hasMessageContaining("keep-steps");
    }
}
