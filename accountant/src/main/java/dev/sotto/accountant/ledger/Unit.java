package dev.sotto.accountant.ledger;

import dev.sotto.accountant.math.Check;
import java.io.Serializable;

/** Whose contribution a cost is stated for. Costs for different units cannot be added. */
public sealed interface Unit extends Serializable {

    /** One row of the table. */
    record Row() implements Unit {
        @Override
        public String words() {
            return "one row";
        }
    }

    /**
     * All rows that share a value of a column.
     *
     * @param column its name
     * @param maxRows rows used of one unit, &gt; 0; the cost does not depend on it
     */
    record Column(String column, long maxRows) implements Unit {
        public Column {
            Check.that(!column.isBlank(), "a privacy unit's column has a name, got \"%s\"", column);
            Check.that(maxRows > 0, "a unit has at least 1 row, got %s", maxRows);
        }

        @Override
        public String words() {
            return "all rows that share a value of " + column;
        }
    }

    /** In words, as in "a privacy unit is ...". */
    String words();

    /** Whether both mean the same persons or rows, however many rows of each are used. */
    default boolean isSameAs(Unit other) {
        return words().equals(other.words());
    }
}
