package dev.sotto.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What the build wrote down of itself. */
public final class Build {
    private Build() {}

    /** The versions by name: sotto, commit (unknown if built without git), spark, djl, pytorch. */
    public static Properties versions() {
        try (InputStream in = Build.class.getResourceAsStream("/dev/sotto/job/version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException("the jar's own version.properties cannot be read: the jar is broken", e);
        }
    }
}
