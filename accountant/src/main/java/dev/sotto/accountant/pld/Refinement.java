package dev.sotto.accountant.pld;

import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Mechanism.Steps;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/**
 * Refines the lattice until the bounds are close enough. Both roundings are off by a term of second order in the step, so
 * a first guess comes from a coarse lattice and each further step from the width that was found.
 */
final class Refinement {
    private static final int MAX_ROUNDS = 16;
    private static final int DELTA_ROUNDS = 5;
    private static final int MAX_TILTS = 4;
    /** Charges above this, over δ, make a new tilt worth its time. */
    private static final double MAX_CHARGE = 1e-4;

    private static final double NATS = 28;

    private final Grid grid;

    Refinement(List<Steps> steps, double logDelta) {
        this.grid = new Grid(steps, logDelta);
    }

    /** Bounds on ε at δ, at most width(upper) apart. */
    Bounds epsilon(double delta, DoubleUnaryOperator width) {
        List<Composition> pilot = grid.pilot();
        double[] tilts =
                pilot.stream().mapToDouble(c -> c.tiltForDelta(Math.log(delta))).toArray();
        double guess = Math.max(0, pilot.get(0).cumulants(tilts[0]).mean());
        Bounds bounds = refine(pilot, tilts, width.applyAsDouble(guess), c -> epsilonAt(c, delta), width, MAX_ROUNDS);
        if (!(bounds.width() <= width.applyAsDouble(bounds.upper()))) {
            throw new IllegalStateException("The bounds on epsilon stayed at [" + bounds.lower() + ", " + bounds.upper()
                    + "] after " + MAX_ROUNDS + " refinements, further apart than asked for. Ask for a larger width.");
        }
        return bounds;
    }

    /** Bounds on δ at ε, at most {@code relative} apart over the upper one, or {@code absolute}, if a few rounds suffice. */
    Bounds delta(double epsilon, double relative, double absolute) {
        List<Composition> pilot = grid.pilot();
        double[] tilts =
                pilot.stream().mapToDouble(c -> c.tiltForEpsilon(epsilon)).toArray();
        double first = relative / (1 + tilts[0]);
        return refine(
                pilot, tilts, first, c -> deltaAt(c, epsilon), d -> Math.max(relative * d, absolute), DELTA_ROUNDS);
    }

    /** Bounds of all rounds together, none of which is wrong; as close as asked for, or after some rounds. */
    private Bounds refine(
            List<Composition> pilot,
            double[] tilts,
            double firstWidth,
            Function<List<Composition>, Bounds> bound,
            DoubleUnaryOperator width,
            int rounds) {
        // width = (1+λ) n step²/6 is what a smooth density gives
        double step = Math.min(Grid.MAX_STEP, Math.sqrt(3.6 * firstWidth / ((1 + tilts[0]) * grid.count())));
        List<CellWidths> widths = grid.widths(pilot, tilts, step);
        double lower = 0;
        double upper = Double.POSITIVE_INFINITY;
        for (int round = 0; round < rounds; round++) {
            step = grid.align(step);
            Bounds bounds = bound.apply(grid.round(step, widths));
            upper = Math.min(upper, bounds.upper());
            lower = Math.min(upper, Math.max(lower, bounds.lower()));
            double ratio = width.applyAsDouble(upper) / (upper - lower);
            if (!(ratio < 1)) {
                break;
            }
            step *= Math.max(0.35, Math.min(0.7, 0.8 * Math.sqrt(ratio)));
        }
        return new Bounds(lower, upper);
    }

    /** Logarithm of an upper bound on δ(ε) from the pilot, by Chernoff, finite. */
    double coarseLogDelta(double epsilon) {
        double best = Double.NEGATIVE_INFINITY;
        for (Composition composition : grid.pilot()) {
            double lambda = composition.tiltForEpsilon(epsilon);
            best = Math.max(best, composition.cumulants(lambda).value() - lambda * epsilon);
        }
        return Math.max(-600, Math.min(0, best));
    }

    private static Bounds epsilonAt(List<Composition> directions, double delta) {
        double lower = 0;
        double upper = 0;
        for (Composition composition : directions) {
            if (composition == directions.get(0) || chernoff(composition, delta) > lower) {
                Bounds bounds = epsilonAt(composition, delta);
                lower = Math.max(lower, bounds.lower());
                upper = Math.max(upper, bounds.upper());
            }
        }
        return new Bounds(lower, upper);
    }

    /**
     * A quick upper bound on ε, to leave out a direction that cannot matter: Canonne, Kamath, Steinke 2020, Proposition 12
     * with λ = α - 1, on the pessimistic masses.
     */
    private static double chernoff(Composition composition, double delta) {
        double left = (delta - composition.infinity()) * (1 - 1e-6);
        if (left <= 0) {
            return Double.POSITIVE_INFINITY;
        }
        double lambda = composition.tiltForDelta(Math.log(left));
        return lambda == 0
                ? Double.POSITIVE_INFINITY
                : (composition.cumulants(lambda).value() - Math.log(left) - Math.log1p(lambda)) / lambda
                        - Math.log1p(1 / lambda)
                        + 1e-6;
    }

    private static Bounds epsilonAt(Composition composition, double delta) {
        double lambda = composition.tiltForDelta(Math.log(delta));
        double lower = 0;
        double upper = Double.POSITIVE_INFINITY;
        for (int i = 0; i < MAX_TILTS; i++) {
            TailSums sums = new TailSums(composition, lambda, NATS + 15 * i);
            upper = Math.min(upper, sums.epsilonUpper(delta));
            lower = Math.max(lower, Math.min(upper, sums.epsilonLower(delta, upper)));
            if (upper == 0 || sums.charge(upper) <= MAX_CHARGE * delta) {
                break;
            }
            lambda = upper < Double.POSITIVE_INFINITY ? composition.tiltForEpsilon(upper) : lambda / 2;
        }
        return new Bounds(lower, upper);
    }

    private static Bounds deltaAt(List<Composition> directions, double epsilon) {
        double lower = 0;
        double upper = 0;
        for (Composition composition : directions) {
            double lambda = composition.tiltForEpsilon(epsilon);
            TailSums sums = new TailSums(composition, lambda, NATS + 10);
            lower = Math.max(lower, sums.lower(epsilon));
            upper = Math.max(upper, sums.upper(epsilon));
        }
        return new Bounds(Math.min(lower, upper), upper);
    }
}
