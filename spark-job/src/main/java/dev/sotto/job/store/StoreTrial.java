package dev.sotto.job.store;

import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LedgerStore;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Whether results and ledger lines could be written, found by writing; what was written is taken away again. */
public final class StoreTrial {

    private StoreTrial() {}

    /**
     * A folder for results.
     *
     * @throws SottoException if it holds results already, or cannot be written
     */
    public static void output(String uri, Configuration hadoop) {
        trial(uri, hadoop, name -> {
            OutputFolder.create(uri, true, hadoop);
            return "";
        });
    }

    /**
     * A folder for a ledger: of two writers of one name the second must be told so, and the lines that it holds must make up a
     * whole ledger.
     *
     * @return how many runs it holds
     * @throws SottoException if its store cannot do that, or it is damaged or cannot be written
     */
    public static int ledger(String uri, Configuration hadoop) {
        return trial(uri, hadoop, name -> {
            LedgerStore once = WriteOnce.in(uri, hadoop); // tries S3 by racing writers
            if (!once.createIfAbsent(name, new byte[1]) || once.createIfAbsent(name, new byte[2])) {
                throw new SottoException(
                        ExitCode.SETTINGS,
                        uri + " cannot keep a ledger: a second writer of one name was told that it was first. Use"
                                + " hdfs://, Amazon S3, or a folder that every driver mounts.");
            }
            return Ledger.open(once).runs().size();
        });
    }

    /** Writes under the name that it is given. */
    private interface Writing<T> {
        T under(String name) throws IOException;
    }

    private static <T> T trial(String uri, Configuration hadoop, Writing<T> writing) {
        var folder = FileSystems.path(uri);
        String name = "trial-" + UUID.randomUUID();
        try {
            FileSystem store = FileSystems.of(folder, hadoop);
            List<Path> missing = missing(store, folder);
            try {
                return writing.under(name);
            } finally {
                store.delete(new Path(folder, name), false);
                for (Path made : missing) {
                    removeIfEmpty(store, made);
                }
            }
        } catch (IOException | UncheckedIOException | IllegalStateException unusable) {
            throw new SottoException(
                    ExitCode.OUTPUT,
                    uri + " cannot be written and read back: " + unusable.getMessage()
                            + ". Check the address and this job's right to write there.",
                    unusable);
        }
    }

    /** The folders on the way that are not there, the innermost first. */
    private static List<Path> missing(FileSystem store, Path folder) throws IOException {
        List<Path> missing = new ArrayList<>();
        for (Path at = folder; at != null && !store.exists(at); at = at.getParent()) {
            missing.add(at);
        }
        return missing;
    }

    private static void removeIfEmpty(FileSystem store, Path made) throws IOException {
        if (store.exists(made) && store.listStatus(made).length == 0) {
            store.delete(made, false);
        }
    }
}
