package dev.sotto.job.store;

import dev.sotto.accountant.ledger.LedgerStore;
import dev.sotto.accountant.ledger.LocalLedgerStore;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Texts;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/** Which way an object is created if and only if it is absent, on each file system that has one. */
final class WriteOnce {

    private WriteOnce() {}

    /**
     * The folder, made on the first write.
     *
     * @throws SottoException if its file system has no atomic create-if-absent that is known here, or cannot be reached
     */
    static LedgerStore in(String uri, Configuration hadoop) {
        return at(uri, hadoop, S3Once::open);
    }

    /** The folder, to be looked at: nothing is tried by writing. */
    static LedgerStore toRead(String uri, Configuration hadoop) {
        return at(uri, hadoop, S3Once::toRead);
    }

    private interface OnS3 {
        LedgerStore open(Folder folder) throws IOException;
    }

    private static LedgerStore at(String uri, Configuration hadoop, OnS3 s3) {
        var folder = FileSystems.path(uri);
        try {
            FileSystem store = FileSystems.of(folder, hadoop);
            Path qualified = store.makeQualified(folder);
            if (store instanceof LocalFileSystem) {
                return new LocalLedgerStore(
                        java.nio.file.Path.of(qualified.toUri().getPath()));
            }
            if (store instanceof DistributedFileSystem) {
                return new HdfsOnce(new Folder(store, qualified));
            }
            if (store.getScheme().equals("s3a")) {
                return s3.open(new Folder(store, qualified));
            }
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "A ledger or checkpoints cannot be kept at " + uri
                            + ": two runs that start at once are told apart by an"
                            + " atomic create-if-absent, which is built for hdfs://, s3a:// and local or mounted folders"
                            + " (file://), not for " + store.getScheme() + "://. Give a folder on one of these.");
        } catch (IOException unreachable) {
            throw new SottoException(
                    ExitCode.OUTPUT,
                    uri + " cannot be reached: " + Texts.why(unreachable)
                            + ". Check the address and this job's right to write there.",
                    unreachable);
        }
    }
}
