package dev.sotto.job.store;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Hadoop's file systems, with a word of help where the client for one is missing. */
final class FileSystems {

    private FileSystems() {}

    /**
     * The file system that holds this path; a plain path is on Hadoop's default one ({@code fs.defaultFS}), as everywhere in
     * Spark.
     *
     * @throws SottoException if no client for its scheme is on the class path
     */
    static FileSystem of(Path path, Configuration hadoop) throws IOException {
        try {
            return path.getFileSystem(hadoop);
        } catch (RuntimeException noClient) {
            if (noClient.getCause() instanceof ClassNotFoundException missing) {
                throw new SottoException(
                        ExitCode.SETTINGS,
                        path + " cannot be reached: the Hadoop client for it is not on the class path ("
                                + missing.getMessage()
                                + "). For s3a:// start with: sotto --packages"
                                + " org.apache.hadoop:hadoop-aws:VERSION train ..., VERSION being this Spark's Hadoop, "
                                + org.apache.hadoop.util.VersionInfo.getVersion() + "; docs/operations.md has more.",
                        noClient);
            }
            throw noClient;
        }
    }
}
