package dev.sotto.job.cli;

import dev.sotto.job.Build;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says: the versions that the build wrote down. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        Properties build = Build.versions();
        return new String[] {
            "sotto " + build.getProperty("sotto") + " (commit " + build.getProperty("commit") + ")",
            "Spark " + build.getProperty("spark") + " (built for), DJL " + build.getProperty("djl") + ", PyTorch "
                    + build.getProperty("pytorch"),
            "Java " + Runtime.version(),
        };
    }
}
