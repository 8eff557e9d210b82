package dev.sotto.accountant.cli;

/** The command line was not understood; the message says which part. */
final class UsageException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
