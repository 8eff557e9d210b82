package dev.sotto.accountant.pld;

import java.util.Comparator;
import java.util.List;

/**
 * δ(ε) = E_P[(1 - e^(ε - L))+] of the composed loss, from above and from below, for ε about where the tilt put its mean.
 * Everything that is not exact is charged: mass outside the window, errors of the transform, relative errors of the
 * masses, mass at infinity.
 */
final class TailSums {
    /** Bound on the relative error of any mass of one step: quadrature, density, splitting. */
    private static final double MASS_ERROR = 1e-13;

    private static final double UNIT = 0x1p-53;

    private final double step;
    private final double offset;
    private final long first;
    private final int length;
    private final double lambda;
    private final double cumulant;
    private final double binError;
    private final double outside;
    private final double relativeError;
    private final double infinity;
    private final double certain;
    private final double lossError;
    // With weights e^(-λ(s - s_k)) relative to bin k, sums over the bins s >= s_k of ...
    private final double[] upperAbove; // ... mass (1 - e^(s_k - s))
    private final double[] upperScaled; // ... mass e^(s_k - s)
    private final double[] lowerAbove;
    private final double[] lowerScaled;

    /** @param rare whether to sum by {@link RareSum}, which must apply, instead of {@link TiltedSum} */
    TailSums(Composition composition, double lambda, double nats, boolean rare) {
        Window window = Window.around(composition, lambda, nats);
        this.step = composition.step();
        this.offset = Window.offset(composition);
        this.first = window.first();
        this.length = window.length();
        this.outside = window.outside();
        this.lambda = lambda;
        this.infinity = composition.infinity();
        this.certain = composition.certain();
        LatticeSum sum = rare ? new RareSum(length, RareSum.expected(composition, lambda)) : new TiltedSum(length);
        double total = 0;
        double relative = 0;
        double moved = 0;
        for (Spread spread : widestFirst(composition, lambda)) {
            Part part = spread.part();
            Cumulants one = spread.one();
            sum.compose(part, step, lambda, one.value());
            total += part.count() * one.value();
            double reach = step * part.loss().span() + Math.abs(part.loss().offset());
            relative += part.count() * (MASS_ERROR + UNIT * (64 + 4 * lambda * reach + 4 * Math.abs(one.value())));
            moved += part.count()
                    * (Math.abs(one.mean())
                            + Math.sqrt(one.variance())
                            + Math.abs(part.loss().offset()));
        }
        this.cumulant = total;
        this.lossError = 8 * UNIT * moved;
        this.relativeError = relative + UNIT * (64 * length + 8 * Math.abs(total));
        this.upperAbove = new double[length + 1];
        this.upperScaled = new double[length + 1];
        this.lowerAbove = new double[length + 1];
        this.lowerScaled = new double[length + 1];
        double[] upper = new double[length];
        double[] lower = new double[length];
        this.binError = sum.masses(upper, lower);
        accumulate(upper, upperAbove, upperScaled);
        accumulate(lower, lowerAbove, lowerScaled);
    }

    /** One step's cumulants under the tilt. */
    private record Spread(Part part, Cumulants one) {}

    /** What spreads most first: it leaves the fewest frequencies to the others. */
    private static List<Spread> widestFirst(Composition composition, double lambda) {
        return composition.parts().stream()
                .map(part -> new Spread(part, Cumulants.of(part.loss(), composition.step(), lambda, true)))
                .sorted(Comparator.comparingDouble(
                        s -> -s.part().count() * s.one().variance()))
                .toList();
    }

    private void accumulate(double[] masses, double[] above, double[] scaled) {
        double tilt = Math.exp(-lambda * step);
        double down = Math.exp(-step);
        double drop = -Math.expm1(-step);
        int bin = (int) Math.floorMod(first + length - 1, (long) length);
        for (int k = length - 1; k >= 0; k--) {
            above[k] = tilt * (above[k + 1] + drop * scaled[k + 1]);
            scaled[k] = masses[bin] + tilt * down * scaled[k + 1];
            bin = bin == 0 ? length - 1 : bin - 1;
        }
    }

    /** At or above δ(ε), at most 1; 1 where numbers overflowed. */
    double upper(double epsilon) {
        double sum = finite(epsilon, upperAbove, upperScaled) * (1 + 2 * relativeError) + charge(epsilon) + infinity;
        return sum <= 1 ? sum : 1;
    }

    /** At or below δ(ε), at least 0; what is certain where numbers overflowed. */
    double lower(double epsilon) {
        double finite = finite(epsilon, lowerAbove, lowerScaled) * (1 - 2 * relativeError) - charge(epsilon);
        return certain + (finite > 0 ? finite : 0);
    }

    /**
     * What upper and lower add and take for mass outside the window and for rounding in the transform: the sum of
     * e^(-λ(s-ε)) (1 - e^(ε-s)) times the errors is at most the product of both 2-norms.
     */
    double charge(double epsilon) {
        double bins = Math.max(0, Math.min(length, length - bin(epsilon)));
        double largest = Math.min(1, (bins + 1) * step);
        double weights = largest * norm(2 * lambda, bins); // 1 - e^-x <= largest
        if (lambda > 1) { // (1 - e^-x) e^(-λx) <= e^(-λx/2) max x e^(-λx/2)
            weights = Math.min(weights, 2 / (Math.E * lambda) * norm(lambda, bins));
        }
        double highest = 1 / (1 + lambda); // at or above any (1 - e^-x) e^(-λx)
        return Math.exp(cumulant - lambda * epsilon)
                * (outside * highest + binError * weights)
                * (1 + 1e-6 + relativeError);
    }

    /** Length of the lattice. */
    int length() {
        return length;
    }

    /** 2-norm of e^(-rate x/2) over x = 0, step, 2 step ... */
    private double norm(double rate, double bins) {
        return Math.sqrt(Math.min(bins, 1 / -Math.expm1(-Math.min(rate * step, 50) - 1e-300)));
    }

    private double finite(double epsilon, double[] above, double[] scaled) {
        double bin = bin(epsilon);
        if (bin >= length) {
            return 0;
        }
        int k = (int) Math.max(0, bin);
        double at = offset + step * (first + k);
        double back = at - epsilon;
        double sum = above[k] - Math.expm1(-back) * scaled[k];
        return Math.max(0, Math.exp(cumulant - lambda * at) * sum);
    }

    /** Position in the window of the first bin at or above ε; may be outside the window. */
    private double bin(double epsilon) {
        return Math.ceil((epsilon - offset) / step) - first;
    }

    /** An ε &ge; 0 at which {@link #upper} is at or under δ, as small as can be; infinite if the window has none. */
    double epsilonUpper(double delta) {
        if (upper(0) <= delta) {
            return 0;
        }
        double low = 0;
        double high = Math.max(step, offset + step * (first + length));
        if (upper(high) > delta) {
            return Double.POSITIVE_INFINITY;
        }
        for (int i = 0; i < 64 && high - low > 1e-13 * high; i++) {
            double middle = (low + high) / 2;
            if (upper(middle) <= delta) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high * (1 + 1e-14) + lossError;
    }

    /**
     * An ε &ge; 0 at which {@link #lower} is above δ, as large as can be; 0 if none is found. Far from the tilt's mean the
     * lower bound is weak, so the search walks down from an upper bound on ε, in strides that double.
     *
     * @param from at or above the exact ε
     */
    double epsilonLower(double delta, double from) {
        double high = from < Double.POSITIVE_INFINITY ? from : Math.max(step, offset + step * (first + length));
        double low = high;
        for (double stride = 1e-6 * high + 1e-12; lower(low) <= delta; stride *= 2) {
            if (low == 0) {
                return 0;
            }
            high = low;
            low = Math.max(0, high - stride);
        }
        for (int i = 0; i < 64 && high - low > 1e-13 * high; i++) {
            double middle = (low + high) / 2;
            if (lower(middle) > delta) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.max(0, low * (1 - 1e-14) - lossError);
    }
}
