package dev.sotto.accountant.ledger;

import java.util.Locale;

/** The run's cost holds for another privacy unit than those in the ledger, and cannot be added to them; nothing was reserved. */
public final class OtherUnitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OtherUnitException(String runId, Terms asked, Run first) {
        super(
                "Run " + runId + " cannot be charged to this ledger: its privacy unit is " + words(asked)
                        + ", and that of the ledger, since run " + first.id() + ", is " + words(first.terms())
                        + ". Their costs cannot be added. "
                        + (asked.unit() instanceof Unit.Row
                                ? "Whoever has several rows pays for each of them, and much more than their sum. Train with"
                                        + " privacy-unit-column, as the ledger's other runs did."
                                : "What a row pays says little of what a person with several rows pays. Begin a ledger for this unit, and"
                                        + " keep to one unit for one table: what was trained by another unit is not part of its sums."));
    }

    private static String words(Terms terms) {
        return terms.unit().words() + " ("
                + terms.adjacency().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ")";
    }
}
