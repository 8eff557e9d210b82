package dev.sotto.accountant.rdp;

/** From a moment to a divergence, and from divergences to (ε, δ). */
final class RdpMath {
    private RdpMath() {}

    /** ε(α) = α/(2σ²). Source: Mironov 2017, on the Gaussian mechanism (arXiv:1702.07476v3). Rounded up. */
    static double gaussian(double order, double sigma) {
        return order / sigma / sigma / 2 * (1 + 1e-15) + Double.MIN_NORMAL; // for what underflowed
    }

    /** log(1 + e^logMoment) / (α-1), nats; rounded up by a few ulp. */
    static double divergence(double order, double logMoment) {
        double log = logMoment > 30 ? logMoment + Math.exp(-logMoment) : Math.log1p(Math.exp(logMoment));
        return log / (order - 1) * (1 + 4e-15) + Double.MIN_NORMAL; // for what underflowed
    }

    /**
     * ε(δ) of a mechanism with Rényi divergence {@code divergence} at one order:
     * ε = D + log(1 - 1/α) - (log δ + log α)/(α-1). Source: Canonne, Kamath, Steinke, "The Discrete Gaussian for
     * Differential Privacy", NeurIPS 2020, Proposition 12 (arXiv:2004.00010v4), also Balle et al., "Hypothesis
     * Testing Interpretations and Rényi Differential Privacy", AISTATS 2020. Rounded up; never negative.
     */
    static double epsilon(double order, double divergence, double delta) {
        double logs = (Math.log(delta) + Math.log(order)) / (order - 1);
        double epsilon = divergence + Math.log1p(-1 / order) - logs;
        return Math.max(0, epsilon + 4 * (Math.ulp(divergence) + Math.ulp(logs) + Math.ulp(1.0)));
    }

    /** What the conversion above adds to a divergence, in nats; may be negative. */
    static double conversion(double order, double delta) {
        return Math.log1p(-1 / order) - (Math.log(delta) + Math.log(order)) / (order - 1);
    }

    /**
     * log δ(ε) at one order, the same proposition read the other way:
     * log δ = (α-1)(D - ε) + (α-1) log(1 - 1/α) - log α. Rounded up; never above 0.
     */
    static double logDelta(double order, double divergence, double epsilon) {
        double exponent = (order - 1) * (divergence - epsilon);
        double logDelta = exponent + (order - 1) * Math.log1p(-1 / order) - Math.log(order);
        double slack = 8 * ((order - 1) * Math.ulp(Math.max(divergence, epsilon)) + Math.ulp(exponent) + 1e-15);
        return Math.min(0, logDelta + slack);
    }

    /**
     * Whether total variation alone gives (0, δ): TV &le; sqrt(1 - e^-KL) and KL &le; D_α for every α &gt; 1.
     * Source: Bretagnolle, Huber 1979, in Canonne, "A short note on an inequality between KL and TV", 2022
     * (arXiv:2202.07198); van Erven, Harremoës, "Rényi Divergence and Kullback-Leibler Divergence", 2014, for the order
     * of divergences.
     */
    static boolean isZeroEpsilon(double divergence, double delta) {
        return delta * delta >= -Math.expm1(-divergence) * (1 + 1e-14);
    }
}
