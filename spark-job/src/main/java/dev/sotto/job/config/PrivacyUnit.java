package dev.sotto.job.config;

import java.io.Serializable;

/** Whose contribution is hidden as a whole: what may be added to or taken from the table in the promise. */
public sealed interface PrivacyUnit extends Serializable {
    /** One row. */
    record Row() implements PrivacyUnit {}

    /**
     * All the rows that share a value of one column: one person's, where the column names persons.
     *
     * @param name the column
     * @param maxRows rows kept of one unit, &gt; 0: further ones are left out
     */
    record Column(String name, int maxRows) implements PrivacyUnit {}
}
