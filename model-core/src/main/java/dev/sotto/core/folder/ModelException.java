package dev.sotto.core.folder;

import org.jspecify.annotations.Nullable;

/** A seed folder that cannot be trained as asked; found before anything is computed. */
public abstract sealed class ModelException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private ModelException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    private ModelException(String message) {
        super(message);
    }

    /** The folder is sound, but holds something that is not built here. */
    public static final class Unsupported extends ModelException {
        private static final long serialVersionUID = 1L;

        public Unsupported(String message) {
            super(message);
        }
    }

    /** The folder is incomplete, damaged, or contradicts itself. */
    public static final class Damaged extends ModelException {
        private static final long serialVersionUID = 1L;

        public Damaged(String message) {
            super(message);
        }

        public Damaged(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
