package dev.sotto.job.store;

import dev.sotto.accountant.ledger.LedgerStore;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.Options.CreateFileOptionKeys;
import org.apache.hadoop.fs.Path;

/**
 * A prefix in S3 whose objects are written once: a conditional put ({@code If-None-Match: *}). An object shows when its upload
 * is complete and never before, so a crash leaves nothing. Not every server that speaks S3 keeps the condition, and one that
 * does not would let two runs into a budget for one: each is tried before it is trusted.
 */
final class S3Once implements LedgerStore {
    private static final int RACERS = 8;
    private static final int RACES = 3;

    private final Folder folder;

    private S3Once(Folder folder) {
        this.folder = folder;
    }

    /**
     * Opens the prefix once racing writers have shown that the store lets exactly one of them win.
     *
     * @throws SottoException if it does not
     */
    static S3Once open(Folder folder) throws IOException {
        if (!folder.store()
                .hasPathCapability(folder.path(), CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE)) {
            throw refused(
                    folder,
                    "this S3A client does not do it: it is older than Hadoop 3.4.2, or"
                            + " fs.s3a.create.conditional.enabled is false");
        }
        var once = new S3Once(folder);
        for (int race = 0; race < RACES; race++) {
            long winners = once.race("trial-" + UUID.randomUUID());
            if (winners != 1) {
                throw refused(
                        folder, "of " + RACERS + " writers of one name " + winners + " were told that they were first");
            }
        }
        return once;
    }

    /** Opens the prefix to look at what is there; whether the store keeps its promise is not tried. */
    static S3Once toRead(Folder folder) {
        return new S3Once(folder);
    }

    private long race(String name) throws IOException {
        ExecutorService racers = Executors.newFixedThreadPool(RACERS);
        try {
            List<Callable<Boolean>> writers = IntStream.range(0, RACERS)
                    .<Callable<Boolean>>mapToObj(i -> () -> createIfAbsent(name, new byte[] {(byte) i}))
                    .toList();
            long winners = 0;
            for (Future<Boolean> writer : racers.invokeAll(writers)) {
                winners += writer.get() ? 1 : 0;
            }
            return winners;
        } catch (ExecutionException failed) {
            throw new IOException(folder.path() + " could not be tried: " + failed.getMessage(), failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + folder.path() + " was tried", stop);
        } finally {
            racers.shutdownNow();
            folder.store().delete(folder.file(name), false);
        }
    }

    private static SottoException refused(Folder folder, String found) {
        return new SottoException(
                ExitCode.SETTINGS,
                folder.path()
                        + " cannot keep a ledger or checkpoints: they need a put that succeeds only where nothing is there, or"
                        + " two runs at once could spend one budget twice; " + found
                        + ". Use Amazon S3 or a server that keeps If-None-Match, hdfs://, or a folder that every"
                        + " driver mounts.");
    }

    @Override
    public boolean createIfAbsent(String name, byte[] content) throws IOException {
        Path path = folder.file(name);
        FSDataOutputStreamBuilder<?, ?> create = folder.store().createFile(path);
        create.overwrite(true); // the store checks the condition, at the end, and nobody else
        create.must(CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE, true);
        FSDataOutputStream out = create.build();
        try {
            out.write(content);
        } catch (IOException failed) {
            out.abort(); // closing would publish the part
            throw failed;
        }
        try {
            out.close();
            return true;
        } catch (IOException failed) {
            if (folder.store().exists(path)) {
                return false; // lost; or won, and told otherwise after a retry: the caller compares the content
            }
            throw failed;
        }
    }

    @Override
    public List<String> list() throws IOException {
        return folder.names();
    }

    @Override
    public byte[] read(String name) throws IOException {
        return folder.read(name);
    }

    @Override
    public String toString() {
        return folder.path().toString();
    }
}
