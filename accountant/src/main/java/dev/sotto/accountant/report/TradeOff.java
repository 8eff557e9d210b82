package dev.sotto.accountant.report;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.math.Check;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** What the guarantee means to someone who tests for one unit's presence. */
public final class TradeOff {
    private static final double LEAST = 1e-3;
    private static final double MOST = 50;
    private static final double RATIO = 1.4;
    private static final double ENOUGH = 1.001;

    private TradeOff() {}

    /**
     * The false negative rate that any test of the given false positive rate has at least:
     * sup over ε of max(0, 1 - δ(ε) - e^ε α, e^-ε (1 - δ(ε) - α)). Source: Dong, Roth, Su, "Gaussian Differential Privacy",
     * JRSS-B 2022, Section 2 (arXiv:1905.02383), on (ε, δ) as a trade-off function. Each ε gives a
     * valid bound; about thirty are tried, with the upper bound on δ, so the result errs towards a lower rate. Those above
     * which not even δ = 0 would give a thousandth more are not.
     *
     * @param falsePositive α in [0, 1]
     */
    public static double falseNegativeAtLeast(Accountant accountant, DpEvent event, double falsePositive) {
        return falseNegativeAtLeast(e -> accountant.delta(event, e).upper(), falsePositive);
    }

    /** The same for several α: each δ is asked for once. */
    public static List<Double> falseNegativesAtLeast(
            Accountant accountant, DpEvent event, List<Double> falsePositives) {
        Map<Double, Double> known = new HashMap<>();
        DoubleUnaryOperator delta = epsilon ->
                known.computeIfAbsent(epsilon, e -> accountant.delta(event, e).upper());
        return falsePositives.stream()
                .map(rate -> falseNegativeAtLeast(delta, rate))
                .toList();
    }

    private static double falseNegativeAtLeast(DoubleUnaryOperator deltaUpper, double falsePositive) {
        Check.that(falsePositive >= 0 && falsePositive <= 1, "a rate must be in [0, 1], got %s", falsePositive);
        double best = 0;
        for (double epsilon = LEAST; epsilon < MOST; epsilon *= RATIO) {
            double most = Math.max(1 - Math.exp(epsilon) * falsePositive, Math.exp(-epsilon) * (1 - falsePositive));
            if (most <= best * ENOUGH) {
                break; // as it falls in ε
            }
            double delta = deltaUpper.applyAsDouble(epsilon);
            best = Math.max(best, 1 - delta - Math.exp(epsilon) * falsePositive);
            best = Math.max(best, Math.exp(-epsilon) * (1 - delta - falsePositive));
        }
        return best * (1 - 1e-15);
    }
}
