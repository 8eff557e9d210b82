package dev.sotto.job.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.core.check.StepTimes;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.job.train.Costs;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LikelyBestTest {
    private static final long UNITS = 100_000;

    private static Cell cell(double batchSize, double epochs, double sigma, int d) {
        long steps = (long) Math.ceil(epochs * UNITS / batchSize);
        var plan = new PrivacyPlan(UNITS, batchSize / UNITS, steps, sigma, new Clipping.Abadi(1));
        return new Cell(
                batchSize,
                epochs,
                new Costs(plan, Optional.empty()),
                3,
                new Signal(plan.expectedBatchSize(), sigma, d, steps),
                null,
                false);
    }

    @Test
    void signalToNoise_isThatOfTheMeanGradient() {
        var signal = new Signal(1000, 0.5, 400, 100);
        double noise = 0.5 / 1000 * Math.sqrt(400); // length of the noise in clipping norms
        assertThat(signal.perStep()).isCloseTo(1 / noise, within(1e-9));
        assertThat(signal.accumulated()).isCloseTo(10 / noise, within(1e-9));
        assertThat(signal.effectiveSteps(noise))
                .as("where signal and noise are alike, half the steps count")
                .isCloseTo(50, within(1e-9));
        assertThat(new Signal(1000, 0, 400, 100).effectiveSteps(0.1))
                .as("without noise, all")
                .isEqualTo(100);
    }

    /** One step over all units has the best signal of all, and learns next to nothing. */
    @Test
    void fewSteps_areNotBest_howeverClearTheyAre() {
        List<Cell> cells = List.of(cell(1000, 5, 0.7, 5000), cell(UNITS, 5, 5, 5000));
        assertThat(cells.get(1).signal().perStep())
                .isGreaterThan(cells.get(0).signal().perStep());
        assertThat(LikelyBest.of(cells, 0.1).orElseThrow().cell()).isSameAs(cells.get(0));
    }

    /** Of so many numbers that noise drowns them, the larger batch wins although it takes fewer steps. */
    @Test
    void inMuchNoise_largerBatchesAreBest() {
        List<Cell> cells = List.of(cell(500, 5, 0.6, 1_000_000), cell(4000, 5, 0.9, 1_000_000));
        assertThat(LikelyBest.of(cells, 0.1).orElseThrow().cell()).isSameAs(cells.get(1));
    }

    @Test
    void ofSettingsWorthTheSame_theCheapestIsBest() {
        Cell twice = cell(1000, 10, 70, 5000); // its noise leaves it worth a little more than the other
        Cell once = cell(1000, 5, 50, 5000);
        double ratio = once.signal().effectiveSteps(0.1) / twice.signal().effectiveSteps(0.1);
        assertThat(ratio).isBetween(0.9, 1.0);
        assertThat(LikelyBest.of(List.of(twice, once), 0.1).orElseThrow().cell())
                .isSameAs(once);
        assertThat(LikelyBest.of(List.of(cell(1000, 5, 0, 5000))))
                .as("no noise")
                .isEmpty();
        assertThat(LikelyBest.of(List.of())).isEmpty();
    }

    /** A step is as long as its slowest core and its driver; more cores make the first shorter and the second longer. */
    @Test
    void stepCost_isThatOfTheFullestCore_andTheDriver() {
        var times = new StepTimes(0.01, 0, 0.002, 0.5, 0.001, 2);
        var half = new PrivacyPlan(1000, 0.5, 10, 1, new Clipping.Abadi(1));
        var one = new StepCost(times, 1, 2);
        assertThat(one.gradients(half)).as("500 units of 2 rows").isCloseTo(10, within(1e-9));
        var many = new StepCost(times, 100, 2);
        assertThat(many.gradients(half)).isBetween(0.1, 0.25);
        assertThat(many.driver(half)).isGreaterThan(one.driver(half));
        assertThat(many.driver(half)).as("noise that gradients do not hide").isGreaterThan(0.5 - many.gradients(half));
        assertThat(one.run(half)).isCloseTo(10 * one.step(half), within(1e-9));
        var all = new PrivacyPlan(1000, 1, 10, 1, new Clipping.Abadi(1));
        assertThat(many.gradients(all)).as("nothing is left to chance").isCloseTo(0.2, within(1e-9));
        var head = new StepCost(new StepTimes(0.01, 0.1, 0, 0, 0, 2), 10, 1);
        assertThat(head.run(half) - 10 * head.step(half)).isCloseTo(10, within(1e-9));
    }
}
