package dev.sotto.accountant.rdp;

import dev.sotto.accountant.math.Check;
import dev.sotto.accountant.math.GaussLegendre;
import java.util.Arrays;

/**
 * Rényi divergence of the Poisson-sampled Gaussian mechanism, P = (1-q) N(0, σ²) + q N(1, σ²) against Q = N(0, σ²), at
 * every order &gt; 1 and in both directions.
 *
 * <p>That this pair is the worst one is Mironov, Talwar, Zhang, "Rényi Differential Privacy of the Sampled Gaussian
 * Mechanism", 2019, Section 3 (arXiv:1908.10530); D(P||Q) is removal, D(Q||P) addition, and the larger is charged.
 *
 * <p>The integral over the line is done by the trapezoidal rule, which converges geometrically here: log(P/Q) is
 * analytic in the strip |Im x| &lt; πσ² and |(P/Q)(x + ia)| &le; (P/Q)(x), so with step h the relative error is below
 * 2 exp(a²/2σ² - 2πa/h) for every a &le; πσ²/2 (Trefethen, Weideman, "The Exponentially Convergent Trapezoidal Rule",
 * SIAM Review 56(3), 2014). The step below makes that &lt; 1e-15.
 */
public final class SampledGaussianRdp {
    /** Terms this far below the largest (in nats) are left out. */
    private static final double NEGLIGIBLE = 50;
    /** Below this σ panels take fewer terms than trapezoids. */
    private static final double LITTLE_NOISE = 0.1;
    /** Below this σ the width of a panel is lost in rounding: the sum would never end. */
    private static final double LEAST_SIGMA = 1e-6;

    private static final double NOTHING = Math.exp(-NEGLIGIBLE);
    private static final GaussLegendre SIXTEEN = new GaussLegendre(16);

    /** Covers quadrature, truncation and rounding together; see the golden test against 30 digits. */
    private static final double RELATIVE_SLACK = 2e-12;

    private final double q;
    private final double sigma;
    private final double logOdds;

    /**
     * @param samplingProbability q in (0, 1)
     * @param noiseMultiplier σ &gt; 0, standard deviation over L2 sensitivity
     */
    public SampledGaussianRdp(double samplingProbability, double noiseMultiplier) {
        Check.that(
                samplingProbability > 0 && samplingProbability < 1, "q must be in (0, 1), got %s", samplingProbability);
        Check.that(noiseMultiplier > 0, "sigma must be > 0, got %s", noiseMultiplier);
        this.q = samplingProbability;
        this.sigma = noiseMultiplier;
        this.logOdds = Math.log(q) - Math.log1p(-q);
    }

    /** max of both directions at an order α &gt; 1, in nats; &ge; the exact value, within 1e-11 relative above it where doubles reach. */
    public double epsilon(double order) {
        return Math.max(remove(order), add(order));
    }

    /** D_α(P || Q): one unit removed. Nats, rounded up. */
    public double remove(double order) {
        return divergence(order, true);
    }

    /** D_α(Q || P): one unit added. Nats, rounded up. */
    public double add(double order) {
        return divergence(order, false);
    }

    private double divergence(double order, boolean forward) {
        Check.that(order > 1 && order < Double.POSITIVE_INFINITY, "order must be finite and > 1, got %s", order);
        return sigma < LEAST_SIGMA ? unsampled(order) : integrated(order, forward);
    }

    private double integrated(double order, boolean forward) {
        double[] humps = humps(forward ? order : 1 - order);
        double peak = Double.NEGATIVE_INFINITY;
        double exponent = 0;
        for (double x : humps) {
            double value = logTerm(order, forward, x);
            if (value > peak) {
                peak = value;
                exponent = x * x / (2 * sigma * sigma) + order * Math.abs(loss(x));
            }
        }
        double integral =
                sigma < LITTLE_NOISE ? panels(order, forward, humps, peak) : trapezoids(order, forward, humps, peak);
        double logMoment = peak + Math.log(integral / (sigma * Math.sqrt(2 * Math.PI)));
        double divergence = RdpMath.divergence(order, logMoment + RELATIVE_SLACK + 8 * Math.ulp(exponent));
        return divergence >= 0
                ? divergence
                : unsampled(order); // NaN where squares of σ or of the loss left the range of doubles
    }

    /**
     * α/2σ², that of the Gaussian on the whole table, which is never less: P mixes Q with N(1, σ²), and the divergence is quasi-convex in
     * both arguments (van Erven, Harremoës, "Rényi Divergence and Kullback-Leibler Divergence", 2014, Theorem 13, arXiv:1206.2459).
     */
    private double unsampled(double order) {
        return RdpMath.gaussian(order, sigma);
    }

    /** ∫ exp(logTerm - peak) by the trapezoidal rule, walking out from every hump until the terms are negligible. */
    private double trapezoids(double order, boolean forward, double[] humps, double peak) {
        double step = Math.min(sigma * sigma / 4, 0.4 * sigma);
        double sum = 0;
        long done = Long.MIN_VALUE;
        for (double hump : humps) {
            long start = Math.max(Math.round(hump / step), done == Long.MIN_VALUE ? Long.MIN_VALUE : done + 1);
            for (long k = start - 1, low = 0; k > done && low < 6; k--) {
                double term = logTerm(order, forward, k * step) - peak;
                low = term >= -NEGLIGIBLE ? 0 : low + 1; // NaN ends it, too
                sum += Math.exp(term);
            }
            long k = start;
            for (long low = 0; low < 6; k++) {
                double term = logTerm(order, forward, k * step) - peak;
                low = term >= -NEGLIGIBLE ? 0 : low + 1; // NaN ends it, too
                sum += Math.exp(term);
            }
            done = Math.max(done, k - 1);
        }
        return sum * step;
    }

    /**
     * The same by Gauss-Legendre panels. Without much noise the step above is tiny against σ, though only the place where
     * a sampled and an unsampled unit are as likely needs it. There the singularities are πσ² off the line; panels are
     * σ²/2 wide there, half of the distance away from it, σ/2 at most.
     */
    private double panels(double order, boolean forward, double[] humps, double peak) {
        double sum = 0;
        double done = Double.NEGATIVE_INFINITY;
        for (double hump : humps) {
            double start = Math.max(hump, done);
            double left = start;
            for (int low = 0; left > done && low < 6; ) {
                double next = Math.max(done, left - panel(left, -1));
                double part = panel(order, forward, next, left, peak);
                low = part >= NOTHING * (left - next) ? 0 : low + 1;
                sum += part;
                left = next;
            }
            double right = start;
            for (int low = 0; low < 6; ) {
                double next = right + panel(right, 1);
                double part = panel(order, forward, right, next, peak);
                low = part >= NOTHING * (next - right) ? 0 : low + 1;
                sum += part;
                right = next;
            }
            done = right;
        }
        return sum;
    }

    private double panel(double from, int sign) {
        double distance = sign * (from - (0.5 - sigma * sigma * logOdds));
        return Math.min(sigma / 2, Math.max(sigma * sigma / 2, distance > 0 ? distance : -distance / 2));
    }

    private double panel(double order, boolean forward, double from, double to, double peak) {
        return SIXTEEN.integrate(from, to, x -> Math.exp(logTerm(order, forward, x) - peak));
    }

    private double logTerm(double order, boolean forward, double x) {
        double loss = loss(x);
        double kernel = forward ? RenyiKernel.logForward(order, loss) : RenyiKernel.logBackward(order, loss);
        return kernel - x * x / (2 * sigma * sigma);
    }

    /** log(P/Q)(x) = log(1 - q + q exp((2x-1)/2σ²)), without cancellation for small q and without overflow. */
    private double loss(double x) {
        double z = (2 * x - 1) / (2 * sigma * sigma);
        if (z > 30) {
            return z + Math.log(q + (1 - q) * Math.exp(-z));
        }
        double u = q * Math.expm1(z);
        return u > -0.5 ? Math.log1p(u) : Math.log((1 - q) + q * Math.exp(z));
    }

    /**
     * Where the integrand can have a local maximum: 0, 1 and 2 (the terms of order 0, u and u²), and the roots of
     * x = β s(x), s the posterior probability of having been sampled, found by monotone iteration from both ends.
     */
    private double[] humps(double beta) {
        double low = 0;
        double high = beta;
        double left = Math.min(0, beta);
        double right = Math.max(0, beta);
        for (int i = 0; i < 200; i++) {
            low = beta * sampledPosterior(low);
            high = beta * sampledPosterior(high);
            double middle = (left + right) / 2;
            boolean rising = beta * sampledPosterior(middle) > middle;
            left = rising ? middle : left;
            right = rising ? right : middle;
        }
        double[] humps = {0, 1, 2, beta > 0 ? beta : left, low, high, left};
        Arrays.sort(humps);
        return humps;
    }

    private double sampledPosterior(double x) {
        return 1 / (1 + Math.exp(-((2 * x - 1) / (2 * sigma * sigma) + logOdds)));
    }
}
