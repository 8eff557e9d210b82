package dev.sotto.accountant.rdp;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.Mechanism;
import java.util.function.DoubleUnaryOperator;

/**
 * Upper bounds by Rényi differential privacy, the number most papers report. Every order gives a valid bound; the best
 * one is searched for, not picked from a list. The lower bound is 0.
 */
public final class RdpAccountant implements Accountant {
    private final Adjacency adjacency;

    public RdpAccountant() {
        this(Adjacency.ADD_OR_REMOVE_ONE);
    }

    public RdpAccountant(Adjacency adjacency) {
        this.adjacency = adjacency;
    }

    /** The neighbours that the bounds are for. */
    public Adjacency adjacency() {
        return adjacency;
    }

    @Override
    public boolean boundsBelow() {
        return false;
    }

    /** ε at δ, rounded up: Canonne, Kamath, Steinke 2020, Proposition 12, at the best order. */
    @Override
    public Bounds epsilon(DpEvent event, double delta) {
        Mechanism.checkDelta(delta);
        RdpCurve curve = RdpCurve.of(Mechanism.of(event, adjacency));
        if (delta == 1) {
            return new Bounds(0, 0);
        }
        double left = (delta - curve.failure()) / (1 - curve.failure()) * (1 - 1e-15);
        if (!(left > 0)) {
            boolean nothing = Mechanism.of(event, adjacency).isEmpty();
            return new Bounds(0, nothing ? 0 : Double.POSITIVE_INFINITY);
        }
        return new Bounds(0, Orders.minimum(order -> {
            double divergence = curve.divergence().applyAsDouble(order);
            return RdpMath.isZeroEpsilon(divergence, left) ? 0 : RdpMath.epsilon(order, divergence, left);
        }));
    }

    /** δ at ε, rounded up: the same proposition at the best order. */
    @Override
    public Bounds delta(DpEvent event, double epsilon) {
        Mechanism.checkEpsilon(epsilon);
        RdpCurve curve = RdpCurve.of(Mechanism.of(event, adjacency));
        if (Mechanism.of(event, adjacency).isEmpty()) {
            return new Bounds(0, 0);
        }
        double log = Orders.minimum(
                order -> RdpMath.logDelta(order, curve.divergence().applyAsDouble(order), epsilon));
        double finite = Math.exp(log) * (1 + 1e-15) + Double.MIN_NORMAL; // for what underflowed
        return new Bounds(0, Math.min(1, curve.failure() + (1 - curve.failure()) * finite * (1 + 1e-15)));
    }

    /**
     * The Rényi divergence of an event at one order, both directions, in nats; at or above the exact value.
     *
     * @param order α, finite, &gt; 1
     */
    public double divergence(DpEvent event, double order) {
        RdpCurve curve = RdpCurve.of(Mechanism.of(event, adjacency));
        return curve.failure() > 0
                ? Double.POSITIVE_INFINITY
                : curve.divergence().applyAsDouble(order);
    }

    /** Orders α in (1, ∞) by the logarithm of α - 1. */
    private static final class Orders {
        private static final double LOW = Math.log(1e-6);
        private static final double HIGH = Math.log(1e7);
        private static final double COARSE = 1.2;
        private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

        /**
         * The smallest value found: a walk over decades, then a golden-section search about the best. Any order is
         * valid, so a missed minimum costs tightness, never truth. NaN never wins.
         */
        static double minimum(DoubleUnaryOperator f) {
            double best = Double.POSITIVE_INFINITY;
            double at = 0;
            for (double log = LOW; log <= HIGH; log += COARSE) {
                double value = f.applyAsDouble(1 + Math.exp(log));
                if (value < best) {
                    best = value;
                    at = log;
                }
            }
            if (best == 0 || best == Double.POSITIVE_INFINITY) {
                return best;
            }
            double a = at - COARSE;
            double b = at + COARSE;
            double c = b - GOLDEN * (b - a);
            double d = a + GOLDEN * (b - a);
            double fc = f.applyAsDouble(1 + Math.exp(c));
            double fd = f.applyAsDouble(1 + Math.exp(d));
            for (int i = 0; i < 24; i++) {
                if (fc < fd) {
                    b = d;
                    d = c;
                    fd = fc;
                    c = b - GOLDEN * (b - a);
                    fc = f.applyAsDouble(1 + Math.exp(c));
                } else {
                    a = c;
                    c = d;
                    fc = fd;
                    d = a + GOLDEN * (b - a);
                    fd = f.applyAsDouble(1 + Math.exp(d));
                }
                best = Math.min(best, Math.min(fc, fd));
            }
            return best;
        }
    }
}
