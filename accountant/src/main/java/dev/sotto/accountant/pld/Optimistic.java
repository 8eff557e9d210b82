package dev.sotto.accountant.pld;

/**
 * The optimistic twin of connect-the-dots: a lattice distribution whose curve g(x) = E_Q[(r-x)+] lies below that of the
 * mechanism, h(x), everywhere, and misses it by a term of second order in the step, as the chords do from above.
 *
 * <p>h is convex, so in each cell any tangent lies below it. Here the tangent touches about the middle of the cell; at each
 * lattice point the lower of the two neighbouring tangents is taken; the segments between these values lie below the
 * tangents, hence below h. Where the values are not convex, their convex minorant is (lower still). A convex,
 * decreasing, piecewise linear function with kinks on the lattice that reaches 0 is E_Q[(r-x)+] of a lattice measure.
 */
final class Optimistic {
    /** A line may end so many times as far below the curve as the next one begins. */
    private static final double MOST_BELOW = 4;

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

    /**
     * h(x_i) - g(x_i) &ge; 0 at each lattice point. Where the tangent at a cell's middle would be below the line
     * E_Q[r] - x at its left end, it is mixed with the one that touches there until it is not. Where it would end much further
     * below h than the next one begins, it is mixed with the one that touches at its right end, but no more than that line
     * allows, unless there is no {@link #room} there. What is mixed of lines below h is below h.
     */
    private double[] gaps(CellSums cells) {
        int count = cells.count();
        double[] excesses = excesses(cells);
        double[] heights = heights(cells);
        double[] gaps = new double[count + 1];
        for (int i = count - 1; i >= 0; i--) {
            double fromMiddle = share(excesses[i], cells.tangentLeft(i));
            double left = fromMiddle * cells.tangentLeft(i);
            double right = fromMiddle * cells.tangentRight(i) + (1 - fromMiddle) * cells.wholeRight(i);
            double atRight = cells.wholeLeft(i); // of the tangent that touches at the right end
            double needed = atRight > excesses[i] ? (atRight - excesses[i]) / (atRight - left) : 0;
            double most = share(room(gaps[i + 1], heights[i + 1]), right);
            double kept = Math.min(most, Math.max(needed, share(MOST_BELOW * gaps[i + 1], right)));
            gaps[i] = kept * left + (1 - kept) * atRight;
            gaps[i + 1] = Math.max(gaps[i + 1], kept * right);
        }
        return gaps;
    }

    /**
     * How far below h a line may end where the next one begins {@code gap} below it: not below half of what is left. Else all that
     * lies beyond would be lost to the convex minorant: a heavy tail next to a bulk that is narrower than a cell.
     */
    private static double room(double gap, double height) {
        return Math.max(gap, (gap + height) / 2);
    }

    /** How much of a line may remain whose gap is {@code gap} where {@code room} is left. */
    private static double share(double room, double gap) {
        return gap > room ? room / gap : 1;
    }

    /** E_Q[(r - x)+] at each lattice point. */
    private double[] heights(CellSums cells) {
        double[] heights = new double[cells.count() + 1];
        double slope = 0; // Q-mass beyond the point, times the point
        for (int i = cells.count() - 1; i >= 0; i--) {
            double width = distance(i, i + 1);
            slope = (slope + cells.point(i + 1)) * Math.exp(-width);
            heights[i] = heights[i + 1] + Math.expm1(width) * slope;
        }
        return heights;
    }

    /** E_Q[(x - r)+], which is E_Q[(r - x)+] less the line E_Q[r] - x, at each lattice point. */
    private double[] excesses(CellSums cells) {
        double[] excesses = new double[cells.count() + 1];
        double slope = 0; // Q-mass up to the point, times the point
        for (int i = 0; i < cells.count(); i++) {
            double width = distance(i, i + 1);
            slope += cells.point(i);
            excesses[i + 1] = excesses[i] + Math.expm1(width) * slope;
            slope *= Math.exp(width);
        }
        return excesses;
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
