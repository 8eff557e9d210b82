package dev.sotto.core.archive;

import org.jspecify.annotations.Nullable;

/** An archive that cannot be read, or whose code cannot be rewritten; the message says what was found and what to do. */
public final class ArchiveException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    ArchiveException(String message) {
        super(message);
    }

    ArchiveException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
