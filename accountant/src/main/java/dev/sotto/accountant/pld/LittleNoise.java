package dev.sotto.accountant.pld;

import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Mechanism.SampledGaussian;
import dev.sotto.accountant.Mechanism.Steps;
import dev.sotto.accountant.math.Normal;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * Many steps of a sampled Gaussian with so little noise that each step all but shows whether the unit was sampled: then the
 * loss of removal is that of a known number k of Gaussians, k binomial. Losses run into thousands of nats here, too wide
 * for a lattice, and this needs none.
 *
 * <p>With y the base loss, log(1-q) and log q + y are each at most L = log(1-q + q e^y), and L exceeds the first by at most
 * η on a step that did not sample the unit, the second on one that did, but for y in a far tail, which is charged. So
 *
 * <pre>
 *   S = (n-k) log(1-q) + k log q + N(k μ²/2, k μ²)  &le;  loss  &le;  S + nη
 * </pre>
 *
 * and δ(ε) is, given k, that of a Gaussian at ε less the constants (Balle, Wang, "Improving the Gaussian Mechanism", ICML
 * 2018). The loss of addition is at most -n log(1-q), which is little here.
 */
final class LittleNoise {
    private static final double LEAST_MU = 20;
    private static final double MOST_STEPS = 1e9;
    /** Over the expected loss, what η may add to it. */
    private static final double SHARE = 1e-4;
    /** Beyond this many standard deviations a normal is 0 or 1; e^-760 is nothing to any δ that is dealt with here. */
    private static final double FAR = 39;

    private static final double LEAST_DELTA = 1e-280;
    private static final double RELATIVE_ERROR = 1e-8;

    private final double mu;
    private final long steps;
    private final double logMiss;
    private final double logOdds;
    private final double eta;
    private final double failure;
    private final long first; // k of the first weight
    private final double[] above; // [terms + 1] P(K >= first + i)

    private LittleNoise(double q, double mu, long steps) {
        this.mu = mu;
        this.steps = steps;
        this.logMiss = Math.log1p(-q);
        this.logOdds = Math.log(q) - logMiss;
        this.eta = SHARE * q * mu * mu / 2;
        double missed = Normal.above((Math.log(eta) - logOdds) / mu + mu / 2);
        double sampled = Normal.above((Math.log(eta) + logOdds) / mu + mu / 2);
        this.failure = steps * (missed + q * sampled) * (1 + 1e-9) + LEAST_DELTA / 1e6;
        long mode = (long) Math.floor((steps + 1.0) * q);
        long low = mode;
        for (double w = 1; w > 0 && low > 0; low--) {
            w *= low / (steps - low + 1.0) / Math.exp(logOdds);
        }
        this.first = low;
        this.above = tails(mode, Math.exp(logOdds));
    }

    /** Binomial tails, by the ratios of neighbours from the mode; what underflows is left out. */
    private double[] tails(long mode, double odds) {
        int below = (int) (mode - first);
        double[] up = new double[64];
        up[0] = 1;
        int count = 1;
        for (long k = mode; k < steps && up[count - 1] > 0; k++) {
            if (count == up.length) {
                up = java.util.Arrays.copyOf(up, 2 * count);
            }
            up[count] = up[count - 1] * ((steps - k) / (k + 1.0) * odds);
            count++;
        }
        double[] weights = new double[below + count];
        System.arraycopy(up, 0, weights, below, count);
        for (int i = below - 1; i >= 0; i--) {
            long k = first + i;
            weights[i] = weights[i + 1] * ((k + 1.0) / (steps - k) / odds);
        }
        double[] tails = new double[weights.length + 1];
        for (int i = weights.length - 1; i >= 0; i--) {
            tails[i] = tails[i + 1] + weights[i];
        }
        double total = tails[0];
        for (int i = 0; i < tails.length; i++) {
            tails[i] /= total;
        }
        return tails;
    }

    private static Optional<LittleNoise> of(List<Steps> all) {
        if (all.size() != 1 || !(all.get(0).mechanism() instanceof SampledGaussian g)) {
            return Optional.empty();
        }
        double q = g.samplingProbability();
        double mu = 1 / g.noiseMultiplier();
        double logOdds = Math.log(q) - Math.log1p(-q);
        // by the last of these log odds > -μ²/4 or, from μ = 141 on, hardly less: far above μ - μ²/2, and a falls in k
        boolean applies = q < 1
                && mu >= LEAST_MU
                && all.get(0).count() <= MOST_STEPS
                && Math.log(SHARE * q * mu * mu / 2) + logOdds > -mu * mu / 2;
        return applies ? Optional.of(new LittleNoise(q, mu, all.get(0).count())) : Optional.empty();
    }

    /** Bounds on ε at δ, if there is so little noise and they are at most width(upper) apart. */
    static Optional<Bounds> epsilon(List<Steps> steps, double delta, DoubleUnaryOperator width) {
        if (delta < LEAST_DELTA) {
            return Optional.empty();
        }
        return of(steps).map(m -> m.epsilon(delta)).filter(b -> Refinement.isClose(b, width));
    }

    /** Bounds on δ at ε, if there is so little noise and they are at most {@code relative} apart. */
    static Optional<Bounds> delta(List<Steps> steps, double epsilon, double relative) {
        return of(steps)
                .filter(m -> epsilon >= -m.steps * m.logMiss * (1 + 1e-12))
                .map(m -> new Bounds(m.lower(epsilon), m.upper(epsilon)))
                .filter(b -> b.width() <= relative * b.upper());
    }

    private Bounds epsilon(double delta) {
        double addition = -steps * logMiss * (1 + 1e-12);
        double upper = upper(0) <= delta ? 0 : crossing(e -> upper(e) <= delta, true);
        double lower = lower(0) <= delta ? 0 : crossing(e -> lower(e) <= delta, false);
        return new Bounds(Math.min(lower, upper), Math.max(addition, upper));
    }

    private interface Holds {
        boolean at(double epsilon);
    }

    /** Where it begins to hold, from above or from below; for what holds from some ε &gt; 0 on. */
    private static double crossing(Holds holds, boolean fromAbove) {
        double low = 0;
        double high = 1;
        while (!holds.at(high)) {
            if (high > 1e300) {
                return Double.POSITIVE_INFINITY;
            }
            low = high;
            high *= 2;
        }
        for (int i = 0; i < 64 && high - low > 1e-14 * high; i++) {
            double middle = (low + high) / 2;
            if (holds.at(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return fromAbove ? high * (1 + 1e-13) : low * (1 - 1e-13);
    }

    private double upper(double epsilon) {
        double left = epsilon - steps * eta;
        return rest(left, 0) < 0 ? 1 : Math.min(1, mixture(left) * (1 + RELATIVE_ERROR) + failure);
    }

    private double lower(double epsilon) {
        return mixture(epsilon) * (1 - RELATIVE_ERROR);
    }

    /** E over k of δ(ε) given k: 0 up to some k, 1 from some k on, as a falls in k. */
    private double mixture(double epsilon) {
        int from = firstBelow(epsilon, FAR);
        int to = firstBelow(epsilon, -FAR);
        double sum = above[to];
        for (int i = from; i < to; i++) {
            double m = mu * Math.sqrt((double) (first + i));
            double rest = rest(epsilon, first + i);
            double a = rest / m - m / 2;
            double delta = Normal.above(a) - (a + m < -30 ? Math.exp(rest) : Normal.density(a) * Normal.mills(a + m));
            sum += (above[i] - above[i + 1]) * Math.max(0, delta);
        }
        return sum;
    }

    private double rest(double epsilon, long k) {
        return epsilon - steps * logMiss - k * logOdds;
    }

    /** The first term with a = rest/m - m/2 below the limit; without any sampled step it never is. */
    private int firstBelow(double epsilon, double limit) {
        int low = first == 0 ? 1 : 0;
        int high = above.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            double m = mu * Math.sqrt((double) (first + middle));
            if (rest(epsilon, first + middle) / m - m / 2 < limit) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
