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
    private final long[] edges; // [count + 1]
    private final double step;

    Optimistic(long[] edges, double step) {
        this.edges = edges;
        this.step = step;
    }

    /** Masses under P, [count + 1], each &ge; 0. */
    double[] round(CellSums cells) {
        return minorant(kinks(cells, gaps(cells)));
    }

    private double distance(int from, int to) {
        return (edges[to] - edges[from]) * step;
    }

    /** h(x_i) - g(x_i) &ge; 0 at each lattice point. */
    private double[] gaps(CellSums cells) {
        int count = cells.count();
        double[] gaps = new double[count + 1];
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
            double width = distance(i, i + 1);
            slope = (slope + cells.point(i + 1)) * Math.exp(-width);
            height += Math.expm1(width) * slope;
        }
        return gaps;
    }

    /** Second differences of h - gap, as masses under P, [count + 1]. */
    private double[] kinks(CellSums cells, double[] gaps) {
        double[] kinks = new double[gaps.length];
        for (int i = 0; i < gaps.length; i++) {
            double after = i + 1 < gaps.length ? (gaps[i + 1] - gaps[i]) / Math.expm1(distance(i, i + 1)) : 0;
            double before = i > 0 ? (gaps[i] - gaps[i - 1]) / -Math.expm1(-distance(i - 1, i)) : 0;
            kinks[i] = cells.point(i) - after + before;
        }
        return kinks;
    }

    /**
     * Takes away the kinks that point upwards: a negative mass is split over its neighbours so that mass under Q and
     * E_Q[r] stay, which lowers the curve at that point only. Left of everything is r = 0, where mass counts for nothing.
     */
    private double[] minorant(double[] kinks) {
        int[] kept = new int[kinks.length];
        int top = -1;
        for (int k = 0; k < kinks.length; k++) {
            while (top >= 0 && kinks[kept[top]] < 0) {
                int j = kept[top--];
                if (top < 0) {
                    kinks[k] += kinks[j];
                } else {
                    double toLeft = Math.exp(-distance(kept[top], j)) * -Math.expm1(-distance(j, k));
                    double toRight = -Math.expm1(-distance(kept[top], j));
                    double both = -Math.expm1(-distance(kept[top], k));
                    kinks[kept[top]] += kinks[j] * toLeft / both;
                    kinks[k] += kinks[j] * toRight / both;
                }
                kinks[j] = 0;
            }
            kept[++top] = k;
        }
        for (int i = 0; i < kinks.length; i++) {
            kinks[i] = Math.max(0, kinks[i]);
        }
        return kinks;
    }
}
