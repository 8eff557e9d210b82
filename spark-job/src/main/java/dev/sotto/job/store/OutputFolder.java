package dev.sotto.job.store;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Where a run's results go: a folder of the Hadoop file systems, made before anything is computed or charged. */
public final class OutputFolder {

    private final FileSystem store;
    private final Path folder;

    private OutputFolder(FileSystem store, Path folder) {
        this.store = store;
        this.folder = folder;
    }

    /**
     * Makes the folder, and writes, reads and removes a file in it.
     *
     * @param resumes whether it may hold what a broken-off attempt at the run left, its checkpoints among it
     * @throws SottoException if it holds anything else, or any of that fails
     */
    public static OutputFolder create(String uri, boolean resumes, Configuration hadoop) {
        var folder = FileSystems.path(uri);
        try {
            FileSystem store = FileSystems.of(folder, hadoop);
            store.setWriteChecksum(false); // or a local folder would hold a .crc file beside each of ours
            var kept = new Folder(store, new Path(folder, Checkpoints.FOLDER));
            boolean checkpoints = store.exists(kept.path()) && Checkpoints.areIn(kept);
            if (store.exists(folder) && store.listStatus(folder).length > 0 && !(resumes && checkpoints)) {
                throw new SottoException(
                        ExitCode.OUTPUT,
                        "The output folder " + store.makeQualified(folder)
                                + " is not empty, and a run never overwrites results. Nothing was read or charged. Give"
                                + " another --output, or move the old results away.");
            }
            store.mkdirs(folder);
            var made = new OutputFolder(store, store.makeQualified(folder));
            made.tryOut();
            return made;
        } catch (IOException cannotWrite) {
            throw failed(uri, cannotWrite);
        }
    }

    private void tryOut() throws IOException {
        String name = "trial-" + UUID.randomUUID();
        var file = new Path(folder, name);
        try {
            write(name, name);
            try (var in = store.open(file)) {
                if (!new String(in.readAllBytes(), StandardCharsets.UTF_8).equals(name)) {
                    throw new IOException("what was written there is not what is read back");
                }
            }
        } finally {
            store.delete(file, false);
        }
    }

    /**
     * Whether what is to come will fit, as far as the store tells.
     *
     * @throws SottoException if it will not
     */
    public void requireRoom(long bytes) {
        try {
            long room = store.getStatus(folder).getRemaining();
            if (room < bytes) {
                throw new IOException(
                        "the results take " + (bytes >> 20) + " MiB, and " + (room >> 20) + " MiB are free");
            }
        } catch (IOException cannotWrite) {
            throw failed(folder.toString(), cannotWrite);
        }
    }

    /** Whether there is something of that name in the folder. */
    public static boolean holds(String uri, String name, Configuration hadoop) {
        var path = new Path(FileSystems.path(uri), name);
        try {
            return FileSystems.of(path, hadoop).exists(path);
        } catch (IOException cannotRead) {
            throw failed(uri, cannotRead);
        }
    }

    /** What a file of that name in the folder says; empty where there is none. */
    public static Optional<String> read(String uri, String name, Configuration hadoop) {
        var file = new Path(FileSystems.path(uri), name);
        try {
            FileSystem store = FileSystems.of(file, hadoop);
            if (!store.exists(file)) {
                return Optional.empty();
            }
            try (var in = store.open(file)) {
                return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException cannotRead) {
            throw failed(uri, cannotRead);
        }
    }

    /** Copies a local folder's files to a sub-folder. */
    public void put(java.nio.file.Path local, String name) {
        try (Stream<java.nio.file.Path> files = Files.list(local)) {
            var target = new Path(folder, name);
            store.mkdirs(target);
            for (java.nio.file.Path file : files.sorted().toList()) {
                store.copyFromLocalFile(
                        false,
                        true,
                        new Path(file.toUri()),
                        new Path(target, file.getFileName().toString()));
            }
        } catch (IOException cannotWrite) {
            throw failed(folder.toString(), cannotWrite);
        } catch (FSError ofDisk) {
            throw failed(folder.toString(), FileSystems.exception(ofDisk));
        }
    }

    /** Writes one small file. */
    public void write(String name, String text) {
        try (var out = store.create(new Path(folder, name), true)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException cannotWrite) {
            throw failed(folder.toString(), cannotWrite);
        } catch (FSError ofDisk) {
            throw failed(folder.toString(), FileSystems.exception(ofDisk));
        }
    }

    /** A folder in it. */
    Folder folder(String name) {
        return new Folder(store, new Path(folder, name));
    }

    /** Its address, as a person would open it. */
    public String address() {
        return typed(folder);
    }

    /** The address of a file in it, as a person would open it. */
    public String address(String name) {
        return typed(new Path(folder, name));
    }

    static String typed(Path path) {
        return path.toString().replaceFirst("^file:(?=/)", "");
    }

    private static SottoException failed(String uri, IOException cause) {
        return new SottoException(
                ExitCode.OUTPUT,
                "The output folder " + uri + " cannot be written: " + Texts.why(cause)
                        + ". Check the address, the space left, and this job's right to write there.",
                cause);
    }
}
