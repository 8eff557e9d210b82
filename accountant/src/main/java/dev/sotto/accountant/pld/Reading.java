package dev.sotto.accountant.pld;

import dev.sotto.accountant.Bounds;
import java.util.Optional;

/**
 * One direction on one lattice, asked in one way after the other until what is charged for rounding is little against δ. None of
 * the ways is wrong, and what they say holds together.
 */
final class Reading {
    private static final int MAX_TILTS = 4;
    /** So much outside of a window, as a power of e, and so much less at each further tilt. */
    static final double NATS = 18;

    private static final double MORE_NATS = 15;
    static final double MOST_NATS = 800;

    /** Tilts that are compared before one sum of rare losses; more than so many parts would take too long. */
    private static final int RARE_TILTS = 16;

    private static final int RARE_PARTS = 64;
    /** What a bin costs then, over what it costs else. */
    private static final long RARE_COST = 2;

    /** A bound that did not fall below so much of what it was is not asked for once more, nor ever more often than this. */
    private static final double FALLS = 0.9;

    private static final int ROUNDS = 5;
    /** A lattice of one tilt that is worth a look at other ways. */
    private static final long LARGE = 1L << 19;

    private final Composition composition;
    private final Question question;
    private final double enough;
    private final long most;
    private Bounds bounds;
    private boolean clear;
    private boolean drowned;
    private boolean large;
    private Optional<Tilt> jumpy = Optional.empty();
    private boolean rare;
    private boolean jumpsTried;
    private boolean rareTried;
    private long bins;
    private long length; // of the lattice before

    /**
     * @param known bounds that hold
     * @param enough what lies below that does not matter
     * @param most bins that may be spent, about: more are if the first lattice needs them
     */
    Reading(Composition composition, Question question, Bounds known, double enough, long most) {
        this.composition = composition;
        this.question = question;
        this.bounds = known;
        this.enough = enough;
        this.most = most;
    }

    Bounds bounds() {
        return bounds;
    }

    /** Whether rounding drowned what one tilt gave. */
    boolean isDrowned() {
        return drowned;
    }

    /** Whether one tilt took a large lattice. */
    boolean isLarge() {
        return large;
    }

    /** Under which tilt it is that single jumps did, if they did. */
    Optional<Tilt> jumpy() {
        return jumpy;
    }

    /** What was spent. */
    long bins() {
        return bins;
    }

    private void read(DeltaCurve curve, long cost) {
        length = curve.length();
        bins += cost * length;
        bounds = bounds.and(question.read(curve, bounds));
        clear = bounds.upper() <= enough || question.isClear(curve, bounds);
    }

    /**
     * Under a tilt that suits; where rounding drowns it, in the other ways, or under further tilts.
     *
     * @throws TooFineException if the lattice is too large and nothing is known otherwise
     */
    void byTilts() {
        double lambda = question.tilt(composition);
        for (int i = 0; i < MAX_TILTS && !clear; i++) {
            double before = bounds.width();
            try {
                read(new TailSums(composition, lambda, NATS + MORE_NATS * i, false), 1);
            } catch (TooFineException e) {
                if (bounds.upper() == Double.POSITIVE_INFINITY) {
                    throw e;
                }
                return;
            }
            if (i == 0) {
                drowned = !clear;
                large = length >= LARGE;
            }
            byJumps();
            byRareLosses();
            if (rare) {
                return;
            }
            double upper = question.epsilon(bounds);
            lambda = upper < Double.POSITIVE_INFINITY ? composition.tiltForEpsilon(upper) : lambda / 2;
            boolean helped = before == Double.POSITIVE_INFINITY || bounds.width() < FALLS * before;
            if (!helped || bins + length > most) {
                return;
            }
        }
    }

    /** By {@link JumpSums}, where they apply: it must be known about where. Their lattices are small. */
    void byJumps() {
        if (!jumpsTried) {
            jumpsTried = true;
            jumps();
        }
    }

    /** By {@link RareSum} where it applies, and by jumps from what that gave. */
    void byRareLosses() {
        if (!rareTried) {
            rareTried = true;
            rareSums();
            if (rare) {
                jumps();
            }
        }
    }

    private void jumps() {
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ROUNDS && !clear && bounds.upper() < FALLS * before; i++) {
            before = bounds.upper();
            try {
                Optional<JumpSums> jumps =
                        JumpSums.of(composition, question.epsilon(bounds), question.logDelta(bounds));
                if (jumps.isEmpty()) {
                    return;
                }
                read(jumps.get(), 1);
                if (clear) {
                    jumpy = Optional.of(new Tilt(jumps.get().lambda(), question.epsilon(bounds)));
                }
            } catch (TooFineException e) {
                return;
            }
        }
    }

    private void rareSums() {
        double from = question.tilt(composition);
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i < ROUNDS && !clear && bounds.upper() < FALLS * before; i++) {
            double lambda = rareTilt(question.epsilon(bounds), from);
            rare = lambda >= 0;
            if (!rare || bins + 2 * RARE_COST * length > most) { // rare windows are wider, too
                return;
            }
            before = bounds.upper();
            try {
                read(new TailSums(composition, lambda, natsFor(lambda), true), RARE_COST);
            } catch (TooFineException e) {
                return;
            }
        }
    }

    /** Where {@link RareSum} is expected to err least on δ(ε): at the least (rare steps) e^(K - λε); NaN if nowhere. */
    private double rareTilt(double epsilon, double from) {
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
    private double natsFor(double lambda) {
        double scale = composition.cumulants(lambda).value() - lambda * question.epsilon(bounds);
        double least = scale - Math.log(question.little(bounds)) + 3;
        return Math.max(NATS, Math.min(MOST_NATS, least));
    }
}
