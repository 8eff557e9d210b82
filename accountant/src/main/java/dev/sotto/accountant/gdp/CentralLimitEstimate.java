package dev.sotto.accountant.gdp;

import dev.sotto.accountant.math.Check;

/**
 * The μ that many Poisson-sampled Gaussian steps tend to: μ = q √(T (e^(1/σ²) - 1)). Source: Bu, Dong, Long, Su, "Deep
 * Learning with Gaussian Differential Privacy", HDSR 2020 (arXiv:1911.11607).
 *
 * <p>An estimate and no bound: it errs to either side, often towards less ε (0.32 where the truth is above 5 has been
 * seen). So it is no {@link dev.sotto.accountant.Accountant}, it does not return
 * {@link dev.sotto.accountant.Bounds}, and nothing may be gated by it.
 *
 * @param mu the limit's μ, unitless, &gt; 0
 */
public record CentralLimitEstimate(double mu) {
    public CentralLimitEstimate {
        Check.that(mu > 0 && mu < Double.POSITIVE_INFINITY, "mu must be finite and > 0, got %s", mu);
    }

    /** Of T steps of noise multiplier σ with sampling probability q. */
    public static CentralLimitEstimate of(double noiseMultiplier, double samplingProbability, long steps) {
        double sigma = noiseMultiplier;
        return new CentralLimitEstimate(samplingProbability * Math.sqrt(steps * Math.expm1(1 / (sigma * sigma))));
    }

    /** An estimate of ε at δ in (0, 1), in nats; on neither side of the truth for certain. */
    public double estimatedEpsilon(double delta) {
        Check.that(delta > 0 && delta < 1, "delta must be in (0, 1), got %s", delta);
        return new GaussianDp(mu).epsilon(delta).upper();
    }
}
