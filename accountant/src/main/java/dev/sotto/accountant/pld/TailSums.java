package dev.sotto.accountant.pld;

import java.util.Comparator;
import java.util.List;

/**
 * δ(ε) = E_P[(1 - e^(ε - L))+] of the composed loss, from above and from below, for ε about where the tilt put its mean.
 * Everything that is not exact is charged: mass outside the window, errors of the transform, relative errors of the
 * masses, mass at infinity.
 */
final class TailSums implements DeltaCurve {
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

    /** {@inheritDoc} 1 where numbers overflowed. */
    @Override
    public double upper(double epsilon) {
        double sum =
                finite(epsilon, upperAbove, upperScaled) * Math.exp(2 * relativeError) + charge(epsilon) + infinity;
        return sum <= 1 ? sum : 1;
    }

    /** {@inheritDoc} What is certain where numbers overflowed. */
    @Override
    public double lower(double epsilon) {
        double finite = finite(epsilon, lowerAbove, lowerScaled) * Math.exp(-2 * relativeError) - charge(epsilon);
        return certain + (finite > 0 ? finite : 0);
    }

    /**
     * {@inheritDoc} That is mass outside the window and rounding in the transform: the sum of
     * e^(-λ(s-ε)) (1 - e^(ε-s)) times the errors is at most the product of both 2-norms.
     */
    @Override
    public double charge(double epsilon) {
        double reach =
                length - bin(epsilon); // in bins, from ε to the window's end: more than it has where ε lies before it
        double bins = Math.max(0, Math.min(length, reach));
        double largest = Math.min(1, (reach + 1) * step);
        double weights = largest * norm(2 * lambda, bins); // 1 - e^-x <= largest
        if (lambda > 1) { // (1 - e^-x) e^(-λx) <= e^(-λx/2) max x e^(-λx/2)
            weights = Math.min(weights, 2 / (Math.E * lambda) * norm(lambda, bins));
        }
        double highest = 1 / (1 + lambda); // at or above any (1 - e^-x) e^(-λx)
        return Math.exp(cumulant - lambda * epsilon)
                * (outside * highest + binError * weights)
                * Math.exp(1e-6 + relativeError);
    }

    /** Where the window begins. */
    double bottom() {
        return offset + step * first;
    }

    /** Logarithm of what rounding errors at ε are relative to. */
    double logScale(double epsilon) {
        return cumulant - lambda * epsilon;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public double end() {
        return Math.max(step, offset + step * (first + length));
    }

    @Override
    public double lossError() {
        return lossError;
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
}
