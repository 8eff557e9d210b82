package dev.sotto.core.model;

/** Which parameters are trained; all others stay bit-equal to the seed model's. */
public enum Trained {
    /** Every bias term of the model, and the head's weights. */
    BIASES_AND_HEAD,
    /** The head's weights and biases alone (linear probing). */
    HEAD,
    /** Every bias term, the head's among them, and no weight. */
    BIASES
}
