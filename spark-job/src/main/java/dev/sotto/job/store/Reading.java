package dev.sotto.job.store;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Texts;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;

/** Whether something can be read from this machine, without reading what is in it. */
public final class Reading {

    private Reading() {}

    /**
     * A folder of files, each of which is opened.
     *
     * @return a fingerprint: how many files and bytes, and a hash of names and lengths
     * @throws SottoException ({@link ExitCode#MODEL}) if there is no such folder or one of its files cannot be opened
     */
    public static String folder(String uri, Configuration hadoop) {
        var folder = FileSystems.path(uri);
        try {
            FileSystem store = FileSystems.of(folder, hadoop);
            List<FileStatus> files = store.exists(folder)
                            && store.getFileStatus(folder).isDirectory()
                    ? Arrays.stream(store.listStatus(folder))
                            .filter(FileStatus::isFile)
                            .sorted(Comparator.comparing(file -> file.getPath().getName()))
                            .toList()
                    : List.of();
            if (files.isEmpty()) {
                throw new SottoException(
                        ExitCode.MODEL, "there is no folder with files " + store.makeQualified(folder));
            }
            long bytes = 0;
            int hash = 0;
            for (FileStatus file : files) {
                store.open(file.getPath()).close();
                bytes += file.getLen();
                hash = 31 * (31 * hash + file.getPath().getName().hashCode()) + Long.hashCode(file.getLen());
            }
            return String.format("%d files, %d bytes, names and lengths %08x", files.size(), bytes, hash);
        } catch (IOException cannotRead) {
            throw new SottoException(ExitCode.MODEL, uri + " cannot be read: " + Texts.why(cannotRead), cannotRead);
        }
    }

    /**
     * A file, a folder or a glob, of which the first file is opened.
     *
     * @return what was found, in words
     * @throws SottoException ({@link ExitCode#DATA}) if nothing is there or it cannot be opened
     */
    public static String files(String uri, Configuration hadoop) {
        var glob = FileSystems.path(uri);
        try {
            FileSystem store = FileSystems.of(glob, hadoop);
            FileStatus[] matches = store.globStatus(glob);
            for (FileStatus match : matches == null ? new FileStatus[0] : matches) {
                RemoteIterator<LocatedFileStatus> files = store.listFiles(match.getPath(), true);
                if (files.hasNext()) {
                    store.open(files.next().getPath()).close();
                    return "there, and its first file opens";
                }
            }
            throw new SottoException(ExitCode.DATA, "there is no file at " + store.makeQualified(glob));
        } catch (IOException cannotRead) {
            throw new SottoException(ExitCode.DATA, uri + " cannot be read: " + Texts.why(cannotRead), cannotRead);
        }
    }
}
