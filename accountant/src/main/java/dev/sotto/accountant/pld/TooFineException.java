package dev.sotto.accountant.pld;

/** The lattice would be too large to compute with; the message ends a sentence. */
final class TooFineException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** @param most what can be computed with */
    TooFineException(double bins, long most) {
        super(String.format("to come closer would need a lattice of %.3g bins, more than %d.", bins, most));
    }
}
