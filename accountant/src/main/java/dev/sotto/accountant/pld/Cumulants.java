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

    /**
     * Of one step: Horner's rule from the end at which e^(λL) is largest to the other, with moments about the running
     * index. No factor is below 1, so nothing underflows; where one overflows, the value is infinite or NaN.
     */
    static Cumulants of(RoundedLoss loss, double step, double lambda, boolean upper) {
        double f = 0;
        double first = 0;
        double second = 0;
        double unit = 1;
        double logScale = 0;
        double gap = 0;
        double z = 1;
        int last = loss.size() - 1;
        int sign = lambda < 0 ? -1 : 1;
        for (int k = 0; k <= last; k++) {
            int i = sign > 0 ? last - k : k;
            if (k > 0) {
                double distance = sign * (loss.index(i + sign) - loss.index(i));
                if (distance != gap) {
                    gap = distance;
                    z = Math.exp(Math.abs(lambda) * step * gap);
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
        double base = loss.offset() + step * loss.index(sign > 0 ? 0 : last);
        double mean = first / f;
        return new Cumulants(
                lambda * base + Math.log(f) + logScale,
                base + sign * step * mean,
                step * step * Math.max(0, second / f - mean * mean));
    }

    private static final double LOG_2 = Math.log(2);
}
