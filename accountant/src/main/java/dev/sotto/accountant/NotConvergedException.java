package dev.sotto.accountant;

/** The bounds could not be brought as close together as asked for. They hold all the same. */
public final class NotConvergedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private final transient Bounds bounds;
    private final String reason;

    /** @param reason what stood in the way */
    public NotConvergedException(Bounds bounds, String reason) {
        super("The bounds stayed at [" + bounds.lower() + ", " + bounds.upper() + "], further apart than asked for: "
                + reason + " Ask for a larger width, or take the RDP accountant's upper bound.");
        this.bounds = bounds;
        this.reason = reason;
    }

    /** What stood in the way. */
    public String reason() {
        return reason;
    }

    /** What was found. */
    public Bounds bounds() {
        return bounds;
    }
}
