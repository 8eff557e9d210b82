package dev.sotto.job.store;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Texts;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
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
        } catch (RuntimeException noStore) {
            if (noStore.getCause() instanceof ClassNotFoundException missing) {
                throw new SottoException(
                        ExitCode.SETTINGS,
                        path + " cannot be reached: the Hadoop client for it is not on the class path ("
                                + missing.getMessage()
                                + "). For s3a:// start with: sotto --packages"
                                + " org.apache.hadoop:hadoop-aws:VERSION train ..., VERSION being this Spark's Hadoop, "
                                + org.apache.hadoop.util.VersionInfo.getVersion() + "; docs/operations.md has more.",
                        noStore);
            }
            throw new IOException(Texts.why(noStore), noStore); // Hadoop throws what is wrong with an address unchecked
        }
    }

    /**
     * An address as Hadoop reads it.
     *
     * @throws SottoException if it cannot be one
     */
    static Path path(String address) {
        try {
            return new Path(address);
        } catch (IllegalArgumentException none) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "'%s' is no address of a file or folder (%s). Write a plain path, or one such as hdfs:///clinic/runs."
                            .formatted(address, Texts.why(none)),
                    none);
        }
    }

    /** What a local disk that is full throws, which is no exception to Hadoop but an error. */
    static IOException exception(FSError ofDisk) {
        Throwable cause = ofDisk.getCause();
        return cause instanceof IOException known ? known : new IOException(ofDisk);
    }
}
