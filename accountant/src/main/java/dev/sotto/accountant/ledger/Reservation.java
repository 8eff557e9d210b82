package dev.sotto.accountant.ledger;

/**
 * The cost of a run is in the ledger; it may read its first row.
 *
 * @param run as the ledger has it now
 * @param fresh whether this call wrote it; false at a re-submission of the same run
 */
public record Reservation(Run run, boolean fresh) {}
