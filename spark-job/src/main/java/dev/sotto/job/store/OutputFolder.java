package dev.sotto.job.store;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
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
     * Makes the folder.
     *
     * @param resumes whether it may hold what a broken-off attempt at the run left, its checkpoints among it
     * @throws SottoException if it holds anything else, or cannot be made
     */
    public static OutputFolder create(String uri, boolean resumes, Configuration hadoop) {
        var folder = new Path(uri);
        try {
            FileSystem store = FileSystems.of(folder, hadoop);
            store.setWriteChecksum(false); // or a local folder would hold a .crc file beside each of ours
            boolean checkpoints = store.exists(new Path(folder, Checkpoints.FOLDER));
            if (store.exists(folder) && store.listStatus(folder).length > 0 && !(resumes && checkpoints)) {
                throw new SottoException(
                        ExitCode.OUTPUT,
                        "The output folder " + store.makeQualified(folder)
                                + " is not empty, and a run never overwrites results. Nothing was read or charged. "
                                + (checkpoints
                                        ? "It holds checkpoints of a run that was broken off: give --checkpoint-every to"
                                                + " resume that run, or another --output."
                                        : "Give another --output, or move the old results away."));
            }
            store.mkdirs(folder);
            return new OutputFolder(store, store.makeQualified(folder));
        } catch (IOException cannotWrite) {
            throw failed(uri, cannotWrite);
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
        }
    }

    /** Writes one small file. */
    public void write(String name, String text) {
        try (var out = store.create(new Path(folder, name), true)) {
            out.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (IOException cannotWrite) {
            throw failed(folder.toString(), cannotWrite);
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

    private static String typed(Path path) {
        return path.toString().replaceFirst("^file:(?=/)", "");
    }

    private static SottoException failed(String uri, IOException cause) {
        return new SottoException(
                ExitCode.OUTPUT,
                "The output folder " + uri + " cannot be written: " + cause.getMessage()
                        + ". Check the address, the space left, and this job's right to write there.",
                cause);
    }
}
