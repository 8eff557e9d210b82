package dev.sotto.accountant.rdp;

/**
 * The integrands of exp((α-1) D_α) - 1, as functions of the loss L = log(P/Q), written as sums of terms that are
 * never negative, so that nothing cancels however small the divergence.
 *
 * <p>With e2(y) = e^y - 1 - y &ge; 0 and E_Q[e^L - 1] = 0:
 *
 * <pre>
 *   E_Q[(P/Q)^α] - 1     = E_Q[ e^L ( e2((α-1)L) + (α-1) e2(-L) ) ]     D_α(P || Q)
 *   E_Q[(P/Q)^(1-α)] - 1 = E_Q[ e2(-(α-1)L) + (α-1) e2(L) ]             D_α(Q || P)
 * </pre>
 *
 * Both are identities of elementary algebra: subtract a multiple of e^L - 1, whose expectation is 0.
 */
final class RenyiKernel {
    private RenyiKernel() {}

    /** Logarithm of the integrand of D_α(P || Q) at loss L, for α = order &gt; 1; relative error of its exponential &lt; 1e-14 (1 + αL). */
    static double logForward(double order, double loss) {
        return loss + logAdd(logE2((order - 1) * loss), Math.log(order - 1) + logE2(-loss));
    }

    /** Logarithm of the integrand of D_α(Q || P) at loss L, for α = order &gt; 1; relative error of its exponential &lt; 1e-14 (1 + αL). */
    static double logBackward(double order, double loss) {
        return logAdd(logE2(-(order - 1) * loss), Math.log(order - 1) + logE2(loss));
    }

    /** log(e^y - 1 - y), -∞ at 0; absolute error &lt; 4 ulp of the result plus 4e-16. */
    static double logE2(double y) {
        if (y > 30) {
            return y + Math.log1p(-(1 + y) * Math.exp(-y));
        }
        if (Math.abs(y) > 0.5) {
            return Math.log(Math.expm1(y) - y);
        }
        double series = 1;
        for (int k = 16; k >= 3; k--) {
            series = 1 + series * y / k;
        }
        return 2 * Math.log(Math.abs(y)) - LOG_2 + Math.log(series);
    }

    private static final double LOG_2 = Math.log(2);

    /** log(e^a + e^b), exact at -∞. */
    static double logAdd(double a, double b) {
        double high = Math.max(a, b);
        return high == Double.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(Math.min(a, b) - high));
    }
}
