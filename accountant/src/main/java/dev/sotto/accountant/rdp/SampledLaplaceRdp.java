package dev.sotto.accountant.rdp;

import dev.sotto.accountant.math.Check;
import dev.sotto.accountant.math.GaussLegendre;

/**
 * Rényi divergence of the Laplace mechanism on a Poisson sample, in both directions.
 *
 * <p>The pair is P = (1-q) Lap(0, b) + q Lap(1, b) against Q = Lap(0, b), which dominates by Zhu, Dong, Wang, "Optimal
 * Accounting of Differential Privacy via Characteristic Function", AISTATS 2022 (arXiv:2106.08567). Under
 * Q the unsampled loss y has an atom of 1/2 at -1/b, one of e^(-1/b)/2 at 1/b, and the density e^(-y/2 - 1/2b)/4 between.
 */
public final class SampledLaplaceRdp {
    private static final double RELATIVE_SLACK = 2e-12;
    private static final int MAX_PANELS = 1 << 12;

    private final double q;
    private final double rate;

    /**
     * @param samplingProbability q in (0, 1]
     * @param scale b &gt; 0, noise scale over L1 sensitivity
     */
    public SampledLaplaceRdp(double samplingProbability, double scale) {
        Check.that(
                samplingProbability > 0 && samplingProbability <= 1,
                "q must be in (0, 1], got %s",
                samplingProbability);
        Check.that(scale > 0, "scale must be > 0, got %s", scale);
        this.q = samplingProbability;
        this.rate = 1 / scale;
    }

    /** max of both directions at an order α &gt; 1, in nats; rounded up. */
    public double epsilon(double order) {
        Check.that(order > 1 && order < Double.POSITIVE_INFINITY, "order must be finite and > 1, got %s", order);
        if (q == 1) {
            return unsampled(order);
        }
        double panels = Math.ceil(2 * rate * (2 + order) / 4);
        if (panels > MAX_PANELS) {
            return largest();
        }
        double divergence = Math.max(divergence(order, true, (int) panels), divergence(order, false, (int) panels));
        return divergence >= 0 ? divergence : largest(); // NaN where losses left the range of doubles
    }

    /** The largest loss, which removal has: it bounds every order. */
    private double largest() {
        return loss(rate) * (1 + 1e-13) + Double.MIN_NORMAL; // for what underflowed
    }

    /**
     * The closed form log( α/(2α-1) e^((α-1)/b) + (α-1)/(2α-1) e^(-α/b) ) / (α-1), Mironov, "Rényi Differential Privacy",
     * CSF 2017, on the Laplace mechanism (arXiv:1702.07476v3); first order terms cancel, so e^y - 1 - y is summed instead.
     * Rounded up.
     */
    private double unsampled(double order) {
        double first = Math.log(order / (2 * order - 1)) + RenyiKernel.logE2((order - 1) * rate);
        double second = Math.log((order - 1) / (2 * order - 1)) + RenyiKernel.logE2(-order * rate);
        return RdpMath.divergence(order, RenyiKernel.logAdd(first, second) + slack(order));
    }

    private double divergence(double order, boolean forward, int panels) {
        double low = Math.log(0.5) + kernel(order, forward, -rate);
        double high = Math.log(0.5) - rate + kernel(order, forward, rate);
        double peak = Math.max(low, high);
        double width = 2 * rate / panels;
        double sum = Math.exp(low - peak) + Math.exp(high - peak);
        for (int i = 0; i < panels; i++) {
            double left = -rate + i * width;
            sum += GaussLegendre.EIGHT.integrate(
                    left, left + width, y -> Math.exp(kernel(order, forward, y) - y / 2 - rate / 2 - peak) / 4);
        }
        return RdpMath.divergence(order, peak + Math.log(sum) + slack(order));
    }

    private double slack(double order) {
        return RELATIVE_SLACK + 8 * Math.ulp(order * rate);
    }

    private double kernel(double order, boolean forward, double y) {
        return forward ? RenyiKernel.logForward(order, loss(y)) : RenyiKernel.logBackward(order, loss(y));
    }

    /** log(1 - q + q e^y). */
    private double loss(double y) {
        return y > 30 ? y + Math.log(q + (1 - q) * Math.exp(-y)) : Math.log1p(q * Math.expm1(y));
    }
}
