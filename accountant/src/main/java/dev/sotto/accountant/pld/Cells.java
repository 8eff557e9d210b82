package dev.sotto.accountant.pld;

/**
 * Collects the mass of a loss distribution in the cells of a lattice, for both directions at once: a loss L with mass p
 * under P and other under Q is the loss -L with mass other under Q.
 */
final class Cells {
    private final long first;
    private final double step;
    private final double cellMass; // 1 - e^-step
    private final double growth; // e^step
    private final CellSums forward;
    private final CellSums backward;

    /**
     * @param first index of the left end of the first cell
     * @param count number of cells, &ge; 1
     */
    Cells(long first, int count, double step) {
        this.first = first;
        this.step = step;
        this.cellMass = -Math.expm1(-step);
        this.growth = Math.exp(step);
        this.forward = new CellSums(count);
        this.backward = new CellSums(count);
    }

    /** A mass at distance {@code inside} in [0, step] from the left end of the cell. */
    void add(long cell, double inside, boolean leftHalf, double p, double other) {
        int i = (int) (cell - first);
        double rise = rise(inside); // 1 - e^-d
        double fall = growth * (cellMass - rise); // e^(step-d) - 1
        forward.add(i, rise / cellMass, (cellMass - rise) / cellMass, rise, fall, leftHalf, p);
        double lift = rise / (1 - rise); // e^d - 1
        double drop = fall / (1 + fall); // 1 - e^-(step-d)
        int mirrored = forward.count() - 1 - i;
        backward.add(mirrored, drop / cellMass, lift / (growth * cellMass), drop, lift, !leftHalf, other);
    }

    /** A mass exactly on the lattice. */
    void addPoint(long index, double p, double other) {
        int i = (int) (index - first);
        forward.addPoint(i, p);
        backward.addPoint(forward.count() - i, other);
    }

    /**
     * @param lost mass that is not in the cells: the upper bounds have it at infinity, the lower ones not at all
     * @param certain mass at infinity in truth
     */
    RoundedPair rounded(double offset, double lost, double certain) {
        double infinity = Math.min(1, lost + certain);
        long last = first + forward.count();
        return new RoundedPair(
                new RoundedLoss(offset, first, forward.upper(), Optimistic.round(forward, step), infinity, certain),
                new RoundedLoss(-offset, -last, backward.upper(), Optimistic.round(backward, step), infinity, certain));
    }

    /** 1 - e^-d without cancellation. */
    private static double rise(double d) {
        return d < 0.01 ? d * (1 - d / 2 * (1 - d / 3 * (1 - d / 4 * (1 - d / 5 * (1 - d / 6))))) : -Math.expm1(-d);
    }
}
