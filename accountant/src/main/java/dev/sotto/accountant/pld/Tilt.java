package dev.sotto.accountant.pld;

/**
 * How much a loss L counts: e^(λ min(L, most)), over the mean of all.
 *
 * @param lambda &ge; 0
 * @param most above it a loss counts as if it were that: δ(ε) has all of its mass already; infinite where single losses are small
 */
record Tilt(double lambda, double most) {
    /** Of losses that count as they are. */
    static Tilt of(double lambda) {
        return new Tilt(lambda, Double.POSITIVE_INFINITY);
    }

    /** On which what a loss counts for changes, at most 1 nat. */
    double scale(double loss) {
        return Math.min(1, 1 / (1 + lambda) + Math.max(0, loss - most) / 8);
    }

    /** Tilted pessimistic masses, [size], that add up to 1. */
    double[] masses(RoundedLoss loss, double step) {
        double[] masses = new double[loss.size()];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < masses.length; i++) {
            masses[i] = Math.log(loss.upper(i)) + lambda * Math.min(loss.offset() + step * loss.index(i), most);
            largest = Math.max(largest, masses[i]);
        }
        double sum = 0;
        for (int i = 0; i < masses.length; i++) {
            masses[i] = Math.exp(masses[i] - largest);
            sum += masses[i];
        }
        for (int i = 0; i < masses.length; i++) {
            masses[i] /= sum;
        }
        return masses;
    }
}
