package dev.sotto.job.plan;

import dev.sotto.accountant.ledger.Ledger;

/** A ledger, and what the run would make of it. */
sealed interface LedgerView {
    /** Its address. */
    String uri();

    /**
     * One that was read.
     *
     * @param outlook with the run
     * @param spent epsilon of all that was charged, at the run's delta
     * @param spentAfter the same with the run; where it is refused, the same as before
     */
    record Read(String uri, Ledger.Outlook outlook, double spent, double spentAfter) implements LedgerView {}

    /** One that could not be read. */
    record Unread(String uri, String why) implements LedgerView {}
}
