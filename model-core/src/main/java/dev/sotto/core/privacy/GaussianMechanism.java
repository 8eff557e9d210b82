package dev.sotto.core.privacy;

import dev.sotto.accountant.math.Check;
import java.util.Arrays;

/**
 * Where secrecy falls, once a step: Y = S + round(2²⁸ Z), one independent draw for every coordinate, then divided by the
 * public expected batch size. S is a lattice point, so Y = round(S + 2²⁸ Z): a post-processing of the real-valued
 * Gaussian mechanism with sensitivity L and standard deviation 2²⁸, whose noise multiplier is at least σ.
 *
 * <p>An instance lives on the driver, for one attempt at a run.
 */
public final class GaussianMechanism {
    private final PrivacyPlan plan;
    private final Lattice lattice;
    private final byte[] noiseKey;
    private final boolean secret;
    private long lastStep = -1;

    /** A mechanism with noise of its own: the key serves no second one. */
    public GaussianMechanism(PrivacyPlan plan, RunKey key) {
        this.plan = plan;
        this.lattice = Lattice.of(plan);
        this.noiseKey = key.claimNoiseKey();
        this.secret = !key.isInsecure();
    }

    /**
     * Releases the noisy mean gradient of one step. A sum of no units is noised like any other. A step that was released
     * is never released again, and none beyond the plan's: that would spend what was not charged.
     *
     * @param step from 0, in the plan, and after every step released before
     */
    public synchronized NoisySum release(ClippedSum sum, long step) {
        Check.that(sum.plan().equals(plan), "This sum was clipped for another plan than %s.", plan.hash());
        if (step <= lastStep || step >= plan.steps()) {
            throw new IllegalStateException(String.format(
                    "Step %d cannot be released after step %d of a plan of %d: its noise would be repeated or its cost"
                            + " not charged. Start a new attempt with a fresh RunKey, and charge it.",
                    step, lastStep, plan.steps()));
        }
        lastStep = step;
        long[] noisy = sum.toArray();
        if (plan.isPrivate()) {
            addNoise(noisy, new KeyedStream(KeyedStream.derive(noiseKey, "sotto/1/noise-of-step", step)));
        }
        double scale = lattice.spacing() / plan.expectedBatchSize(); // the public qN, never the sample's own size
        double[] gradient = Arrays.stream(noisy).mapToDouble(y -> y * scale).toArray();
        return new NoisySum(gradient, plan.isPrivate() && secret);
    }

    private static void addNoise(long[] sum, KeyedStream words) {
        var gaussian = new GridGaussian(words, Long.SIZE);
        for (int i = 0; i < sum.length; i++) {
            sum[i] = Math.addExact(sum[i], gaussian.next());
        }
    }
}
