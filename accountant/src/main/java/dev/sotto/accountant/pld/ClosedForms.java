package dev.sotto.accountant.pld;

import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.Mechanism.SampledGaussian;
import dev.sotto.accountant.Mechanism.SampledLaplace;
import dev.sotto.accountant.Mechanism.Stated;
import dev.sotto.accountant.Mechanism.Steps;
import dev.sotto.accountant.math.Normal;
import java.util.ArrayList;
import java.util.List;

/** What needs no grid. */
final class ClosedForms {
    private ClosedForms() {}

    /**
     * Probability of certain failure, 1 - Π(1 - δ_i) over the stated guarantees: exact with one that fails at all, else the
     * bounds are some units in the last place apart for each of them, as many as are rounded.
     */
    static Bounds failure(List<Steps> steps) {
        double log = 0;
        double failure = 0;
        int failing = 0;
        for (Steps s : steps) {
            double one = s.mechanism() instanceof Stated stated
                    ? stated.delta()
                    : s.mechanism() instanceof Mechanism.Unprotected ? 1 : 0;
            if (one == 1) {
                return new Bounds(1, 1);
            }
            if (one > 0) {
                log += s.count() * Math.log1p(-one);
                failing += s.count() == 1 ? 1 : 2;
                failure = one;
            }
        }
        if (failing <= 1) {
            return new Bounds(failure, failure);
        }
        double all = -Math.expm1(log);
        double error = (4 + failing) * Math.ulp(all);
        return new Bounds(Math.max(0, all - error), Math.min(1, all + error));
    }

    /**
     * ε beyond which only certain failure is left: the sum of the largest losses, infinite with any Gaussian. Exact but
     * for rounding, in whose direction the bounds are moved.
     */
    static Bounds largestLoss(List<Steps> steps) {
        double sum = 0;
        for (Steps s : steps) {
            if (s.mechanism() instanceof SampledLaplace laplace) {
                double limit = 1 / laplace.scale();
                double q = laplace.samplingProbability();
                sum += s.count()
                        * (limit > 30
                                ? limit + Math.log(q + (1 - q) * Math.exp(-limit))
                                : Math.log1p(q * Math.expm1(limit)));
            } else if (s.mechanism() instanceof Stated stated) {
                sum += s.count() * stated.epsilon();
            } else {
                sum = Double.POSITIVE_INFINITY;
            }
        }
        double slack = (4 + steps.size()) * Math.ulp(sum);
        return sum == Double.POSITIVE_INFINITY
                ? new Bounds(sum, sum)
                : new Bounds(Math.max(0, sum - slack), sum + slack);
    }

    /**
     * An upper bound on δ at ε = 0, the total variation distance: the lesser of what each step's own gives and of what
     * their divergences add up to.
     */
    static double deltaAtZero(List<Steps> steps) {
        return Math.min(byDistances(steps), byDivergences(steps)) * (1 + 1e-13)
                + Double.MIN_NORMAL; // for what underflowed
    }

    /**
     * 1 - Π(1 - δ_i(0)): the total variation distance of independent pairs is at most that of pairs which are told apart
     * whenever one of their parts is. For one Gaussian it is q (1 - 2Φ(-1/2σ)), for one Laplace q (1 - e^(-1/2b)).
     */
    private static double byDistances(List<Steps> steps) {
        double log = 0;
        for (Steps s : steps) {
            double one = 1;
            if (s.mechanism() instanceof SampledGaussian g) {
                one = g.samplingProbability() * (1 - 2 * Normal.above(0.5 / g.noiseMultiplier()) + 1e-15);
            } else if (s.mechanism() instanceof SampledLaplace l) {
                one = l.samplingProbability() * -Math.expm1(-0.5 / l.scale());
            } else if (s.mechanism() instanceof Stated stated) {
                one = stated.delta() + (1 - stated.delta()) * Math.tanh(stated.epsilon() / 2);
            }
            log += s.count() * Math.log1p(-Math.min(1, one + Double.MIN_VALUE));
        }
        return -Math.expm1(log);
    }

    /**
     * Pinsker: √(D/2), where D, the Kullback-Leibler divergence of all steps, is at most Σ log(1 + χ²), and χ² of a sample
     * is q² that of the whole: e^(1/σ²) - 1 for the Gaussian, (2 e^(1/b) + e^(-2/b))/3 - 1 for Laplace. The first is
     * Pinsker's inequality, the second Jensen's: D = E[log r] under P is at most log E[r], and E[r] = 1 + χ². Certain failure comes
     * on top.
     */
    private static double byDivergences(List<Steps> steps) {
        double sum = 0;
        for (Steps s : steps) {
            double one = Double.POSITIVE_INFINITY;
            if (s.mechanism() instanceof SampledGaussian g) {
                double mu = 1 / g.noiseMultiplier();
                one = Math.log1p(square(g.samplingProbability()) * Math.expm1(mu * mu));
            } else if (s.mechanism() instanceof SampledLaplace l) {
                double limit = 1 / l.scale();
                double whole = (2 * Math.expm1(limit) + Math.expm1(-2 * limit)) / 3 * (1 + 1e-9)
                        + 1e-15 * limit; // the terms of first order cancel
                one = Math.log1p(square(l.samplingProbability()) * whole);
            } else if (s.mechanism() instanceof Stated stated) {
                one = stated.epsilon() * Math.tanh(stated.epsilon() / 2);
            }
            sum += s.count() * (one + Double.MIN_VALUE);
        }
        double failure = failure(steps).upper();
        return sum < 2 ? Math.min(1, failure + (1 - failure) * (Math.sqrt(sum) / Math.sqrt(2))) : 1;
    }

    /** x², no less where it underflows. */
    private static double square(double x) {
        return x * x + Double.MIN_VALUE;
    }

    /** All Gaussians on the whole table as one: μ² = Σ count/σ². Source: Dong, Roth, Su 2022, Corollary 3.3. */
    static List<Steps> mergeGaussians(List<Steps> steps) {
        List<Steps> merged = new ArrayList<>();
        double squares = 0;
        for (Steps s : steps) {
            if (s.mechanism() instanceof SampledGaussian g && g.samplingProbability() == 1) {
                squares += s.count() / (g.noiseMultiplier() * g.noiseMultiplier());
            } else {
                merged.add(s);
            }
        }
        if (squares > 0) {
            double sigma = 1 / Math.sqrt(squares) * (1 - 1e-15 * steps.size());
            merged.add(new Steps(new SampledGaussian(1, sigma), 1));
        }
        return List.copyOf(merged);
    }

    /** Whether the (merged) steps are one Gaussian on the whole table, for which everything is exact. */
    static boolean isGaussian(List<Steps> merged) {
        return merged.size() == 1
                && merged.get(0).count() == 1
                && merged.get(0).mechanism() instanceof SampledGaussian g
                && g.samplingProbability() == 1;
    }

    /** Its μ. */
    static double mu(List<Steps> merged) {
        return 1 / ((SampledGaussian) merged.get(0).mechanism()).noiseMultiplier();
    }
}
