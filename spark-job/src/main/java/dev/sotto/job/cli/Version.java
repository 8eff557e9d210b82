package dev.sotto.job.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The versions that the build wrote down. */
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        Properties build = build();
        return new String[] {
            "sotto " + build.getProperty("sotto") + " (commit " + build.getProperty("commit") + ")",
            "Spark " + build.getProperty("spark") + " (built for), DJL " + build.getProperty("djl") + ", PyTorch "
                    + build.getProperty("pytorch"),
            "Java " + Runtime.version(),
        };
    }

    /** The versions by name: sotto, commit (unknown if built without git), spark, djl, pytorch. */
    public static Properties build() {
        try (InputStream in = Version.class.getResourceAsStream("/dev/sotto/job/version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException("the jar's own version.properties cannot be read: the jar is broken", e);
        }
    }
}
