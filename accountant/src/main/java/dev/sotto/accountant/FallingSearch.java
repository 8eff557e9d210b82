package dev.sotto.accountant;

import java.util.function.DoubleFunction;

/**
 * Where a bounded function that falls meets a target from below. Only points at which the upper bound was seen to be at or
 * under the target are returned.
 *
 * <p>Rough bounds bracket the target, by factors that are squared, and then approach it, by secants in the logarithms of
 * both; bisection where these do not help. The last few questions go to the bounds that count. How many are asked is
 * limited, as single ones can take seconds: where bounds stay too wide to tell on which side of the target the function is,
 * the best point so far is returned.
 */
final class FallingSearch {
    /** The upper bound at the answer is within this of the target, relatively, unless the function jumps there. */
    private static final double TOLERANCE = 8e-4;
    /** This near, relatively, rough bounds have no more to tell. */
    private static final double NEAR = 0.02;
    /** The parameter's relative precision, which is enough where the function jumps. */
    private static final double RESOLUTION = 1e-6;

    private static final int MOST_ROUGH = 60;
    /** Of these, answers whose bounds are further apart than from the target. */
    private static final int MOST_VAGUE = 3;

    private static final int MOST_EXACT = 6;
    /** Bounds this far apart over the target will not come closer ... */
    private static final double WIDE = 0.01;
    /** ... and more of them than this are not asked for once a good point is found. */
    private static final int MOST_WIDE = 2;
    /** Points nearer to each other, in the logarithm, tell nothing of the slope ... */
    private static final double STRIDE = 1e-2;
    /** ... unless the bounds that count differ by so many times their width. */
    private static final double TELLING = 8;
    /** Secants that do not halve the bracket, one after the other, before it is bisected. */
    private static final int PATIENCE = 5;

    private final double target;
    private final DoubleFunction<Bounds> rough;
    private final DoubleFunction<Bounds> exact;

    private double lastX = Double.NaN;
    private double lastGuess = Double.NaN; // logarithm of what the upper bound would be there if the bounds were close
    private boolean lastExact; // whether these are of the bounds that count
    private double slope = -1;
    private double certain; // where not to look: at and below the largest x whose lower bound is above the target
    private int questions;
    private int vague;
    private boolean twoSided; // whether there are lower bounds above 0 at all: without any, widths say nothing

    /**
     * @param target finite, &gt; 0
     * @param rough bounds on the function that need to be close only near the target
     * @param exact bounds on the same function that the answer must satisfy
     */
    FallingSearch(double target, DoubleFunction<Bounds> rough, DoubleFunction<Bounds> exact) {
        this.target = target;
        this.rough = rough;
        this.exact = exact;
    }

    /** Bounds at x. */
    private record Tried(double x, double upper, double width) {}

    /**
     * About the smallest x in [low, high] with f(x) &le; target; 0 when f(high) may be above the target.
     *
     * @throws IllegalStateException when the bounds that count are above the target wherever the rough ones are not
     */
    double smallest(double start, double low, double high) {
        certain = low;
        Tried good = ask(rough, start);
        Tried bad = null;
        for (double factor = 2; good.upper > target; factor *= factor) {
            if (good.x == high) {
                return 0;
            }
            bad = good;
            good = ask(rough, Math.min(high, good.x * factor));
        }
        for (double factor = 2; bad == null && good.x > low; factor *= factor) {
            Tried next = ask(rough, Math.max(low, good.x / factor));
            if (next.upper <= target) {
                good = next;
            } else {
                bad = next;
            }
        }
        if (bad == null) {
            return ask(exact, low).upper <= target ? low : settle(low * (1 + TOLERANCE));
        }
        return approach(bad, good);
    }

    private double approach(Tried worst, Tried best) {
        Tried bad = worst;
        Tried good = best;
        int slow = 0;
        while (Math.abs(lastGuess - Math.log(target)) > NEAR && questions < MOST_ROUGH && vague < MOST_VAGUE) {
            if (good.x - bad.x <= RESOLUTION * good.x) {
                return settle(good.x);
            }
            double bracket = Math.log(good.x / bad.x);
            Tried next = ask(rough, between(bad.x, good.x, slow >= PATIENCE ? Double.NaN : secant(0)));
            if (next.upper <= target) {
                good = next;
            } else {
                bad = next;
            }
            slow = slow < PATIENCE && Math.log(good.x / bad.x) > bracket / 2 ? slow + 1 : 0;
        }
        return settle(between(certain, good.x, secant(0)));
    }

    /** From {@code first} on, by the bounds that count. */
    private double settle(double first) {
        double bad = certain;
        double good = Double.POSITIVE_INFINITY;
        double goodUpper = 0;
        double x = first;
        int wide = 0;
        for (int i = 0; i < MOST_EXACT; i++) {
            Tried tried = ask(exact, x);
            wide += twoSided && tried.width > WIDE * target ? 1 : 0;
            if (tried.upper > target) {
                bad = Math.max(bad, x);
            } else if (x < good) {
                good = x;
                goodUpper = tried.upper;
            }
            boolean found = good < Double.POSITIVE_INFINITY;
            boolean close = goodUpper >= target * (1 - TOLERANCE) || good - bad <= RESOLUTION * good;
            if (found && (close || wide > MOST_WIDE)) {
                return good;
            }
            double aim = found ? 1 : 1 - TOLERANCE * (1 << i);
            double next = secant(Math.log(aim));
            x = found ? between(bad, good, next) : Math.max(next, x * (2 - aim));
        }
        if (good < Double.POSITIVE_INFINITY) {
            return good;
        }
        throw new IllegalStateException("Calibration to epsilon " + target + " did not settle: about " + first
                + " the bounds on epsilon are further apart than they are from the target. Calibrate to another epsilon or"
                + " delta.");
    }

    /** Where a straight line in the logarithms meets the middle of what is tolerated, and so much beyond. */
    private double secant(double beyond) {
        double aim = Math.log(target) - TOLERANCE / 2 + beyond;
        return lastX * Math.exp((aim - lastGuess) / slope);
    }

    /** {@code x} if it lies between, else the geometric mean. */
    private static double between(double bad, double good, double x) {
        return x > bad && x < good ? x : Math.sqrt(bad) * Math.sqrt(good);
    }

    private Tried ask(DoubleFunction<Bounds> f, double x) {
        Bounds bounds = f.apply(x);
        double upper = bounds.upper();
        double half = bounds.width() / 2;
        questions++;
        certain = bounds.lower() > target ? Math.max(certain, x) : certain;
        twoSided |= bounds.lower() > 0;
        vague += twoSided && bounds.width() > Math.abs(upper - target) ? 1 : 0;
        boolean asIs = f == exact || bounds.lower() == 0;
        double guess = Math.log(upper - half + (asIs ? half : Math.min(half, TOLERANCE * target)));
        boolean told = f == exact && lastExact && Math.abs(guess - lastGuess) > TELLING * bounds.width() / upper;
        if (told || Math.abs(Math.log(x / lastX)) > STRIDE) {
            slope = (guess - lastGuess) / Math.log(x / lastX);
        }
        lastX = x;
        lastGuess = guess;
        lastExact = f == exact;
        return new Tried(x, upper, bounds.width());
    }
}
