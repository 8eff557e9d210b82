package dev.sotto.accountant.pld;

/**
 * Which bins of the composed, tilted loss are kept, and how much lies outside.
 *
 * @param first index of the first bin
 * @param length number of bins, a power of two
 * @param outside bound on the tilted mass outside of the bins, of the upper and of the lower masses each
 */
record Window(long first, int length, double outside) {

    /**
     * Chernoff: under the tilt λ, P(S &ge; B) &le; exp(K(λ') - K(λ) - (λ'-λ)B) for every λ' &gt; λ, and likewise
     * below. Each side gets exp(-nats).
     */
    static Window around(Composition composition, double lambda, double nats) {
        double step = composition.step();
        Cumulants here = composition.cumulants(lambda);
        double spread = Math.max(Math.sqrt(here.variance()), step / 2);
        double reach = Math.min(Math.sqrt(2 * nats) / spread, composition.maxTilt());
        double high = tail(composition, lambda, here, reach, nats);
        double low = -tail(composition, lambda, here, -reach, nats);
        double offset = offset(composition);
        double first = Math.floor((low - offset) / step) - 1;
        double bins = Math.ceil((high - offset) / step) + 1 - first;
        if (!(bins >= 1 && bins <= PldAccountant.MAX_LATTICE)) {
            throw new TooFineException(bins, PldAccountant.MAX_LATTICE);
        }
        int length = Math.max(2, Integer.highestOneBit((int) bins - 1) * 2);
        return new Window((long) first, length, 2 * Math.exp(-nats) * (1 + 1e-6));
    }

    /**
     * The least (K(λ+d) - K(λ) + nats)/|d| found on a walk of d towards 0 from the best for a normal distribution; heavy
     * tails want smaller ones. The function falls and then rises, so the walk ends when it rises.
     */
    private static double tail(Composition composition, double lambda, Cumulants here, double reach, double nats) {
        double best = Double.POSITIVE_INFINITY;
        for (double d = 1.2 * reach; Math.abs(d) > 1e-6 * Math.abs(reach); d /= 1.6) {
            double value = (excess(composition, lambda + d, here) + nats) / Math.abs(d);
            if (value > best) {
                return best;
            }
            best = value;
        }
        return best;
    }

    private static double excess(Composition composition, double lambda, Cumulants here) {
        double upper = Cumulants.of(composition.parts(), composition.step(), lambda, true)
                .value();
        double lower = Cumulants.of(composition.parts(), composition.step(), lambda, false)
                .value();
        return Math.max(upper, lower) - here.value() + 2 * composition.rounding(Math.abs(lambda));
    }

    /** Loss at index 0 of the composition. */
    static double offset(Composition composition) {
        double offset = 0;
        for (Part part : composition.parts()) {
            offset += part.count() * part.loss().offset();
        }
        return offset;
    }
}
