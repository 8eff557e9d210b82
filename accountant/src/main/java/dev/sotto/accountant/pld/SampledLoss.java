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
 * 2022, Theorem 11 (arXiv:2106.08567v3). Working with m instead of the loss loses no digits at small q.
 */
final class SampledLoss {
    private static final GaussLegendre THREE = new GaussLegendre(3);
    private static final GaussLegendre FOUR = new GaussLegendre(4);
    private static final GaussLegendre SIX = new GaussLegendre(6);

    private final double q;
    private final double odds;
    private final double logOdds;
    private final BaseLoss base;
    /** m at the lattice's index 0. */
    private final double origin;

    SampledLoss(double q, BaseLoss base) {
        this.q = q;
        this.odds = q / (1 - q);
        this.logOdds = Math.log(q) - Math.log1p(-q);
        this.base = base;
        this.origin = base.atomMass() > 0 ? m(-base.atom()) : q == 1 || base.rate(0) > 2 ? 0 : -Math.log1p(-q);
    }

    /** Loss at index 0 of the lattice: the bottom atom, or the least possible loss, or 0. */
    double offset() {
        return q == 1 ? origin : Math.log1p(-q) + origin;
    }

    /** Distance of the two atoms in loss; 0 without atoms. A step that divides it leaves them unrounded. */
    double atomSpan() {
        return base.atomMass() > 0 ? m(base.atom()) - origin : 0;
    }

    /** Largest loss less the least, as far as the windows go. */
    double range() {
        return high() - low();
    }

    /** Rounds both directions to a lattice of this step, outwards and inwards. */
    RoundedPair round(double step) {
        long first = (long) Math.floor(low() / step - 1e-9);
        long last = Math.max((long) Math.ceil(high() / step + 1e-9), first + 1);
        if (last - first > PldAccountant.MAX_LATTICE) {
            throw PldAccountant.tooFine((double) last - first);
        }
        Cells cells = new Cells(first, (int) (last - first), step);
        double[] windows = base.windows();
        for (int w = 0; w < windows.length; w += 2) {
            integrate(windows[w], windows[w + 1], step, cells);
        }
        if (base.atomMass() > 0) {
            atom(-base.atom(), step, cells);
            atom(base.atom(), step, cells);
        }
        return cells.rounded(offset(), 2 * base.tail(), base.infinity());
    }

    private double low() {
        double[] windows = base.windows();
        return (windows.length == 0 ? m(-base.atom()) : m(windows[0])) - origin;
    }

    private double high() {
        double[] windows = base.windows();
        return (windows.length == 0 ? m(base.atom()) : m(windows[windows.length - 1])) - origin;
    }

    private void integrate(double from, double to, double step, Cells cells) {
        long half = (long) Math.floor(2 * (m(from) - origin) / step);
        double left = from;
        while (left < to) {
            double edge = y(origin + (half + 1) * step / 2);
            double right = Math.min(edge > left ? edge : left, to);
            if (right > left) {
                piece(left, right, half, step, cells);
            }
            left = right;
            half++;
        }
    }

    /** One half cell: panels no wider than the scale on which density and loss change. */
    private void piece(double from, double to, long half, double step, Cells cells) {
        double left = from;
        while (left < to) {
            double rate = 1 + Math.max(base.rate(Math.abs(left)), base.rate(Math.abs(Math.min(to, left + 1))));
            double width = Math.min(to - left, 1 / rate);
            width = to - left - width < 0.1 * width ? to - left : width;
            GaussLegendre rule = width * rate < 0.05 ? THREE : width * rate < 0.2 ? FOUR : SIX;
            for (int i = 0; i < rule.size(); i++) {
                double y = left + width * (1 + rule.node(i)) / 2;
                node(y, base.density(Math.abs(y)) * rule.weight(i) * width / 2, half, step, cells);
            }
            left += width;
        }
    }

    private void node(double y, double mass, long half, double step, Cells cells) {
        long cell = Math.floorDiv(half, 2L);
        double inside = Math.max(0, Math.min(step, m(y) - origin - cell * step));
        double e = Math.exp(-Math.abs(y));
        double p = y > 0 ? mass * (q + (1 - q) * e) : mass * (1 - q + q * e);
        double other = y > 0 ? mass * e : mass;
        cells.add(cell, inside, Math.floorMod(half, 2L) == 0, p, other);
    }

    private void atom(double y, double step, Cells cells) {
        double position = (m(y) - origin) / step;
        double e = Math.exp(-Math.abs(y));
        double p = base.atomMass() * (y > 0 ? q + (1 - q) * e : 1 - q + q * e);
        double other = base.atomMass() * (y > 0 ? e : 1);
        if (Math.abs(position - Math.rint(position)) < 1e-9) {
            cells.addPoint((long) Math.rint(position), p, other);
        } else {
            long cell = (long) Math.floor(position);
            double inside = (position - cell) * step;
            cells.add(cell, inside, inside < step / 2, p, other);
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
