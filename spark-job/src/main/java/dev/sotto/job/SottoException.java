package dev.sotto.job;

import org.jspecify.annotations.Nullable;

/** A fault the user can act on: printed as its message alone (with its stack under {@code --debug}), ends the command. */
public final class SottoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    /** @param message what was found, why it matters, what to do; nothing of a private row */
    public SottoException(ExitCode exitCode, String message) {
        this(exitCode, message, null);
    }

    public SottoException(ExitCode exitCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** The same fault, found by a lower layer that speaks to the user in its message already. */
    public static SottoException of(ExitCode exitCode, Exception fault) {
        return new SottoException(exitCode, String.valueOf(fault.getMessage()), fault);
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
