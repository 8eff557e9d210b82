package dev.sotto.accountant.pld;

/**
 * The optimistic twin of connect-the-dots: a lattice distribution whose curve g(x) = E_Q[(r-x)+] lies below that of the
 * mechanism, h(x), everywhere, and misses it by a term of second order in the step, as the chords do from above.
 *
 * <p>h is convex, so in each cell any tangent lies below it. Here the tangent touches at the middle of the cell; at each
 * lattice point the lower of the two neighbouring tangents is taken; the segments between these values lie below the
 * tangents, hence below h. Where the values are not convex, their convex minorant is (lower still). A convex,
 * decreasing, piecewise linear function with kinks on the lattice that reaches 0 is E_Q[(r-x)+] of a lattice measure.
 */
final class Optimistic {
    private Optimistic() {}

    /** Masses under P, [count + 1], each &ge; 0. */
    static double[] round(CellSums cells, double step) {
        double[] gaps = gaps(cells, step);
        return minorant(kinks(cells, gaps, step), step);
    }

    /** h(x_i) - g(x_i) &ge; 0 at each lattice point. */
    private static double[] gaps(CellSums cells, double step) {
        int count = cells.count();
        double[] gaps = new double[count + 1];
        double shrink = Math.exp(-step);
        double spread = Math.expm1(step);
        double height = 0; // h at the right end of the cell
        double slope = 0; // Q-mass beyond the right end, times the right end
        for (int i = count - 1; i >= 0; i--) {
            if (i == 0) {
                // Nothing lies further left: touch at the left end, and mass and E_Q[r] stay.
                gaps[1] = Math.max(gaps[1], Math.min(cells.wholeRight(0), height));
            } else if (i == count - 1 || height < cells.tangentRight(i)) {
                // A tangent at the middle would fall below 0 before the cell ends: touch at the right end.
                gaps[i] = cells.wholeLeft(i);
            } else {
                gaps[i] = cells.tangentLeft(i);
                gaps[i + 1] = Math.max(gaps[i + 1], cells.tangentRight(i));
            }
            slope = (slope + cells.point(i + 1)) * shrink;
            height += spread * slope;
        }
        return gaps;
    }

    /** Second differences of h - gap, as masses under P; [count + 2], the first for the point left of the lattice. */
    private static double[] kinks(CellSums cells, double[] gaps, double step) {
        int points = gaps.length;
        double[] kinks = new double[points + 1];
        double up = Math.expm1(step);
        double down = -Math.expm1(-step);
        for (int i = -1; i < points; i++) {
            double before = i > 0 ? gaps[i - 1] : 0;
            double here = i >= 0 ? gaps[i] : 0;
            double after = i + 1 < points ? gaps[i + 1] : 0;
            double mass = i >= 0 ? cells.point(i) : 0;
            kinks[i + 1] = mass - (after - here) / up + (here - before) / down;
        }
        return kinks;
    }

    /**
     * Takes away the kinks that point upwards: a negative mass is split over its neighbours so that mass under Q and
     * E_Q[r] stay, which lowers the curve at that point only. Left of everything is r = 0, where mass counts for nothing.
     */
    private static double[] minorant(double[] kinks, double step) {
        int[] kept = new int[kinks.length];
        int top = -1;
        for (int k = 0; k < kinks.length; k++) {
            while (top >= 0 && kinks[kept[top]] < 0) {
                int j = kept[top--];
                double right = -Math.expm1(-(k - j) * step);
                if (top < 0) {
                    kinks[k] += kinks[j];
                } else {
                    double left = -Math.expm1(-(j - kept[top]) * step);
                    double both = -Math.expm1(-(k - kept[top]) * step);
                    kinks[kept[top]] += kinks[j] * Math.exp(-(j - kept[top]) * step) * right / both;
                    kinks[k] += kinks[j] * left / both;
                }
                kinks[j] = 0;
            }
            kept[++top] = k;
        }
        double[] masses = new double[kinks.length - 1];
        for (int i = 0; i < masses.length; i++) {
            masses[i] = Math.max(0, kinks[i + 1]);
        }
        return masses;
    }
}
