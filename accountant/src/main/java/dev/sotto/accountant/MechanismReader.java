package dev.sotto.accountant;

import dev.sotto.accountant.Mechanism.SampledGaussian;
import dev.sotto.accountant.Mechanism.SampledLaplace;
import dev.sotto.accountant.Mechanism.Stated;
import dev.sotto.accountant.Mechanism.Unprotected;
import dev.sotto.accountant.math.Check;
import java.util.Map;

/** Walks an event and counts its mechanisms, refusing what no theorem covers. */
final class MechanismReader {
    private final Adjacency adjacency;
    /** What a noise multiplier is divided by: the sensitivity under this adjacency over that of add/remove. */
    private final double sensitivity;

    MechanismReader(Adjacency adjacency) {
        this.adjacency = adjacency;
        this.sensitivity = adjacency == Adjacency.REPLACE_ONE ? 2 : 1;
    }

    void read(DpEvent event, long times, Map<Mechanism, Long> counts) {
        if (times == 0) {
            return;
        }
        if (event instanceof DpEvent.Repeated repeated) {
            read(repeated.event(), multiply(times, repeated.count()), counts);
        } else if (event instanceof DpEvent.Composed composed) {
            composed.events().forEach(part -> read(part, times, counts));
        } else if (event instanceof DpEvent.PoissonSampled sampled) {
            readSampled(sampled.samplingProbability(), sampled.event(), times, counts);
        } else {
            count(plain(event), times, counts);
        }
    }

    private Mechanism plain(DpEvent event) {
        if (event instanceof DpEvent.Gaussian gaussian) {
            return new SampledGaussian(1, gaussian.noiseMultiplier() / sensitivity);
        }
        if (event instanceof DpEvent.Laplace laplace) {
            return new SampledLaplace(1, laplace.scale() / sensitivity);
        }
        if (event instanceof DpEvent.EpsilonDelta stated) {
            return new Stated(stated.epsilon(), stated.delta());
        }
        return new Unprotected();
    }

    private void readSampled(double q, DpEvent event, long times, Map<Mechanism, Long> counts) {
        if (q == 0) {
            return;
        }
        if (q == 1) {
            read(event, times, counts);
            return;
        }
        if (adjacency == Adjacency.REPLACE_ONE) {
            throw new NoTheoremException("A Poisson sample (q = " + q + ") under replace-one neighbours has no theorem"
                    + " in this library, and half a theorem is none. Account for it under add/remove neighbours.");
        }
        if (event instanceof DpEvent.Gaussian gaussian) {
            count(new SampledGaussian(q, gaussian.noiseMultiplier()), times, counts);
        } else if (event instanceof DpEvent.Laplace laplace) {
            count(new SampledLaplace(q, laplace.scale()), times, counts);
        } else if (event instanceof DpEvent.EpsilonDelta stated) {
            count(amplified(q, stated), times, counts);
        } else if (event instanceof DpEvent.NonPrivate) {
            count(new Unprotected(), times, counts);
        } else {
            throw new NoTheoremException(
                    "A Poisson sample of " + event.getClass().getSimpleName() + " has no theorem"
                            + " here: several mechanisms that share one sample are not several samples. Give each mechanism its"
                            + " own sample, or state its guarantee as eps_delta.");
        }
    }

    /**
     * Amplification by Poisson sampling: ε' = log(1 + q(e^ε - 1)), δ' = qδ, for add/remove. Source: Balle, Barthe,
     * Gaboardi, "Privacy Amplification by Subsampling", NeurIPS 2018, on Poisson sampling (arXiv:1807.01647). Rounded up.
     */
    private static Mechanism amplified(double q, DpEvent.EpsilonDelta stated) {
        double epsilon =
                stated.epsilon() < 700 ? Math.log1p(q * Math.expm1(stated.epsilon())) * (1 + 1e-14) : stated.epsilon();
        return new Stated(Math.min(epsilon, stated.epsilon()), Math.min(1, Math.nextUp(q * stated.delta())));
    }

    private static void count(Mechanism mechanism, long times, Map<Mechanism, Long> counts) {
        if (!mechanism.equals(new Stated(0, 0))) {
            counts.merge(mechanism, times, MechanismReader::add);
        }
    }

    private static long multiply(long a, long b) {
        Check.that(Math.multiplyHigh(a, b) == 0 && a * b >= 0, "%s times %s steps are more than can be counted", a, b);
        return a * b;
    }

    private static long add(long a, long b) {
        Check.that(a + b >= 0, "%s plus %s steps are more than can be counted", a, b);
        return a + b;
    }
}
