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

    /** Of one step: Horner's rule from the largest loss down, with moments about the running index. */
    static Cumulants of(RoundedLoss loss, double step, double lambda, boolean upper) {
        double f = 0;
        double first = 0;
        double second = 0;
        double unit = 1;
        double logScale = 0;
        double gap = 0;
        double z = 1;
        int last = loss.size() - 1;
        for (int i = last; i >= 0; i--) {
            if (i < last) {
                double distance = loss.index(i + 1) - loss.index(i);
                if (distance != gap) {
                    gap = distance;
                    z = Math.exp(lambda * step * gap);
                }
                second = (second + gap * (2 * first + gap * f)) * z;
                first = (first + gap * f) * z;
                f *= z;
            }
            f += unit * (upper ? loss.upper(i) : loss.lower(i));
            if (f > BIG) {
                f /= BIG;
                first /= BIG;
                second /= BIG;
                unit /= BIG;
                logScale += 500 * LOG_2;
            }
        }
        double base = loss.offset() + step * loss.index(0);
        double mean = first / f;
        return new Cumulants(
                lambda * base + Math.log(f) + logScale,
                base + step * mean,
                step * step * Math.max(0, second / f - mean * mean));
    }

    private static final double LOG_2 = Math.log(2);
}
