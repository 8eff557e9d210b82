package dev.sotto.accountant.pld;

import java.util.List;

/** One direction of everything that was run, on one lattice, before composition. Chooses tilts. */
final class Composition {
    private static final double MAX_TILT_PER_CELL = 300; // λ·width, far below where e^(λ·width) overflows

    private static final double UNIT = 0x1p-53;

    private final List<Part> parts;
    private final double step;
    private final double largestLoss;
    private final double maxTilt;

    /** @param largestLoss no loss of the mechanisms themselves is above it, certain failure aside; may be infinite */
    Composition(List<Part> parts, double step, double largestLoss) {
        this.parts = parts;
        this.step = step;
        this.largestLoss = largestLoss;
        long widest = 1;
        for (Part part : parts) {
            RoundedLoss loss = part.loss();
            for (int i = 1; i < loss.size(); i++) {
                widest = Math.max(widest, loss.index(i) - loss.index(i - 1));
            }
        }
        this.maxTilt = MAX_TILT_PER_CELL / (widest * step);
    }

    /** The largest tilt that can be computed with. */
    double maxTilt() {
        return maxTilt;
    }

    /** ε at which nothing but certain failure is left; infinite if there is none. */
    double largestLoss() {
        return largestLoss;
    }

    List<Part> parts() {
        return parts;
    }

    double step() {
        return step;
    }

    double count() {
        return parts.stream().mapToDouble(Part::count).sum();
    }

    /** Probability of certain failure, 1 - Π(1 - infinity), rounded up. */
    double infinity() {
        double log = 0;
        for (Part part : parts) {
            log += part.count() * Math.log1p(-part.loss().infinity());
        }
        return Math.min(1, -Math.expm1(log) * (1 + 1e-12));
    }

    /** Probability of certain failure that is none of our rounding, rounded down. */
    double certain() {
        double log = 0;
        for (Part part : parts) {
            log += part.count() * Math.log1p(-part.loss().certain());
        }
        return Math.max(0, -Math.expm1(log) * (1 - 1e-12));
    }

    Cumulants cumulants(double lambda) {
        return Cumulants.of(parts, step, lambda, true);
    }

    /**
     * How far rounding can have moved {@link Cumulants} of this composition at λ or -λ: the masses are good to 1e-13, each
     * cell's factor and each sum to a unit in the last place, and e^(λL) to as many as λL has.
     */
    double rounding(double lambda) {
        double sum = 1e-9;
        for (Part part : parts) {
            RoundedLoss loss = part.loss();
            double reach = step * loss.span() + Math.abs(loss.offset()) + step * Math.abs(loss.index(0));
            sum += part.count() * (2e-13 + UNIT * (16.0 * loss.size() + 8 * lambda * reach));
        }
        return sum;
    }

    /** (K(λ) of the upper masses - K(λ) of the lower ones)/λ: about how far apart the bounds on ε will be. */
    double gap(double lambda) {
        double spread = Math.sqrt(cumulants(lambda).variance());
        double at = Math.max(lambda, 1e-3 / Math.max(spread, 1e-300));
        return (cumulants(at).value() - Cumulants.of(parts, step, at, false).value()) / at;
    }

    /**
     * The tilt whose mean is about where δ(ε) = e^logDelta: λK' - K = -logDelta less the logarithm of the saddle point's
     * prefactor. Any tilt is valid; this one keeps rounding errors small against δ.
     */
    double tiltForDelta(double logDelta) {
        double lambda = solve(c -> c.lambda * c.k.mean() - c.k.value(), -logDelta);
        Cumulants k = cumulants(lambda);
        double prefactor = Math.log(Math.max(1, lambda * (1 + lambda) * Math.sqrt(k.variance()) * 2.5));
        return solve(c -> c.lambda * c.k.mean() - c.k.value(), Math.max(0, -logDelta - prefactor));
    }

    /** The tilt whose mean is ε, or 0 when the mean is above ε without any. */
    double tiltForEpsilon(double epsilon) {
        return solve(c -> c.k.mean(), epsilon);
    }

    private record At(double lambda, Cumulants k) {}

    private interface Rising {
        double at(At point);
    }

    /** The largest loss on the lattice. */
    double top() {
        double sum = 0;
        for (Part part : parts) {
            RoundedLoss loss = part.loss();
            sum += part.count() * (loss.offset() + step * loss.index(loss.size() - 1));
        }
        return sum;
    }

    /** λ &ge; 0 with f(λ) = target within a per cent of it, by doubling and bisection; the largest sensible λ if none. */
    private double solve(Rising f, double target) {
        double low = 0;
        double top = top();
        if (f.at(new At(0, cumulants(0))) >= target) {
            return 0;
        }
        double high = Math.min(1, maxTilt);
        for (boolean found = false; !found; ) {
            Cumulants k = cumulants(high);
            found = f.at(new At(high, k)) >= target;
            if (!found) {
                if (high * 2 > maxTilt || top - k.mean() < step / 16) {
                    return high; // all is at the largest loss already
                }
                low = high;
                high *= 2;
            }
        }
        while (high - low > 0.01 * high && high > 1e-9) {
            double middle = low == 0 ? high / 4 : (low + high) / 2;
            if (f.at(new At(middle, cumulants(middle))) >= target) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return (low + high) / 2;
    }
}
