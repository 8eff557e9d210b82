package dev.sotto.accountant.pld;

import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Mechanism.Steps;
import dev.sotto.accountant.NotConvergedException;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/**
 * Refines the lattice until the bounds are close enough. Both roundings are off by a term of second order in the step, so
 * a first guess comes from a coarse lattice and each further step from the width that was found.
 */
final class Refinement {
    private static final int MAX_ROUNDS = 16;
    private static final int DELTA_ROUNDS = 12;
    private static final int MAX_TILTS = 4;
    private static final int MOMENT_ROUNDS = 8;
    /** Charges above this, over δ, make a new tilt worth its time. */
    private static final double MAX_CHARGE = 1e-4;

    /** Bounds by moments alone are about this many standard deviations apart, or more. */
    private static final double FEW = 4;

    private static final double NATS = 28;
    /** Tilts that are compared before one sum of rare losses; more than so many parts would take too long. */
    private static final int RARE_TILTS = 16;

    private static final int JUMP_ROUNDS = 3;
    /** A bound that did not fall below so much of what it was is not asked for once more. */
    private static final double FALLS = 0.9;

    private static final int RARE_PARTS = 64;
    /** What a bin costs then, over what it costs else. */
    private static final long RARE_COST = 2;
    /** A lattice with more bins to a standard deviation than this is worth a look at wider steps. */
    private static final double MANY = 2000;

    /** Bins in all lattices of one question, above which no further one is tried: a few seconds. */
    static final long MOST_BINS = 1L << 23;

    private static final double LARGE = 1 << 18;
    /** How much wider a first look's steps are. */
    private static final double COARSE = 8;
    /** What the quadrature of a cell costs, in bins. */
    private static final int CELL = 4;

    private final Grid grid;
    private final long most;
    private long bins;

    Refinement(List<Steps> steps, double logDelta) {
        this(steps, logDelta, MOST_BINS);
    }

    /** @param most bins that may be spent, about: more are if the first lattice needs them */
    Refinement(List<Steps> steps, double logDelta, long most) {
        this.grid = new Grid(steps, logDelta);
        this.most = most;
    }

    /** What was spent. */
    long bins() {
        return bins;
    }

    /** Bounds on ε at δ, at most width(upper) apart. */
    Bounds epsilon(double delta, DoubleUnaryOperator width) {
        List<Composition> pilot = grid.pilot();
        double[] tilts =
                pilot.stream().mapToDouble(c -> c.tiltForDelta(Math.log(delta))).toArray();
        Cumulants tilted = pilot.get(0).cumulants(tilts[0]);
        double guess = Math.max(0, tilted.mean());
        double first =
                widened(pilot, tilts, firstStep(tilts[0], width.applyAsDouble(guess)), width.applyAsDouble(guess));
        double reach = 2 * Math.sqrt(2 * NATS * tilted.variance());
        first = affordable(first, reach);
        Bounds bounds = new Bounds(0, Double.POSITIVE_INFINITY);
        if (FEW * Math.sqrt(tilted.variance()) < width.applyAsDouble(guess)) {
            bounds = byMoments(pilot, tilts, first, delta, width);
            if (isClose(bounds, width)) {
                return bounds;
            }
        }
        String reason = "the loss jumps where delta is, or the errors of rounding are not small against delta.";
        try {
            int coarse = coarse(first, reach);
            double start = coarse > 0 ? COARSE * first : first;
            bounds = bounds.and(refine(pilot, tilts, start, c -> epsilonAt(c, delta), width, MAX_ROUNDS, coarse));
        } catch (TooFineException e) {
            reason = String.valueOf(e.getMessage());
        }
        if (!isClose(bounds, width) && FEW * Math.sqrt(tilted.variance()) < bounds.width() / 2) {
            bounds = bounds.and(byMoments(pilot, tilts, first, delta, width));
        }
        if (!isClose(bounds, width)) {
            throw new NotConvergedException(bounds, reason);
        }
        return bounds;
    }

    /** A step whose lattice can be paid for, {@code reach} being about as wide as its window. */
    private double affordable(double step, double reach) {
        double wider = step;
        while (reach / wider > most / 2.0 && 2 * wider <= Grid.MAX_STEP) {
            wider *= 2;
        }
        return wider;
    }

    private static boolean isClose(Bounds bounds, DoubleUnaryOperator width) {
        return bounds.upper() < Double.POSITIVE_INFINITY && bounds.width() <= width.applyAsDouble(bounds.upper());
    }

    /** Bounds on δ at ε, at most {@code relative} apart over the upper one, or {@code absolute}, if a few rounds suffice. */
    Bounds delta(double epsilon, double relative, double absolute) {
        List<Composition> pilot = grid.pilot();
        double[] tilts =
                pilot.stream().mapToDouble(c -> c.tiltForEpsilon(epsilon)).toArray();
        Cumulants tilted = pilot.get(0).cumulants(tilts[0]);
        double reach = 2 * Math.sqrt(2 * (NATS + 10) * tilted.variance());
        double scale = Math.min(1 / (1 + tilts[0]), Math.sqrt(tilted.variance())); // on which δ changes
        double first = affordable(firstStep(tilts[0], relative * scale), reach);
        int coarse = coarse(first, reach);
        double start = coarse > 0 ? COARSE * first : first;
        DoubleUnaryOperator width = d -> Math.max(relative * d, absolute);
        Bounds bounds = new Bounds(0, 1);
        try {
            bounds = bounds.and(
                    refine(pilot, tilts, start, c -> deltaAt(c, epsilon), width, DELTA_ROUNDS + coarse, coarse));
        } catch (TooFineException e) {
            // the bounds below need no lattice for the sum
        }
        if (bounds.width() > width.applyAsDouble(bounds.upper())) {
            double lower =
                    Math.max(Moments.deltaLower(pilot.get(0), epsilon), Moments.deltaLower(pilot.get(1), epsilon));
            bounds = bounds.and(new Bounds(lower, 1));
        }
        return bounds;
    }

    /** Large lattices are worth a first look at a coarse one, which may do, and is the better one where steps are rare. */
    private static int coarse(double first, double reach) {
        return reach / first > LARGE && COARSE * first <= Grid.MAX_STEP ? 1 : 0;
    }

    /** A smooth density gives a width of (1+λ) n step²/6, and none gives more than n steps up and as many down. */
    private double firstStep(double tilt, double width) {
        double smooth = Math.sqrt(5 * width / ((1 + tilt) * grid.count()));
        return Math.min(Grid.MAX_STEP, Math.max(smooth, width / (4 * grid.count())));
    }

    /**
     * A wider step where that is enough: the distance of both roundings' moments at the tilt, over the tilt, is about that
     * of the bounds. It is much less than for a smooth density where most steps hardly lose anything.
     */
    private double widened(List<Composition> pilot, double[] tilts, double firstStep, double width) {
        double step = firstStep;
        if (pilot.get(0).cumulants(tilts[0]).variance() < step * step * MANY * MANY) {
            return step;
        }
        for (double wider = 4 * step; wider <= Grid.MAX_STEP; wider *= 4) {
            Composition removal = grid.round(grid.align(wider), grid.widths(pilot, tilts, wider))
                    .get(0);
            if (!(removal.gap(tilts[0]) < width / 2)) {
                break;
            }
            step = wider;
        }
        return step;
    }

    /** Without a lattice for the sum steps can be narrow: narrower ones until they are no longer what costs. */
    private Bounds byMoments(
            List<Composition> pilot, double[] tilts, double firstStep, double delta, DoubleUnaryOperator width) {
        Bounds bounds = new Bounds(0, Double.POSITIVE_INFINITY);
        double step = firstStep;
        long before = bins;
        for (int i = 0; i < MOMENT_ROUNDS; i++) {
            List<Composition> directions;
            try {
                directions = round(step, grid.widths(pilot, tilts, step));
            } catch (TooFineException e) {
                break;
            }
            bounds = bounds.and(byMoments(directions, delta));
            double wanted = width.applyAsDouble(bounds.upper());
            if (bounds.width() <= wanted || directions.get(0).gap(tilts[0]) < wanted / 8 || bins > before + most / 8) {
                break;
            }
            step /= 4;
        }
        return bounds;
    }

    private static Bounds byMoments(List<Composition> directions, double delta) {
        double lower = 0;
        double upper = 0;
        for (Composition composition : directions) {
            lower = Math.max(lower, Moments.epsilonLower(composition, delta));
            upper = Math.max(upper, quick(composition, delta));
        }
        return new Bounds(Math.min(lower, upper), upper);
    }

    private List<Composition> round(double step, List<CellWidths> widths) {
        List<Composition> directions = grid.round(step, widths);
        for (Part part : directions.get(0).parts()) {
            bins += (long) CELL * part.loss().size();
        }
        return directions;
    }

    /**
     * Bounds of all rounds together, none of which is wrong; as close as asked for, or after some rounds.
     *
     * @param coarse so many rounds at first may be followed by one that is much finer
     */
    private Bounds refine(
            List<Composition> pilot,
            double[] tilts,
            double firstStep,
            Function<List<Composition>, Bounds> bound,
            DoubleUnaryOperator width,
            int rounds,
            int coarse) {
        double step = firstStep;
        List<CellWidths> widths = grid.widths(pilot, tilts, step);
        Bounds bounds = new Bounds(0, Double.POSITIVE_INFINITY);
        int stalled = 0;
        for (int round = 0; round < rounds && stalled < 3 && bins <= most; round++) {
            long spent = bins;
            double before = bounds.width();
            step = grid.align(step);
            try {
                bounds = bounds.and(bound.apply(round(step, widths)));
            } catch (TooFineException e) {
                if (round == 0) {
                    throw e;
                }
                break;
            }
            stalled = bounds.width() > 0.8 * before ? stalled + 1 : 0; // where the losses jump no lattice helps
            double ratio = width.applyAsDouble(bounds.upper()) / bounds.width();
            if (!(ratio < 1)) {
                break;
            }
            double finer = Math.max(round < coarse ? 1 / COARSE : 0.35, Math.min(0.7, 0.8 * Math.sqrt(ratio)));
            double affordable = (double) (bins - spent) / Math.max(1, most - bins);
            if (affordable > 0.7) {
                break;
            }
            step *= Math.max(finer, affordable);
        }
        return bounds;
    }

    /** Bounds on δ(ε) from the pilot alone: certain failure, and Chernoff. */
    Bounds coarseDelta(double epsilon) {
        return chernoff(grid.pilot(), epsilon);
    }

    private static Bounds chernoff(List<Composition> directions, double epsilon) {
        double upper = 0;
        for (Composition composition : directions) {
            upper = Math.max(upper, Moments.deltaUpper(composition, epsilon));
        }
        return new Bounds(Math.min(upper, directions.get(0).certain()), upper);
    }

    private Bounds epsilonAt(List<Composition> directions, double delta) {
        double lower = 0;
        double upper = 0;
        for (Composition composition : directions) {
            double known = composition == directions.get(0) ? Double.POSITIVE_INFINITY : quick(composition, delta);
            if (known > lower) {
                Bounds bounds = epsilonAt(composition, delta, known);
                lower = Math.max(lower, bounds.lower());
                upper = Math.max(upper, bounds.upper());
            }
        }
        return new Bounds(lower, upper);
    }

    /** A quick upper bound on ε, to leave out a direction that cannot matter. */
    private static double quick(Composition composition, double delta) {
        double largest = composition.certain() == 0 ? composition.largestLoss() : Double.POSITIVE_INFINITY;
        return Math.min(largest, Moments.epsilonUpper(composition, delta));
    }

    /** @param known an upper bound, to stand where the lattice would be too large; infinite for none */
    private Bounds epsilonAt(Composition composition, double delta, double known) {
        double lambda = composition.tiltForDelta(Math.log(delta));
        double lower = 0;
        double upper = Math.min(known, composition.certain() == 0 ? composition.largestLoss() : known);
        boolean rare = false;
        for (int i = 0; i < MAX_TILTS; i++) {
            double nats = rare ? natsFor(composition, lambda, upper, Math.log(delta)) : NATS + 15 * i;
            TailSums sums;
            try {
                sums = new TailSums(composition, lambda, nats, rare);
            } catch (TooFineException e) {
                if (i == 0 && known == Double.POSITIVE_INFINITY) {
                    throw e;
                }
                break; // what other tilts gave stands
            }
            bins += rare ? RARE_COST * sums.length() : sums.length();
            upper = Math.min(upper, sums.epsilonUpper(delta));
            lower = Math.max(lower, Math.min(upper, sums.epsilonLower(delta, upper)));
            if (upper == 0 || sums.charge(upper) <= MAX_CHARGE * Math.min(delta, 1 - delta)) {
                return new Bounds(lower, upper);
            }
            double best = upper < Double.POSITIVE_INFINITY ? rareTilt(composition, upper, lambda) : Double.NaN;
            if (bins + (best >= 0 ? 2 * RARE_COST : 1) * sums.length() > most) { // rare windows are wider, too
                break;
            }
            rare = best >= 0;
            lambda = rare ? best : upper < Double.POSITIVE_INFINITY ? composition.tiltForEpsilon(upper) : lambda / 2;
        }
        return byJumps(composition, delta, new Bounds(lower, upper));
    }

    /** What is drowned so far by rounding may be made of single jumps. They need to know about where ε is. */
    private Bounds byJumps(Composition composition, double delta, Bounds known) {
        Bounds bounds = known;
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i < JUMP_ROUNDS && bounds.upper() > 0 && bounds.upper() < FALLS * before; i++) {
            before = bounds.upper();
            Optional<JumpSums> jumps = jumps(composition, before, Math.log(delta));
            if (jumps.isEmpty()) {
                break;
            }
            double upper = Math.min(before, jumps.get().epsilonUpper(delta));
            bounds = bounds.and(new Bounds(Math.min(upper, jumps.get().epsilonLower(delta, upper)), upper));
        }
        return bounds;
    }

    private Optional<JumpSums> jumps(Composition composition, double epsilon, double logDelta) {
        try {
            Optional<JumpSums> jumps = JumpSums.of(composition, epsilon, logDelta);
            bins += jumps.map(JumpSums::length).orElse(0);
            return jumps;
        } catch (TooFineException e) {
            return Optional.empty();
        }
    }

    /** Where {@link RareSum} is expected to err least on δ(ε): at the least (rare steps) e^(K - λε); NaN if nowhere. */
    private static double rareTilt(Composition composition, double epsilon, double from) {
        double best = Double.NaN;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= RARE_TILTS && composition.parts().size() <= RARE_PARTS; i++) {
            double lambda = from * (1 - (double) i / RARE_TILTS);
            double expected = RareSum.expected(composition, lambda);
            double error = Math.min(1, expected)
                    * Math.exp(composition.cumulants(lambda).value() - lambda * epsilon);
            if (error < least) {
                least = error;
                best = lambda;
            }
        }
        return best;
    }

    /** So many that what is outside the window counts for little against δ. */
    private static double natsFor(Composition composition, double lambda, double epsilon, double logDelta) {
        double least = composition.cumulants(lambda).value() - lambda * epsilon - logDelta - Math.log(MAX_CHARGE) + 3;
        return Math.max(NATS, Math.min(800, least));
    }

    private Bounds deltaAt(List<Composition> directions, double epsilon) {
        double lower = 0;
        double upper = 0;
        for (Composition composition : directions) {
            double lambda = composition.tiltForEpsilon(epsilon);
            TailSums sums = new TailSums(composition, lambda, NATS + 10, false);
            bins += sums.length();
            Bounds bounds = new Bounds(sums.lower(epsilon), sums.upper(epsilon));
            double before = Double.POSITIVE_INFINITY;
            boolean drowned = sums.charge(epsilon) > MAX_CHARGE * bounds.upper();
            while (drowned
                    && bounds.upper() > lower
                    && bounds.upper() < before / 2
                    && bins + 2 * RARE_COST * sums.length() <= most) {
                before = bounds.upper(); // a smaller one asks for a wider window
                bounds = bounds.and(rareDelta(composition, epsilon, lambda, before));
            }
            before = Double.POSITIVE_INFINITY;
            while (drowned && bounds.upper() > lower && bounds.upper() < FALLS * before) {
                before = bounds.upper();
                Optional<JumpSums> jumps = jumps(composition, epsilon, Math.log(before));
                if (jumps.isEmpty()) {
                    break;
                }
                bounds = bounds.and(
                        new Bounds(jumps.get().lower(epsilon), jumps.get().upper(epsilon)));
            }
            lower = Math.max(lower, bounds.lower());
            upper = Math.max(upper, bounds.upper());
        }
        return new Bounds(Math.min(lower, upper), upper);
    }

    /** The same where steps are rare, as for ε; [0, 1] where they are not. */
    private Bounds rareDelta(Composition composition, double epsilon, double from, double delta) {
        double lambda = rareTilt(composition, epsilon, from);
        if (!(lambda >= 0)) {
            return new Bounds(0, 1);
        }
        try {
            double nats = natsFor(composition, lambda, epsilon, Math.log(delta));
            TailSums sums = new TailSums(composition, lambda, nats, true);
            bins += RARE_COST * sums.length();
            return new Bounds(sums.lower(epsilon), sums.upper(epsilon));
        } catch (TooFineException e) {
            return new Bounds(0, 1);
        }
    }
}
