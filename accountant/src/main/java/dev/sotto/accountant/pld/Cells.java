package dev.sotto.accountant.pld;

/**
 * Collects the mass of a loss distribution in cells between lattice points, for both directions at once: a loss L with
 * mass p under P and other under Q is the loss -L with mass other under Q.
 */
final class Cells {
    private final long[] edges; // [count + 1], lattice indices, ascending
    private final double step;
    private final double[] cellMass; // [count] 1 - e^-width
    private final double[] growth; // [count] e^width
    private final CellSums forward;
    private final CellSums backward;

    Cells(long[] edges, double step) {
        this.edges = edges;
        this.step = step;
        int count = edges.length - 1;
        this.cellMass = new double[count];
        this.growth = new double[count];
        for (int i = 0; i < count; i++) {
            cellMass[i] = -Math.expm1(-width(i));
            growth[i] = Math.exp(width(i));
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

    /** A mass in the cell, {@code position} from index 0. Its distance from the nearer end keeps all digits. */
    void add(int cell, double position, boolean leftHalf, double p, double other) {
        double whole = cellMass[cell];
        double fromLeft = position - left(cell);
        double toRight = right(cell) - position;
        double rise; // 1 - e^-fromLeft
        double fall; // e^toRight - 1
        if (fromLeft < toRight) {
            rise = rise(fromLeft);
            fall = growth[cell] * (whole - rise);
        } else {
            double drop = rise(toRight);
            fall = drop / (1 - drop);
            rise = whole - fall / growth[cell];
        }
        forward.add(cell, rise / whole, fall / (growth[cell] * whole), rise, fall, leftHalf, p);
        double lift = rise / (1 - rise); // e^fromLeft - 1
        double drop = fall / (1 + fall); // 1 - e^-toRight
        backward.add(count() - 1 - cell, drop / whole, lift / (growth[cell] * whole), drop, lift, !leftHalf, other);
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
