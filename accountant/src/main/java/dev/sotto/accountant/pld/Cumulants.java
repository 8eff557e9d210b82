package dev.sotto.accountant.pld;

import java.util.List;

/**
 * The logarithm of the moment generating function of a composed lattice loss, K(λ) = log E_P[e^(λ L)], and its first two
 * derivatives: mean and variance of the loss tilted by λ.
 *
 * @param value K(λ)
 * @param mean K'(λ), nats
 * @param variance K''(λ) &ge; 0, nats²
 */
record Cumulants(double value, double mean, double variance) {
    private static final double BIG = 0x1p500;

    /** Of the pessimistic masses (without those at infinity), or of the optimistic ones. */
    static Cumulants of(List<Part> parts, double step, double lambda, boolean upper) {
        double value = 0;
        double mean = 0;
        double variance = 0;
        for (Part part : parts) {
            Cumulants one = of(part.loss(), step, lambda, upper);
            value += part.count() * one.value;
            mean += part.count() * one.mean;
            variance += part.count() * one.variance;
        }
        return new Cumulants(value, mean, variance);
    }

    /** Of one step: Horner's rule on Σ mass[i] z^i with its derivatives, scaled down whenever it grows large. */
    static Cumulants of(RoundedLoss loss, double step, double lambda, boolean upper) {
        double z = Math.exp(lambda * step);
        double f = 0;
        double first = 0;
        double second = 0;
        double unit = 1;
        double logScale = 0;
        for (int i = loss.size() - 1; i >= 0; i--) {
            second = second * z + first;
            first = first * z + f;
            f = f * z + unit * (upper ? loss.upper(i) : loss.lower(i));
            if (f > BIG) {
                f /= BIG;
                first /= BIG;
                second /= BIG;
                unit /= BIG;
                logScale += 500 * LOG_2;
            }
        }
        double base = loss.offset() + step * loss.first();
        double mean = z * first / f;
        double variance = 2 * z * z * second / f + mean - mean * mean;
        return new Cumulants(
                lambda * base + Math.log(f) + logScale, base + step * mean, step * step * Math.max(0, variance));
    }

    private static final double LOG_2 = Math.log(2);
}
