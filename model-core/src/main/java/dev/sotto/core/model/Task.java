package dev.sotto.core.model;

/** What the head is trained to say, and with it the loss of one row. */
public enum Task {
    /** One of several classes: cross entropy over the class index, in nats. */
    CLASSIFICATION,
    /** One number: squared error, in squared units of the target. */
    REGRESSION
}
