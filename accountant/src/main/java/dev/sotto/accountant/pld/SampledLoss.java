package dev.sotto.accountant.pld;

import dev.sotto.accountant.math.GaussLegendre;

/**
 * The loss of a mechanism on a Poisson sample: P = (1-q) M0 + q M1 against Q = M0, where y is the base loss and
 *
 * <pre>
 *   log(P/Q) = log(1-q) + m,   m = log(1 + e^y q/(1-q)) &ge; 0        (m = y when q = 1)
 * </pre>
 *
 * Removal compares P with Q, addition Q with P; each of these pairs dominates its direction: Zhu, Dong, Wang, AISTATS
 * 2022 (arXiv:2106.08567). Working with m instead of the loss loses no digits at small q.
 */
final class SampledLoss {
    private static final GaussLegendre THREE = new GaussLegendre(3);
    private static final GaussLegendre FOUR = new GaussLegendre(4);
    private static final GaussLegendre SIX = new GaussLegendre(6);

    private static final int MEANS = 40;

    private final double q;
    private final double odds;
    private final double logOdds;
    private final BaseLoss base;

    SampledLoss(double q, BaseLoss base) {
        this.q = q;
        this.odds = q / (1 - q);
        this.logOdds = Math.log(q) - Math.log1p(-q);
        this.base = base;
    }

    /** Loss at index 0 of a lattice whose origin is there. */
    private double offset(double origin) {
        return q == 1 ? origin : Math.log1p(-q) + origin;
    }

    /**
     * m at the lattice's index 0. With atoms a step or more apart, the bottom one. Else the mean under Q of what is less than a step
     * above it: where the bulk of the losses is narrow against the step, it then lies on a lattice point with its mean kept,
     * and neither rounding loses by it, nor of the tail beyond. Where it is not, the loss 0; the mean of all losses, too.
     */
    private double origin(double step) {
        if (atomSpan() >= step) {
            return m(-base.atom());
        }
        double zero = q == 1 ? 0 : -Math.log1p(-q);
        double origin = zero;
        double before = Double.NaN;
        for (int i = 0; i < MEANS && !(Math.abs(origin - before) <= 1e-11 * origin); i++) {
            double mean = q == 1 ? Double.NaN : base.meanBelow(y(origin + step));
            if (!(mean >= 0)) {
                return zero;
            }
            before = origin;
            origin = Math.log1p(odds * mean);
        }
        return origin;
    }

    /** Whether cells must all be of one width, for both atoms to be at an end of one. */
    boolean hasAtoms() {
        return base.atomMass() > 0;
    }

    /** Distance of the two atoms in loss; 0 without atoms. A step that divides it leaves them unrounded. */
    double atomSpan() {
        return base.atomMass() > 0 ? m(base.atom()) - m(-base.atom()) : 0;
    }

    /** Largest loss less the least, as far as the windows go. */
    double range() {
        return high() - low();
    }

    /** Largest loss log(Q/P) of addition: that of a unit which was not sampled, where there is a sample. */
    double largestAddition() {
        return q < 1 ? -Math.log1p(-q) : base.atomMass() > 0 ? base.atom() : Double.POSITIVE_INFINITY;
    }

    /** Rounds both directions to a lattice of this step, outwards and inwards. */
    RoundedPair round(double step, CellWidths widths) {
        double origin = origin(step);
        long first = (long) Math.floor((low() - origin) / step - 1e-9);
        long last = Math.max((long) Math.ceil((high() - origin) / step + 1e-9), first + 1);
        Cells cells = new Cells(widths.edges(first, last, step), step);
        double[] windows = base.windows();
        for (int w = 0; w < windows.length; w += 2) {
            integrate(windows[w], windows[w + 1], origin, cells);
        }
        if (base.atomMass() > 0) {
            atom(-base.atom(), origin, cells);
            atom(base.atom(), origin, cells);
        }
        return cells.rounded(offset(origin), base.tail(q), base.infinity());
    }

    private double low() {
        double[] windows = base.windows();
        return (windows.length == 0 ? m(-base.atom()) : m(windows[0]));
    }

    private double high() {
        double[] windows = base.windows();
        return (windows.length == 0 ? m(base.atom()) : m(windows[windows.length - 1]));
    }

    private void integrate(double from, double to, double origin, Cells cells) {
        double left = from;
        for (int cell = 0; cell < cells.count() && left < to; cell++) {
            double middle = Math.min(to, y(origin + (cells.left(cell) + cells.width(cell) / 2)));
            double right = Math.min(to, y(origin + cells.right(cell)));
            if (cell == cells.count() - 1) {
                right = to;
            }
            left = piece(left, middle, cell, true, origin, cells);
            left = piece(left, right, cell, false, origin, cells);
        }
    }

    /** One half cell, in panels no wider than the scale on which density and loss change; returns where it ended. */
    private double piece(double from, double to, int cell, boolean leftHalf, double origin, Cells cells) {
        double left = from;
        while (left < to) {
            double rate = 1 + Math.max(base.rate(Math.abs(left)), base.rate(Math.abs(Math.min(to, left + 1))));
            double width = Math.min(to - left, 1 / rate);
            boolean last = to - left - width < 0.1 * width;
            width = last ? to - left : width;
            GaussLegendre rule = width * rate < 0.05 ? THREE : width * rate < 0.2 ? FOUR : SIX;
            for (int i = 0; i < rule.size(); i++) {
                double y = left + width * (1 + rule.node(i)) / 2;
                node(y, base.density(Math.abs(y)) * rule.weight(i) * width / 2, cell, leftHalf, origin, cells);
            }
            left = last ? to : left + width;
        }
        return left;
    }

    private void node(double y, double mass, int cell, boolean leftHalf, double origin, Cells cells) {
        double position = Math.max(cells.left(cell), Math.min(cells.right(cell), m(y) - origin));
        double e = Math.exp(-Math.abs(y));
        double p = y > 0 ? mass * (q + (1 - q) * e) : mass * (1 - q + q * e);
        double other = y > 0 ? mass * e : mass;
        cells.add(cell, position, leftHalf, p, other);
    }

    /** On a point only if the two differ by no more than doubles do: elsewhere it is split as all else. */
    private void atom(double y, double origin, Cells cells) {
        double position = m(y) - origin;
        double same = 8 * Math.ulp(Math.abs(m(y)) + Math.abs(origin));
        double e = Math.exp(-Math.abs(y));
        double p = base.atomMass() * (y > 0 ? q + (1 - q) * e : 1 - q + q * e);
        double other = base.atomMass() * (y > 0 ? e : 1);
        int cell = 0;
        while (cell < cells.count() - 1 && cells.right(cell) <= position - same) {
            cell++;
        }
        if (Math.abs(position - cells.right(cell)) <= same) {
            cells.addPoint(cell + 1, p, other);
        } else {
            cells.add(cell, position, position < cells.left(cell) + cells.width(cell) / 2, p, other);
        }
    }

    private double m(double y) {
        if (q == 1) {
            return y;
        }
        return y + logOdds > 0 ? y + logOdds + Math.log1p(Math.exp(-y - logOdds)) : Math.log1p(odds * Math.exp(y));
    }

    private double y(double m) {
        if (q == 1) {
            return m;
        }
        return m > 30 ? m - logOdds + Math.log1p(-Math.exp(-m)) : Math.log(Math.expm1(m)) - logOdds;
    }
}
