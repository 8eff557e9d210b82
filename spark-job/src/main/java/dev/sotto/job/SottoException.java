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

    public ExitCode exitCode() {
        return exitCode;
    }
}
