package dev.sotto.accountant.ledger;

/** The ledger is damaged, was tampered with, or is of a version unknown here. Nothing is spent until a person has looked. */
public final class LedgerFormatException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final long line;

    LedgerFormatException(long line, String name, String fault) {
        super("Ledger line " + line + " (object " + name + ") " + fault
                + ". Costs cannot be trusted beyond it, so nothing is charged or read. Restore the object from a"
                + " backup; never delete or edit lines.");
        this.line = line;
    }

    /** The line at fault, counted from 0. */
    public long line() {
        return line;
    }
}
