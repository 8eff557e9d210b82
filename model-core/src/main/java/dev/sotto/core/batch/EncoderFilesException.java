package dev.sotto.core.batch;

/** A model folder whose tokenizer or image settings are missing, damaged or not built here; found before any row is read. */
public final class EncoderFilesException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public EncoderFilesException(String message) {
        super(message);
    }

    public EncoderFilesException(String message, Throwable cause) {
        super(message, cause);
    }
}
