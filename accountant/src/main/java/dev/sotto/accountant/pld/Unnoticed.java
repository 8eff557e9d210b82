package dev.sotto.accountant.pld;

import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Mechanism.Steps;
import java.util.ArrayList;
import java.util.List;

/**
 * Steps so rare, or so noisy, that all of them together tell next to nothing against a δ, beside others that do. On one lattice with the
 * others they would cost seconds, and the larger their losses are the wider the bounds.
 *
 * <p>With a total variation distance of τ they are (0, τ)-differentially private. So δ of all is at least that of the others, which are a
 * part of what is released, and at most τ + (1 - τ) times that: Kairouz, Oh, Viswanath, "The Composition Theorem for Differential
 * Privacy", ICML 2015, Theorem 3.3 for two mechanisms (arXiv:1311.0776).
 *
 * @param others the steps that count
 * @param distance an upper bound on τ; 0 where there are no such steps
 */
record Unnoticed(List<Steps> others, double distance) {
    /** Of δ: what so much less of it adds to ε is below the width of bounds, but where δ hardly falls with ε. */
    private static final double SHARE = 1e-2;

    static Unnoticed in(List<Steps> steps, double delta) {
        List<Steps> others = new ArrayList<>();
        double distance = 0;
        for (Steps s : steps) {
            double one = ClosedForms.deltaAtZero(List.of(s));
            if (one <= SHARE * delta / steps.size()) {
                distance += one;
            } else {
                others.add(s);
            }
        }
        return others.isEmpty() ? new Unnoticed(steps, 0) : new Unnoticed(others, distance);
    }

    boolean isNothing() {
        return distance == 0;
    }

    /** The δ at which ε of the others is no less than that of all at the given one. */
    double less(double delta) {
        return Math.nextDown(delta - distance); // that sum's rounding is nothing against the last place of δ
    }

    /** δ of all at some ε, from that of the others. */
    Bounds ofAll(Bounds delta) {
        return new Bounds(delta.lower(), Math.min(1, Math.nextUp(delta.upper() + distance)));
    }
}
