package dev.sotto.accountant.pld;

/**
 * What one direction needs of each cell [left, left e^step] of likelihood ratios r = P/Q. Lattice masses are under P.
 *
 * <p>Connect-the-dots (Doroshenko, Ghazi, Kamath, Kumar, Manurangsi, "Connect the Dots: Tighter Discrete Approximations
 * of Privacy Loss Distributions", PoPETs 2022, arXiv:2207.04380): the mass of r is split
 * over the two ends so that E_Q[r] stays, which replaces the curve x -&gt; E_Q[(r-x)+] by its chords: an upper bound.
 */
final class CellSums {
    private final double[] points; // [count + 1] mass split to the lattice points
    private final double[] tangentLeft; // [count] E_Q[(r - left) ; r in the left half]
    private final double[] tangentRight; // [count] E_Q[(right - r) ; r in the right half]

    private final double[] wholeLeft; // [count] E_Q[(r - left) ; r in the cell]
    private final double[] wholeRight; // [count] E_Q[(right - r) ; r in the cell]

    CellSums(int count) {
        points = new double[count + 1];
        tangentLeft = new double[count];
        tangentRight = new double[count];
        wholeLeft = new double[count];
        wholeRight = new double[count];
    }

    int count() {
        return tangentLeft.length;
    }

    void add(int cell, double toRight, double toLeft, double aboveLeft, double belowRight, boolean leftHalf, double p) {
        points[cell + 1] += toRight * p;
        points[cell] += toLeft * p;
        wholeLeft[cell] += aboveLeft * p;
        wholeRight[cell] += belowRight * p;
        if (leftHalf) {
            tangentLeft[cell] += aboveLeft * p;
        } else {
            tangentRight[cell] += belowRight * p;
        }
    }

    void addPoint(int index, double p) {
        points[index] += p;
    }

    double point(int index) {
        return points[index];
    }

    double tangentLeft(int cell) {
        return tangentLeft[cell];
    }

    double tangentRight(int cell) {
        return tangentRight[cell];
    }

    double wholeLeft(int cell) {
        return wholeLeft[cell];
    }

    double wholeRight(int cell) {
        return wholeRight[cell];
    }

    /** The pessimistic masses, [count + 1]. */
    double[] upper() {
        return points.clone();
    }
}
