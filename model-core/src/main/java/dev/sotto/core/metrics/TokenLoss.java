package dev.sotto.core.metrics;

import java.io.Serializable;

/**
 * How surprised a language model is by texts.
 *
 * @param nats the cross entropies of all tokens that it was to say, added up
 * @param tokens how many these are
 */
public record TokenLoss(double nats, long tokens) implements Serializable {

    /** Of no texts. */
    public static final TokenLoss NONE = new TokenLoss(0, 0);

    /** The texts of both. */
    public TokenLoss plus(TokenLoss other) {
        return new TokenLoss(nats + other.nats, tokens + other.tokens);
    }

    /** Cross entropy a token, in nats, each token counting alike; NaN without tokens. */
    public double mean() {
        return nats / tokens;
    }

    /** {@code exp} of the mean: as if each token were drawn among so many; &gt;= 1. NaN without tokens. */
    public double perplexity() {
        return Math.exp(mean());
    }
}
