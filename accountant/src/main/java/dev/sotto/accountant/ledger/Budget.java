package dev.sotto.accountant.ledger;

import dev.sotto.accountant.math.Check;
import java.io.Serializable;

/**
 * What all runs on a data set together may cost.
 *
 * @param epsilon ε in nats, finite, &gt; 0
 * @param delta the δ at which ε is taken, in (0, 1)
 */
public record Budget(double epsilon, double delta) implements Serializable {
    public Budget {
        Check.that(
                epsilon > 0 && epsilon < Double.POSITIVE_INFINITY,
                "a budget's epsilon must be finite and > 0, got %s",
                epsilon);
        Check.that(delta > 0 && delta < 1, "a budget's delta must be in (0, 1), got %s", delta);
    }
}
