package dev.sotto.accountant.pld;

/**
 * Bounds on ε from the moment generating function of the composed loss alone: no lattice for the sum, and so no limit to
 * its size. Several standard deviations of the loss apart, which is little against ε once that is in the thousands.
 */
final class Moments {
    private static final double RATIO = 1.1;
    private static final double BEYOND = 30;

    private Moments() {}

    /**
     * Chernoff's upper bound: Canonne, Kamath, Steinke 2020, Proposition 12 with λ = α - 1, on the pessimistic masses.
     */
    static double epsilonUpper(Composition composition, double delta) {
        double left = (delta - composition.infinity()) * (1 - 1e-6);
        if (left <= 0) {
            return Double.POSITIVE_INFINITY;
        }
        double lambda = composition.tiltForDelta(Math.log(left));
        if (lambda == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double value = composition.cumulants(lambda).value() + composition.rounding(lambda);
        double upper = (value - Math.log(left) - Math.log1p(lambda)) / lambda - Math.log1p(1 / lambda);
        return upper >= 0 ? upper : upper < 0 ? 0 : Double.POSITIVE_INFINITY;
    }

    /** The same bound read as one on δ at ε: (1 - e^-x) e^(-λx) is at most (λ/(1+λ))^λ/(1+λ), and failure is added. */
    static double deltaUpper(Composition composition, double epsilon) {
        double lambda = composition.tiltForEpsilon(epsilon);
        double value = composition.cumulants(lambda).value() + composition.rounding(lambda);
        double highest = lambda == 0 ? 0 : -lambda * Math.log1p(1 / lambda) - Math.log1p(lambda);
        double upper = Math.exp(value - lambda * epsilon + highest) * (1 + 1e-6) + composition.infinity();
        return upper <= 1 ? upper : 1;
    }

    /**
     * δ(ε) &ge; P(L &gt; t)(1 - e^(ε-t)) for every t, so ε &ge; t + log(1 - δ/P(L &gt; t)). With Chernoff's bound on the
     * optimistic masses P(L &le; t) &le; exp(K(-λ) + λt), t is chosen so that half of 1 - δ remains.
     */
    static double epsilonLower(Composition composition, double delta) {
        double mass = mass(composition);
        double spare = (mass - delta) / 2;
        if (!(spare > 0)) {
            return 0;
        }
        double best = 0;
        double spread = Math.sqrt(Math.max(composition.cumulants(0).variance(), 1e-300));
        for (double lambda = 30 / spread; lambda > 1e-3 / spread; lambda /= RATIO) {
            double value = cumulants(composition, -lambda) + composition.rounding(lambda);
            double t = (Math.log(spare) - value) / lambda;
            best = t > best ? t : best; // NaN never wins
        }
        return Math.max(0, best + Math.log1p(-delta / (mass - spare)) - 1e-9);
    }

    /** The same inequality for δ at ε, with t = ε + {@value #BEYOND}; far below ε's mean, where δ is nearly 1, it is close. */
    static double deltaLower(Composition composition, double epsilon) {
        double mass = mass(composition);
        double spread = Math.sqrt(Math.max(composition.cumulants(0).variance(), 1e-300));
        double best = 0;
        for (double lambda = 30 / spread; lambda > 1e-3 / spread; lambda /= RATIO) {
            double value = cumulants(composition, -lambda) + composition.rounding(lambda);
            double missed = Math.exp(value + lambda * (epsilon + BEYOND)) * (1 + 1e-6);
            best = mass - missed > best ? mass - missed : best; // NaN never wins
        }
        return best * -Math.expm1(-BEYOND);
    }

    /** What the optimistic masses add up to, rounded down: the rounding of one step's is taken to the power of their number. */
    private static double mass(Composition composition) {
        double steps = composition.parts().stream().mapToDouble(Part::count).sum();
        return Math.min(1, Math.exp(cumulants(composition, 0) - 1e-12 * steps)) * (1 - 1e-9);
    }

    private static double cumulants(Composition composition, double lambda) {
        return Cumulants.of(composition.parts(), composition.step(), lambda, false)
                .value();
    }
}
