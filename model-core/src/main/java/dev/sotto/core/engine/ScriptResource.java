package dev.sotto.core.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** TorchScript that lies beside a class. */
public final class ScriptResource {
    private ScriptResource() {}

    /** Its text. */
    public static String read(Class<?> beside, String name) {
        String file = name + ".pyts";
        try (InputStream in = beside.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(
                        "The resource " + file + " is missing from Sotto's jar: build it again.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the resource " + file, e);
        }
    }
}
