package dev.sotto.job.data;

import java.io.Serializable;

/**
 * Whether the rows are what the table was declared to hold. The declared schema and label set bound the tables over which
 * privacy is promised; a table outside them is refused. Only yes or no is told: values and counts stay private.
 */
public record Conformance(boolean labelsDeclared, boolean unitsPresent, boolean rowsUsable) implements Serializable {

    static final Conformance FULL = new Conformance(true, true, true);

    Conformance and(Conformance other) {
        return new Conformance(
                labelsDeclared && other.labelsDeclared,
                unitsPresent && other.unitsPresent,
                rowsUsable && other.rowsUsable);
    }
}
