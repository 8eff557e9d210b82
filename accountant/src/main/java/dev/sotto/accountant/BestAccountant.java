package dev.sotto.accountant;

import dev.sotto.accountant.pld.PldAccountant;
import dev.sotto.accountant.rdp.RdpAccountant;

/**
 * Privacy loss distributions; where they do not converge, Rényi differential privacy with a lower bound of 0, which is looser
 * and as true. Under add/remove neighbours.
 */
public final class BestAccountant implements Accountant {
    private final PldAccountant pld = new PldAccountant();
    private final RdpAccountant rdp = new RdpAccountant();

    @Override
    public Bounds epsilon(DpEvent event, double delta) {
        try {
            return pld.epsilon(event, delta);
        } catch (IllegalStateException notConverged) {
            return rdp.epsilon(event, delta);
        }
    }

    @Override
    public Bounds delta(DpEvent event, double epsilon) {
        try {
            return pld.delta(event, epsilon);
        } catch (IllegalStateException notConverged) {
            return rdp.delta(event, epsilon);
        }
    }
}
