package dev.sotto.accountant.math;

/** Preconditions, stated positively so that NaN fails them. */
public final class Check {
    private Check() {}

    /**
     * Throws IllegalArgumentException with the formatted message unless {@code holds}.
     *
     * @param holds what must be true of a value that could ever be right
     * @param message a {@link String#format} pattern that says what was found
     */
    @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
    public static void that(boolean holds, String message, Object... arguments) {
        if (!holds) {
            throw new IllegalArgumentException(String.format(message, arguments));
        }
    }
}
