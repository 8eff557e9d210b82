package dev.sotto.accountant;

import dev.sotto.accountant.math.Check;
import dev.sotto.accountant.pld.PldAccountant;
import dev.sotto.accountant.rdp.RdpAccountant;

/**
 * Privacy loss distributions; where their bounds stay further apart than asked for, these bounds or that of Rényi
 * differential privacy, whichever is lower: looser, and as true.
 */
public final class BestAccountant implements Accountant {
    /** Bounds on δ that are this close over the upper one need no second opinion. */
    private static final double CLOSE = 0.05;

    private final PldAccountant pld;
    private final RdpAccountant rdp;
    private final boolean thorough;

    /** Under add/remove neighbours, with the widths of {@link PldAccountant#PldAccountant()}. */
    public BestAccountant() {
        this(new PldAccountant(), new RdpAccountant());
    }

    /** Both must be under the same neighbours. */
    public BestAccountant(PldAccountant pld, RdpAccountant rdp) {
        this(pld, rdp, true);
    }

    private BestAccountant(PldAccountant pld, RdpAccountant rdp, boolean thorough) {
        Check.that(
                pld.adjacency() == rdp.adjacency(),
                "both accountants must be under the same neighbours, got %s and %s",
                pld.adjacency(),
                rdp.adjacency());
        this.pld = pld;
        this.rdp = rdp;
        this.thorough = thorough;
    }

    @Override
    public BestAccountant near(double target) {
        return new BestAccountant(pld.near(target), rdp, false);
    }

    @Override
    public BestAccountant hasty() {
        return new BestAccountant(pld, rdp, false);
    }

    @Override
    public Bounds epsilon(DpEvent event, double delta) {
        try {
            return pld.hasty().epsilon(event, delta);
        } catch (NotConvergedException e) {
            Bounds bounds = thorough ? e.bounds().and(second(event, delta)) : e.bounds();
            double upper = Math.min(bounds.upper(), rdp.epsilon(event, delta).upper());
            return new Bounds(Math.min(bounds.lower(), upper), upper);
        }
    }

    private Bounds second(DpEvent event, double delta) {
        try {
            return pld.patient().epsilon(event, delta);
        } catch (NotConvergedException e) {
            return e.bounds();
        }
    }

    @Override
    public Bounds delta(DpEvent event, double epsilon) {
        Bounds bounds;
        try {
            bounds = pld.delta(event, epsilon);
        } catch (IllegalStateException e) {
            return rdp.delta(event, epsilon);
        }
        if (bounds.width() <= CLOSE * bounds.upper()) {
            return bounds;
        }
        double upper = Math.min(bounds.upper(), rdp.delta(event, epsilon).upper());
        return new Bounds(Math.min(bounds.lower(), upper), upper);
    }
}
