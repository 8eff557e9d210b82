package dev.sotto.job.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A folder of small files on a Hadoop file system; it need not exist. */
record Folder(FileSystem store, Path path) {

    Path file(String name) {
        return new Path(path, name);
    }

    List<String> names() throws IOException {
        List<String> names = new ArrayList<>();
        try {
            for (FileStatus file : store.listStatus(path)) {
                names.add(file.getPath().getName());
            }
        } catch (FileNotFoundException nothingYet) {
            return List.of();
        }
        return names;
    }

    byte[] read(String name) throws IOException {
        try (var in = store.open(file(name))) {
            return in.readAllBytes();
        }
    }
}
