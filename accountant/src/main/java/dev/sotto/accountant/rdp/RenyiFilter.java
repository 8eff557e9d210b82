package dev.sotto.accountant.rdp;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.math.Check;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.function.DoubleUnaryOperator;

/**
 * A privacy filter: it bounds what mechanisms cost together that are chosen one after another, each by looking at what the earlier
 * ones released. If the Rényi divergences of order α of all that is ever released add up to at most B, whatever was chosen, then
 * all of it together has a divergence of at most B, and so (ε, δ)-differential privacy by the usual conversion.
 *
 * <p>Source: Feldman, Zrnic, "Individual Privacy Accounting via a Rényi Filter", NeurIPS 2021, the fully adaptive composition theorem of its section 3 (arXiv:2008.11193); also
 * Lécuyer, "Practical Privacy Filters and Odometers with Rényi Differential Privacy", 2021 (arXiv:2103.01379). The theorem needs
 * one order, fixed before anything is released; the better of several orders, picked afterwards, has no such theorem.
 *
 * @param order α, finite, &gt; 1
 */
public record RenyiFilter(double order) {
    private static final RdpAccountant ACCOUNTANT = new RdpAccountant();
    private static final DpEvent COMMON = new DpEvent.Gaussian(1);
    private static final MathContext DIGITS = new MathContext(6);
    /** Divergences below this may be what is charged for underflow. */
    private static final double NEXT_TO_NOTHING = 1e-290;

    private static final double FINEST = 1e-3;
    private static final double STEP = 0.2;

    public RenyiFilter {
        Check.that(
                order > 1 && order < Double.POSITIVE_INFINITY,
                "a filter's order must be finite and > 1, got %s",
                order);
    }

    /**
     * The filter that lets an event be repeated most often within (ε, δ). Of an event that costs next to nothing, or that has no divergence
     * at any order, the one for a Gaussian.
     *
     * @param epsilon ε in nats, finite, &gt; 0
     * @param delta δ in (0, 1)
     */
    public static RenyiFilter forRepeating(DpEvent event, double epsilon, double delta) {
        double once = ACCOUNTANT.divergence(event, 2);
        DpEvent typical = once > NEXT_TO_NOTHING && once < Double.POSITIVE_INFINITY ? event : COMMON;
        DoubleUnaryOperator repeats = log -> {
            double order = 1 + Math.exp(log);
            return (epsilon - RdpMath.conversion(order, delta)) / ACCOUNTANT.divergence(typical, order);
        };
        double best = argmax(repeats, Math.log(1e-3), Math.log(1e7), 1);
        for (double step = STEP; step >= FINEST; step /= 10) {
            best = argmax(repeats, best - 5 * step, best + 5 * step, step);
        }
        return new RenyiFilter(new BigDecimal(1 + Math.exp(best)).round(DIGITS).doubleValue());
    }

    /** Any order is valid, so one that is missed costs tightness, never truth. NaN never wins. */
    private static double argmax(DoubleUnaryOperator f, double from, double to, double step) {
        double best = from;
        double most = Double.NEGATIVE_INFINITY;
        for (double x = from; x <= to; x += step) {
            double value = f.applyAsDouble(x);
            if (value > most) {
                most = value;
                best = x;
            }
        }
        return best;
    }

    /**
     * The divergence of an event at this order, the larger of both directions, in nats, rounded up; infinite where it has none: of a
     * stated guarantee with δ &gt; 0 and of what is not private.
     */
    public double divergence(DpEvent event) {
        return ACCOUNTANT.divergence(event, order);
    }

    /**
     * What all that was released counts at δ: ε in nats, rounded up; 0 if it was nothing.
     *
     * @param released every mechanism that may ever have been run, however it was chosen
     */
    public double epsilon(DpEvent released, double delta) {
        double divergence = divergence(released);
        return divergence == 0 ? 0 : RdpMath.epsilon(order, divergence, delta);
    }

    /** Which part of what (ε, δ) allows was released: 0 is nothing, 1 is all of it. More than 1 where it allows nothing. */
    public double share(DpEvent released, double epsilon, double delta) {
        double divergence = divergence(released);
        double allowed = epsilon - RdpMath.conversion(order, delta);
        return divergence == 0 ? 0 : allowed > 0 ? divergence / allowed : Double.POSITIVE_INFINITY;
    }
}
