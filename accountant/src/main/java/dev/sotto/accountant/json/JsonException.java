package dev.sotto.accountant.json;

/** The text is not the JSON that was expected; the message says where and what was found. */
public final class JsonException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public JsonException(String message) {
        super(message);
    }
}
