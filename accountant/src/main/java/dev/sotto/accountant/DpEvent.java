package dev.sotto.accountant;

import dev.sotto.accountant.math.Check;
import java.io.Serializable;
import java.util.List;

/** What was done to the data, as far as privacy is concerned. Public knowledge, all of it. */
public sealed interface DpEvent extends Serializable {

    /**
     * One release of a sum with Gaussian noise.
     *
     * @param noiseMultiplier σ: standard deviation over the L2 sensitivity of adding or removing one unit; unitless,
     *     finite, &gt; 0
     */
    record Gaussian(double noiseMultiplier) implements DpEvent {
        public Gaussian {
            Check.that(
                    noiseMultiplier > 0 && noiseMultiplier < Double.POSITIVE_INFINITY,
                    "noise multiplier sigma must be finite and > 0, got %s: a release without noise is non_private",
                    noiseMultiplier);
        }
    }

    /**
     * One release of a number with Laplace noise.
     *
     * @param scale b: noise scale over the L1 sensitivity of adding or removing one unit; unitless, finite, &gt; 0
     */
    record Laplace(double scale) implements DpEvent {
        public Laplace {
            Check.that(
                    scale > 0 && scale < Double.POSITIVE_INFINITY,
                    "Laplace scale b must be finite and > 0, got %s: a release without noise is non_private",
                    scale);
        }
    }

    /**
     * A mechanism run on a Poisson sample: every unit is in it with this probability, independently and in secret.
     *
     * @param samplingProbability q in [0, 1]
     * @param event the mechanism run on the sample
     */
    record PoissonSampled(double samplingProbability, DpEvent event) implements DpEvent {
        public PoissonSampled {
            Check.that(
                    samplingProbability >= 0 && samplingProbability <= 1,
                    "sampling probability q must be in [0, 1], got %s",
                    samplingProbability);
        }
    }

    /**
     * The same mechanism, run again and again with fresh randomness.
     *
     * @param count how often, &ge; 0
     * @param event one run of it
     */
    record Repeated(long count, DpEvent event) implements DpEvent {
        public Repeated {
            Check.that(count >= 0, "count of steps must be >= 0, got %s", count);
        }
    }

    /** Several mechanisms, each free to depend on what the earlier ones released. */
    record Composed(List<DpEvent> events) implements DpEvent {
        public Composed {
            events = List.copyOf(events);
        }
    }

    /**
     * A mechanism of which only its guarantee is known.
     *
     * @param epsilon ε, finite, &ge; 0, in nats, under the accountant's adjacency
     * @param delta δ in [0, 1]
     */
    record EpsilonDelta(double epsilon, double delta) implements DpEvent {
        public EpsilonDelta {
            Check.that(
                    epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY,
                    "epsilon of a stated guarantee must be finite and >= 0, got %s",
                    epsilon);
            Check.that(delta >= 0 && delta <= 1, "delta of a stated guarantee must be in [0, 1], got %s", delta);
        }
    }

    /** A release with no guarantee at all: ε is infinite from here on, for every δ &lt; 1. */
    record NonPrivate() implements DpEvent {}
}
