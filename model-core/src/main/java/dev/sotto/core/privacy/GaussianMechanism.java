package dev.sotto.core.privacy;

import dev.sotto.accountant.math.Check;
import java.util.Arrays;
import java.util.HashMap;
import java.util.concurrent.CompletableFuture;

/**
 * Where secrecy falls, once a step: Y = S + round(2²⁸ Z), one independent draw for every coordinate, then divided by the public expected
 * batch size. S is a lattice point, so Y = round(S + 2²⁸ Z): a post-processing of the real-valued Gaussian mechanism with sensitivity L and
 * standard deviation 2²⁸, whose noise multiplier is at least σ. An instance lives on the driver, for one attempt at a run.
 */
public final class GaussianMechanism {
    private final PrivacyPlan plan;
    private final Lattice lattice;
    private final byte[] noiseKey;
    private final boolean secret;
    private long lastStep = -1;
    private final HashMap<Long, CompletableFuture<long[]>> ahead = new HashMap<>();

    /** A mechanism with noise of its own: the key serves no second one. */
    public GaussianMechanism(PrivacyPlan plan, RunKey key) {
        this.plan = plan;
        this.lattice = Lattice.of(plan);
        this.noiseKey = key.claimNoiseKey();
        this.secret = !key.isInsecure();
    }

    /**
     * Releases the noisy mean gradient of one step, from 0. A sum of no units is noised like any other. Steps increase, so
     * none is released twice, and none goes beyond the plan's: that would spend what was not charged.
     */
    public synchronized NoisySum release(ClippedSum sum, long step) {
        Check.that(sum.plan.equals(plan), "This sum was clipped for another plan than %s.", plan.hash());
        if (step <= lastStep || step >= plan.steps()) {
            throw new IllegalStateException(String.format(
                    "Step %d cannot be released after step %d of a plan of %d: its noise would be repeated or its cost"
                            + " not charged. Start a new attempt with a fresh RunKey, and charge it.",
                    step, lastStep, plan.steps()));
        }
        lastStep = step;
        long[] noisy = sum.toArray();
        if (plan.isPrivate()) {
            CompletableFuture<long[]> drawn = ahead.remove(step);
            long[] noise = drawn != null ? drawn.join() : noise(step, noisy.length);
            Arrays.setAll(noisy, i -> Math.addExact(noisy[i], noise[i]));
        }
        double scale = lattice.spacing() / plan.expectedBatchSize(); // the public qN, never the sample's own size
        return new NoisySum(Arrays.stream(noisy).mapToDouble(y -> y * scale).toArray(), plan.isPrivate() && secret);
    }

    /** Begins to draw a step's noise, on another thread: its release takes the same numbers as ever, and waits less. */
    public synchronized void drawAhead(long step, int dimension) {
        ahead.put(step, CompletableFuture.supplyAsync(() -> noise(step, dimension)));
    }

    private long[] noise(long step, int dimension) {
        var words = new KeyedStream(KeyedStream.derive(noiseKey, "sotto/1/noise-of-step", step));
        var gaussian = new GridGaussian(words, Long.SIZE);
        var noise = new long[dimension];
        Arrays.setAll(noise, i -> gaussian.next());
        return noise;
    }
}
