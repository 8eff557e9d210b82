package dev.sotto.core.generate;

import java.io.Serializable;

/** How the next token is chosen. */
public sealed interface Decoding extends Serializable {

    /**
     * The likeliest texts among {@code width} that are followed at once; a width of 1 is greedy. Hypotheses are compared by log
     * probability over length to the power of {@code lengthPenalty}, as transformers does.
     *
     * @param width at least 1
     * @param lengthPenalty 0 favours short texts, larger values longer ones
     */
    record Beam(int width, double lengthPenalty) implements Decoding {
        public Beam {
            if (!(width >= 1 && Double.isFinite(lengthPenalty))) {
                throw new IllegalArgumentException("A beam follows at least 1 text with a finite length penalty, got "
                        + width + " and " + lengthPenalty + ". Try 5 and 1.");
            }
        }
    }

    /**
     * Drawn at random among the likeliest tokens whose probabilities add up to {@code p}: Holtzman et al., "The Curious Case of
     * Neural Text Degeneration", ICLR 2020 (arXiv:1904.09751).
     *
     * @param p in (0, 1]
     * @param temperature that scores are divided by, &gt; 0
     * @param seed of the draws
     */
    record TopP(double p, double temperature, long seed) implements Decoding {
        public TopP {
            if (!(p > 0 && p <= 1 && temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("p must be in (0, 1] and the temperature finite and above 0, got "
                        + p + " and " + temperature + ". Try 0.9 and 1.");
            }
        }
    }

    /** Always the likeliest token. */
    Decoding GREEDY = new Beam(1, 1);
}
