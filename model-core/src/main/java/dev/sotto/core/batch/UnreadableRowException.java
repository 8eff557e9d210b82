package dev.sotto.core.batch;

/**
 * One row that cannot be encoded. The caller counts it as a row that contributes nothing. Checked, so that no caller
 * forgets it: a private row must not be able to end the run. The message speaks of the kind of fault alone, never of
 * the row's content.
 */
public final class UnreadableRowException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnreadableRowException(String message) {
        super(message);
    }

    /** The cause is kept out on purpose: decoders quote the bytes they stumble over. */
    static UnreadableRowException of(String kind, Throwable cause) {
        return new UnreadableRowException(kind + " (" + cause.getClass().getSimpleName() + ")");
    }
}
