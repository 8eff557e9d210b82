package dev.sotto.job.store;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A model folder on this machine's disk, where it can be memory-mapped: the folder itself where it is local, else a copy from
 * HDFS or S3 that lives as long as this JVM.
 */
public final class ModelFiles {

    private static final Set<String> DESCRIBING = Set.of("config.json", "model.pt");
    private static final String DELTA = "delta.safetensors";

    private ModelFiles() {}

    /**
     * The folder, copied here first where it is elsewhere.
     *
     * @param uri {@code hdfs://}, {@code s3a://}, {@code file://} or a plain path
     * @throws SottoException if there is no such folder
     */
    public static java.nio.file.Path onThisMachine(String uri, Configuration hadoop) {
        return onThisMachine(uri, hadoop, name -> true);
    }

    /**
     * As much of the folder as a description needs: the folder itself where it is local, else a copy of its configuration and, where
     * code describes the model, of its archive.
     *
     * @throws SottoException if there is no such folder
     */
    public static java.nio.file.Path toDescribe(String uri, Configuration hadoop) {
        return onThisMachine(uri, hadoop, DESCRIBING::contains);
    }

    private static java.nio.file.Path onThisMachine(String uri, Configuration hadoop, Predicate<String> needed) {
        var folder = FileSystems.path(uri);
        try {
            FileSystem store = FileSystems.of(folder, hadoop);
            if (!store.exists(folder) || !store.getFileStatus(folder).isDirectory()) {
                throw new SottoException(
                        ExitCode.MODEL,
                        "There is no model folder " + store.makeQualified(folder) + " as seen from this machine ("
                                + java.net.InetAddress.getLocalHost().getHostName()
                                + "). Check the path; a local folder must"
                                + " lie in the same place on every machine of the cluster, or be put in HDFS or S3.");
            }
            return store instanceof LocalFileSystem
                    ? java.nio.file.Path.of(store.makeQualified(folder).toUri().getPath())
                    : copy(store, folder, needed);
        } catch (IOException cannotRead) {
            throw new SottoException(
                    ExitCode.MODEL,
                    "The model folder " + uri + " cannot be read: " + Texts.why(cannotRead)
                            + ". Check the address and this job's right to read it.",
                    cannotRead);
        }
    }

    /**
     * A delta's file, copied here first where it is elsewhere.
     *
     * @param uri of the file, or of the folder that {@code sotto train} put it into
     * @throws SottoException if there is no such file
     */
    public static java.nio.file.Path delta(String uri, Configuration hadoop) {
        var given = FileSystems.path(uri);
        try {
            FileSystem store = FileSystems.of(given, hadoop);
            Path file =
                    store.exists(given) && store.getFileStatus(given).isDirectory() ? new Path(given, DELTA) : given;
            if (!store.exists(file)) {
                throw new SottoException(
                        ExitCode.MODEL,
                        "There is no delta " + store.makeQualified(file)
                                + ". Give the delta.safetensors that sotto train wrote, or the folder delta/ it is in.");
            }
            if (store instanceof LocalFileSystem) {
                return java.nio.file.Path.of(store.makeQualified(file).toUri().getPath());
            }
            java.nio.file.Path local = temporary().resolve(DELTA);
            store.copyToLocalFile(false, file, new Path(local.toUri()), true);
            return local;
        } catch (IOException cannotRead) {
            throw new SottoException(
                    ExitCode.MODEL,
                    "The delta " + uri + " cannot be read: " + Texts.why(cannotRead)
                            + ". Check the address and this job's right to read it.",
                    cannotRead);
        }
    }

    private static java.nio.file.Path temporary() throws IOException {
        java.nio.file.Path local = Files.createTempDirectory("sotto-model-");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> FileUtil.fullyDelete(local.toFile())));
        return local;
    }

    private static java.nio.file.Path copy(FileSystem store, Path folder, Predicate<String> needed) throws IOException {
        java.nio.file.Path local = temporary();
        List<FileStatus> files = new ArrayList<>(List.of(store.listStatus(folder)));
        files.removeIf(file -> file.isDirectory() || !needed.test(file.getPath().getName()));
        for (FileStatus file : files) {
            store.copyToLocalFile(
                    false,
                    file.getPath(),
                    new Path(local.resolve(file.getPath().getName()).toUri()),
                    true);
        }
        return local;
    }
}
