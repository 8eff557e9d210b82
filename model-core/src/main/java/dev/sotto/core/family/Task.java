package dev.sotto.core.family;

import java.util.Locale;

/** What the head is trained to say, and with it the loss of one row. */
public enum Task {
    /** One of several classes: cross entropy over the class index, in nats. */
    CLASSIFICATION,
    /** One of several classes, by the scores of the classes' own words in the place of a mask: their cross entropy, in nats. */
    MASKED_PROMPT,
    /** Each of several labels, yes or no: the mean over the labels of the binary cross entropy, in nats. */
    MULTI_LABEL,
    /** One number: squared error, in squared units of the target. */
    REGRESSION,
    /** A class for each token: the mean of the cross entropies of the row's own labelled tokens, in nats. */
    TOKEN_CLASSIFICATION,
    /** The next token: the mean of the cross entropies of the row's own target tokens, in nats. */
    CAUSAL_LM;

    /** As a person reads it. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Whether there is a label for each token rather than for the row. */
    public boolean labelsTokens() {
        return this == TOKEN_CLASSIFICATION || this == CAUSAL_LM;
    }
}
