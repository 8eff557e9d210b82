package dev.sotto.core.privacy;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.math.Check;
import java.io.Serializable;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything the privacy guarantee depends on, and nothing else. All of it is public by declaration.
 *
 * @param units the public number N of privacy units, or a stated bound: it sets the divisor qN, in [1, 2⁴¹]
 * @param samplingProbability q, the chance that a unit is in a step's sample, in (0, 1]
 * @param steps how many noisy sums may be released, ≥ 1
 * @param noiseMultiplier σ: noise standard deviation over sensitivity, in [0.1, 1e6], or 0: not private
 * @param clipping how one unit's gradient is bounded, with a bound in [1e-30, 1e30]
 */
public record PrivacyPlan(long units, double samplingProbability, long steps, double noiseMultiplier, Clipping clipping)
        implements Serializable {

    public PrivacyPlan {
        Check.that(units >= 1 && units <= 1L << 41, "The number of units must be in [1, 2^41], got %s.", units);
        double q = samplingProbability;
        Check.that(q > 0 && q <= 1, "The sampling probability must be in (0, 1], got %s.", q);
        Check.that(steps >= 1, "The number of steps must be at least 1, got %s.", steps);
        double bound = clipping.bound();
        Check.that(bound >= 1e-30 && bound <= 1e30, "The clipping bound must be in [1e-30, 1e30], got %s.", bound);
        Check.that(
                noiseMultiplier == 0 || (noiseMultiplier >= 0.1 && noiseMultiplier <= 1e6),
                "The noise multiplier must be in [0.1, 1e6], or 0 (not private), got %s.",
                noiseMultiplier);
    }

    /** The mean number of units in a sample, qN: the public divisor of every released sum. */
    public double expectedBatchSize() {
        return samplingProbability * units;
    }

    public boolean isPrivate() {
        return noiseMultiplier > 0;
    }

    /** What the accountant charges for all steps: derived, never typed in by hand. */
    public DpEvent event() {
        return eventOf(steps);
    }

    /** What the accountant charges for {@code released} steps of this plan, in [0, steps]. */
    public DpEvent eventOf(long released) {
        Check.that(released >= 0 && released <= steps, "Steps to charge: 0 to %s, got %s.", steps, released);
        if (!isPrivate()) {
            return new DpEvent.NonPrivate();
        }
        var step = new DpEvent.PoissonSampled(samplingProbability, new DpEvent.Gaussian(noiseMultiplier));
        return new DpEvent.Repeated(released, step);
    }

    /** Names this plan in checkpoints and the ledger: 16 hexadecimal digits, equal for equal plans on every JVM. */
    public String hash() {
        String rule = clipping.getClass().getSimpleName();
        String canonical = Stream.of(samplingProbability, noiseMultiplier, clipping.bound())
                .map(Double::toHexString)
                .collect(Collectors.joining(" ", "sotto/1/plan " + rule + " ", ""));
        return HexFormat.of().formatHex(KeyedStream.derive(new byte[32], canonical, units, steps), 0, 8);
    }
}
