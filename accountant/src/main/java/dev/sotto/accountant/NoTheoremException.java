package dev.sotto.accountant;

/** No published theorem covers this mechanism under this adjacency: it is refused, never approximated. */
public final class NoTheoremException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public NoTheoremException(String message) {
        super(message);
    }
}
