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
    private static final int MOMENT_ROUNDS = 8;

    /** Bounds by moments alone are about this many standard deviations apart, or more. */
    private static final double FEW = 4;

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
    private Bounds known = new Bounds(0, Double.POSITIVE_INFINITY); // for removal
    private boolean drowned; // whether one tilt alone did not do, at a coarser lattice
    private boolean large; // or was large
    private Optional<Tilt> jumpy = Optional.empty(); // under which single jumps did

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
        List<Tilt> tilts = pilot.stream()
                .map(c -> Tilt.of(c.tiltForDelta(Math.log(delta))))
                .toList();
        Cumulants tilted = pilot.get(0).cumulants(tilts.get(0).lambda());
        double guess = Math.max(0, tilted.mean());
        double first = widened(
                pilot, tilts, firstStep(tilts.get(0).lambda(), width.applyAsDouble(guess)), width.applyAsDouble(guess));
        double reach = 2 * Math.sqrt(2 * Reading.NATS * tilted.variance());
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
            bounds = bounds.and(
                    refine(pilot, tilts, start, c -> at(c, new Question.EpsilonAt(delta)), width, MAX_ROUNDS, coarse));
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

    /** Whether both are finite and at most width(upper) apart. */
    static boolean isClose(Bounds bounds, DoubleUnaryOperator width) {
        return bounds.upper() < Double.POSITIVE_INFINITY && bounds.width() <= width.applyAsDouble(bounds.upper());
    }

    /** Bounds on δ at ε, at most {@code relative} apart over the upper one, or {@code absolute}, if a few rounds suffice. */
    Bounds delta(double epsilon, double relative, double absolute) {
        List<Composition> pilot = grid.pilot();
        List<Tilt> tilts =
                pilot.stream().map(c -> Tilt.of(c.tiltForEpsilon(epsilon))).toList();
        Cumulants tilted = pilot.get(0).cumulants(tilts.get(0).lambda());
        double reach = 2 * Math.sqrt(2 * Reading.NATS * tilted.variance());
        double scale = Math.min(1 / (1 + tilts.get(0).lambda()), Math.sqrt(tilted.variance())); // on which δ changes
        double first = affordable(firstStep(tilts.get(0).lambda(), relative * scale), reach);
        int coarse = coarse(first, reach);
        double start = coarse > 0 ? COARSE * first : first;
        DoubleUnaryOperator width = d -> Math.max(relative * d, absolute);
        Bounds bounds = new Bounds(0, 1);
        try {
            bounds = bounds.and(refine(
                    pilot,
                    tilts,
                    start,
                    c -> at(c, new Question.DeltaAt(epsilon)),
                    width,
                    DELTA_ROUNDS + coarse,
                    coarse));
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
    private double widened(List<Composition> pilot, List<Tilt> tilts, double firstStep, double width) {
        double step = firstStep;
        if (pilot.get(0).cumulants(tilts.get(0).lambda()).variance() < step * step * MANY * MANY) {
            return step;
        }
        for (double wider = 4 * step; wider <= Grid.MAX_STEP; wider *= 4) {
            Composition removal = grid.round(grid.align(wider), grid.widths(pilot, tilts, wider))
                    .get(0);
            if (!(removal.gap(tilts.get(0).lambda()) < width / 2)) {
                break;
            }
            step = wider;
        }
        return step;
    }

    /** Without a lattice for the sum steps can be narrow: narrower ones until they are no longer what costs. */
    private Bounds byMoments(
            List<Composition> pilot, List<Tilt> tilts, double firstStep, double delta, DoubleUnaryOperator width) {
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
            if (bounds.width() <= wanted
                    || directions.get(0).gap(tilts.get(0).lambda()) < wanted / 8
                    || bins > before + most / 8) {
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
            upper = Math.max(upper, new Question.EpsilonAt(delta).quick(composition));
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
            List<Tilt> tilts,
            double firstStep,
            Function<List<Composition>, Bounds> bound,
            DoubleUnaryOperator width,
            int rounds,
            int coarse) {
        double step = firstStep;
        List<CellWidths> widths = grid.widths(pilot, tilts, firstStep);
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
            if (jumpy.isPresent()) {
                widths = grid.widths(pilot, List.of(jumpy.get(), tilts.get(1)), firstStep);
            }
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

    private Bounds at(List<Composition> directions, Question question) {
        Composition removal = directions.get(0);
        var reading = new Reading(removal, question, known, 0, most - bins);
        if (drowned || large) {
            reading.byJumps();
        }
        if (drowned) {
            reading.byRareLosses();
        }
        reading.byTilts();
        bins += reading.bins();
        drowned |= reading.isDrowned();
        large |= reading.isLarge();
        jumpy = reading.jumpy().or(() -> jumpy);
        known = known.and(reading.bounds());
        Composition addition = directions.get(1);
        Bounds found = new Bounds(0, question.quick(addition));
        if (found.upper() > known.lower()) {
            var other = new Reading(addition, question, found, known.lower(), most - bins);
            other.byTilts();
            bins += other.bins();
            found = other.bounds();
        }
        return new Bounds(Math.max(known.lower(), found.lower()), Math.max(known.upper(), found.upper()));
    }
}
