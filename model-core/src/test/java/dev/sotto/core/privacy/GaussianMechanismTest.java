package dev.sotto.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Seeds are fixed; were they drawn anew, each statistical test would fail by chance at most once in a million runs. */
class GaussianMechanismTest {
    private static final int DIMENSION = 100_000;

    @Test
    void anEmptySample_releasesFullNoise() {
        for (double sigma : new double[] {0.1, 0.7, 3}) {
            var plan = new PrivacyPlan(1000, 0.25, 5, sigma, new Clipping.AutoS(2.5));
            double[] released = mechanism(plan, 1)
                    .release(new ClippedSum(plan, DIMENSION), 0)
                    .gradient();
            assertNormal(released, sigma * 2.5 / 250);
        }
    }

    /** The same key gives the same noise, so two releases on different sums differ by the sums. */
    @Test
    void aRelease_isTheSumPlusNoiseOverThePublicBatchSize() {
        var plan = new PrivacyPlan(1000, 0.25, 5, 1.5, new Clipping.Abadi(1));
        var sum = new ClippedSum(plan, 3);
        for (int unit = 0; unit < 7; unit++) {
            sum.add(new float[] {0.5f, -0.25f, 0}, 0);
        }
        double[] noisy = mechanism(plan, 1).release(sum, 2).gradient();
        double[] noise = mechanism(plan, 1).release(new ClippedSum(plan, 3), 2).gradient();
        double[] wanted = {3.5 / 250, -1.75 / 250, 0};
        for (int i = 0; i < 3; i++) {
            assertThat(noisy[i] - noise[i]).isBetween(wanted[i] - 1e-9, wanted[i] + 1e-9);
        }
    }

    @Test
    void steps_haveIndependentNoise() {
        var plan = new PrivacyPlan(1, 1, 5, 1, new Clipping.Abadi(1));
        var mechanism = mechanism(plan, 1);
        var empty = new ClippedSum(plan, DIMENSION);
        double[] first = mechanism.release(empty, 0).gradient();
        double[] second = mechanism.release(empty, 1).gradient();
        double[] other = mechanism(plan, 2).release(empty, 0).gradient();
        assertUncorrelated(first, second);
        assertUncorrelated(first, other);
        double[] sum = new double[DIMENSION];
        Arrays.setAll(sum, i -> (first[i] + second[i]) / Math.sqrt(2));
        assertNormal(sum, 1);
    }

    /** Drawn ahead, drawn ahead twice, drawn ahead for several steps in any order, or not: a step's noise is its own. */
    @Test
    void noiseDrawnAhead_isTheNoiseOfItsStepAndOfNoOther() {
        var plan = new PrivacyPlan(1, 1, 5, 1, new Clipping.Abadi(1));
        var empty = new ClippedSum(plan, 100);
        var waiting = mechanism(plan, 1);
        var ahead = mechanism(plan, 1);
        ahead.drawAhead(0, 100);
        ahead.drawAhead(0, 100);
        assertThat(ahead.release(empty, 0).gradient())
                .isEqualTo(waiting.release(empty, 0).gradient());
        ahead.drawAhead(3, 100);
        ahead.drawAhead(2, 100);
        assertThat(ahead.release(empty, 2).gradient())
                .isEqualTo(waiting.release(empty, 2).gradient());
        assertThat(ahead.release(empty, 3).gradient())
                .isEqualTo(waiting.release(empty, 3).gradient());
        ahead.drawAhead(3, 100);
        assertThatThrownBy(() -> ahead.release(empty, 3)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aStep_isReleasedOnce() {
        var plan = new PrivacyPlan(1, 1, 5, 1, new Clipping.Abadi(1));
        var mechanism = mechanism(plan, 1);
        var sum = new ClippedSum(plan, 1);
        mechanism.release(sum, 0);
        mechanism.release(sum, 3);
        for (long step : new long[] {-1, 0, 2, 3}) {
            assertThatThrownBy(() -> mechanism.release(sum, step))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("fresh RunKey");
        }
        mechanism.release(sum, 4);
    }

    @Test
    void noStepBeyondThePlan_isReleased() {
        var plan = new PrivacyPlan(1, 1, 5, 1, new Clipping.Abadi(1));
        assertThatThrownBy(() -> mechanism(plan, 1).release(new ClippedSum(plan, 1), 5))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aKey_servesOneMechanismOnly() {
        var plan = new PrivacyPlan(1, 1, 5, 1, new Clipping.Abadi(1));
        var key = RunKey.fromOperatingSystem();
        var unused = new GaussianMechanism(plan, key);
        assertThatThrownBy(() -> new GaussianMechanism(plan, key)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSumOfAnotherPlan_isRefused() {
        var plan = new PrivacyPlan(1, 1, 5, 1, new Clipping.Abadi(1));
        var other = new PrivacyPlan(1, 1, 5, 0.5, new Clipping.Abadi(1));
        assertThatThrownBy(() -> mechanism(plan, 1).release(new ClippedSum(other, 1), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void withoutNoise_theMeanComesOutAndNothingIsPromised() {
        var plan = new PrivacyPlan(1000, 0.004, 5, 0, new Clipping.Abadi(1));
        var sum = new ClippedSum(plan, 2);
        sum.add(new float[] {0.5f, -0.25f}, 0);
        var released = new GaussianMechanism(plan, RunKey.fromOperatingSystem()).release(sum, 0);
        assertThat(released.gradient()).containsExactly(0.125, -0.0625);
        assertThat(released.isPrivate()).isFalse();
    }

    @Test
    void onlyNoiseFromASecretKey_isPrivate() {
        var plan = new PrivacyPlan(1, 1, 5, 1, new Clipping.Abadi(1));
        var sum = new ClippedSum(plan, 1);
        assertThat(mechanism(plan, 1).release(sum, 0).isPrivate()).isFalse();
        var secret = new GaussianMechanism(plan, RunKey.fromOperatingSystem());
        assertThat(secret.release(sum, 0).isPrivate()).isTrue();
    }

    @Test
    void aReleasedGradient_cannotBeChanged() {
        var plan = new PrivacyPlan(1, 1, 5, 1, new Clipping.Abadi(1));
        var released = mechanism(plan, 1).release(new ClippedSum(plan, 1), 0);
        double before = released.gradient()[0];
        released.gradient()[0] = 7;
        assertThat(released.gradient()).containsExactly(before);
    }

    private static GaussianMechanism mechanism(PrivacyPlan plan, long seed) {
        return new GaussianMechanism(plan, RunKey.insecureSeed(seed));
    }

    private static void assertNormal(double[] values, double deviation) {
        double sum = 0;
        double squares = 0;
        for (double value : values) {
            sum += value / deviation;
            squares += value * value / (deviation * deviation);
        }
        int n = values.length;
        assertThat(Statistics.twoSided(sum / Math.sqrt(n))).isGreaterThan(Statistics.FALSE_ALARM);
        assertThat(Statistics.twoSided((squares - n) / Math.sqrt(2.0 * n))).isGreaterThan(Statistics.FALSE_ALARM);
    }

    private static void assertUncorrelated(double[] a, double[] b) {
        double products = 0;
        for (int i = 0; i < a.length; i++) {
            products += a[i] * b[i];
        }
        assertThat(Statistics.twoSided(products / Math.sqrt(a.length))).isGreaterThan(Statistics.FALSE_ALARM);
    }
}
