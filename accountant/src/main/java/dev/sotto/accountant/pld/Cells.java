package dev.sotto.accountant.pld;

/**
 * Collects the mass of a loss distribution in cells between lattice points, for both directions at once: a loss L with
 * mass p under P and other under Q is the loss -L with mass other under Q.
 */
final class Cells {
    private final long[] edges; // [count + 1], lattice indices, ascending
    private final double step;
    private final double[] cellMass; // [count] 1 - e^-width
    private final CellSums forward;
    private final CellSums backward;

    Cells(long[] edges, double step) {
        this.edges = edges;
        this.step = step;
        int count = edges.length - 1;
        this.cellMass = new double[count];
        for (int i = 0; i < count; i++) {
            cellMass[i] = -Math.expm1(-width(i));
        }
        this.forward = new CellSums(count);
        this.backward = new CellSums(count);
    }

    int count() {
        return cellMass.length;
    }

    /** Left end of a cell, as a distance from index 0. */
    double left(int cell) {
        return edges[cell] * step;
    }

    double right(int cell) {
        return edges[cell + 1] * step;
    }

    double width(int cell) {
        return (edges[cell + 1] - edges[cell]) * step;
    }

    /** A mass in the cell, {@code position} from index 0. Every term keeps the digits of the distance from the nearer end. */
    void add(int cell, double position, boolean leftHalf, double p, double other) {
        double whole = cellMass[cell];
        double fromLeft = position - left(cell);
        double toRight = right(cell) - position;
        if (fromLeft < toRight) {
            toRight = width(cell) - fromLeft; // so that both add up, where the position is large against the cell
        } else {
            fromLeft = width(cell) - toRight;
        }
        double rise = rise(fromLeft); // 1 - e^-fromLeft
        double drop = rise(toRight); // 1 - e^-toRight
        double stay = fromLeft > 1 ? Math.exp(-fromLeft) : 1 - rise;
        double back = toRight > 1 ? Math.exp(-toRight) : 1 - drop;
        forward.add(cell, rise / whole, stay * drop / whole, rise, drop / back, leftHalf, p);
        backward.add(count() - 1 - cell, drop / whole, back * rise / whole, drop, rise / stay, !leftHalf, other);
    }

    /** A mass exactly on the i-th edge. */
    void addPoint(int i, double p, double other) {
        forward.addPoint(i, p);
        backward.addPoint(count() - i, other);
    }

    /**
     * @param lost mass that is not in the cells: the upper bounds have it at infinity, the lower ones not at all
     * @param certain mass at infinity in truth
     */
    RoundedPair rounded(double offset, double lost, double certain) {
        double infinity = Math.min(1, lost + certain);
        long[] mirrored = new long[edges.length];
        for (int i = 0; i < edges.length; i++) {
            mirrored[i] = -edges[edges.length - 1 - i];
        }
        return new RoundedPair(
                new RoundedLoss(
                        offset, edges, forward.upper(), new Optimistic(edges, step).round(forward), infinity, certain),
                new RoundedLoss(
                        -offset,
                        mirrored,
                        backward.upper(),
                        new Optimistic(mirrored, step).round(backward),
                        infinity,
                        certain));
    }

    /** 1 - e^-d without cancellation. */
    private static double rise(double d) {
        return d < 0.01 ? d * (1 - d / 2 * (1 - d / 3 * (1 - d / 4 * (1 - d / 5 * (1 - d / 6))))) : -Math.expm1(-d);
    }
}
