package dev.sotto.accountant.pld;

/** Bounds on δ(ε), which falls, and read the other way. */
interface DeltaCurve {
    /** Relative width at which a search for ε ends; what is returned is on the safe side of it. */
    double CLOSE = 1e-11;

    /** At or above δ(ε), at most 1. */
    double upper(double epsilon);

    /** At or below δ(ε), at least 0. */
    double lower(double epsilon);

    /** What upper adds and lower takes for want of exactness. */
    double charge(double epsilon);

    /** An ε &gt; 0 beyond which the bounds tell no more. */
    double end();

    /** How far rounding may have moved losses, in nats. */
    double lossError();

    /** Length of all lattices. */
    int length();

    /** An ε &ge; 0 at which {@link #upper} is at or under δ, as small as can be; infinite if there is none up to the end. */
    default double epsilonUpper(double delta) {
        if (upper(0) <= delta) {
            return 0;
        }
        double low = 0;
        double high = end();
        if (upper(high) > delta) {
            return Double.POSITIVE_INFINITY;
        }
        for (int i = 0; i < 64 && high - low > CLOSE * high; i++) {
            double middle = (low + high) / 2;
            if (upper(middle) <= delta) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high * (1 + 1e-14) + lossError();
    }

    /**
     * An ε &ge; 0 at which {@link #lower} is above δ, as large as can be; 0 if none is found. Far from the tilt's mean the
     * lower bound is weak, so the search walks down from an upper bound on ε, in strides that double.
     *
     * @param from at or above the exact ε
     */
    default double epsilonLower(double delta, double from) {
        double high = from < Double.POSITIVE_INFINITY ? from : end();
        double low = high;
        for (double stride = 1e-6 * high + 1e-12; lower(low) <= delta; stride *= 2) {
            if (low == 0) {
                return 0;
            }
            high = low;
            low = Math.max(0, high - stride);
        }
        for (int i = 0; i < 64 && high - low > CLOSE * high; i++) {
            double middle = (low + high) / 2;
            if (lower(middle) > delta) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.max(0, low * (1 - 1e-14) - lossError());
    }
}
