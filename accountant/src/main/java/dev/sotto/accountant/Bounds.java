package dev.sotto.accountant;

import dev.sotto.accountant.math.Check;

/**
 * The exact value lies in [lower, upper]. What is spent, reported or compared with a budget is {@link #upper()}.
 *
 * @param lower &ge; 0, at or below the exact value
 * @param upper at or above the exact value; may be infinite
 */
public record Bounds(double lower, double upper) {
    public Bounds {
        Check.that(lower >= 0 && lower <= upper, "bounds must satisfy 0 <= lower <= upper, got [%s, %s]", lower, upper);
    }

    /** upper - lower; 0 when both are infinite. */
    public double width() {
        return upper == lower ? 0 : upper - lower;
    }

    /**
     * Whether they are at most so far apart: {@code relative} of the upper one or {@code absolute}, whichever is more. If only
     * the upper one is infinite, they are not.
     */
    public boolean isWithin(double relative, double absolute) {
        return width() == 0 || (upper < Double.POSITIVE_INFINITY && width() <= Math.max(absolute, relative * upper));
    }

    /** Whether {@code value} lies in [lower, upper]. */
    public boolean contains(double value) {
        return lower <= value && value <= upper;
    }

    /** What two pairs of bounds on the same value say together. */
    public Bounds and(Bounds other) {
        double both = Math.min(upper, other.upper);
        return new Bounds(Math.min(both, Math.max(lower, other.lower)), both);
    }
}
