package dev.sotto.job.store;

import dev.sotto.accountant.ledger.LedgerStore;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;

/**
 * A folder of HDFS whose objects are written once. HDFS shows a file from its creation on, empty at first and growing, and a
 * writer that dies leaves what it had sent; so the object is written, synced and closed under a temporary name and then renamed
 * to its own. The name node does a rename under its lock, as a whole or not at all, and refuses one onto a name that exists. A
 * crash at any moment leaves at most a temporary file, which no reader looks at.
 */
final class HdfsOnce implements LedgerStore {
    private static final String TEMPORARY = ".tmp-";

    private final Folder folder;
    private final FileContext renamer;

    HdfsOnce(Folder folder) throws IOException {
        this.folder = folder;
        this.renamer = FileContext.getFileContext(
                folder.store().getUri(), folder.store().getConf());
    }

    @Override
    public boolean createIfAbsent(String name, byte[] content) throws IOException {
        FileSystem store = folder.store();
        store.mkdirs(folder.path());
        Path temporary = folder.file(TEMPORARY + UUID.randomUUID());
        try {
            try (var out = store.create(temporary, false)) {
                out.write(content);
                out.hsync();
            }
            renamer.rename(temporary, folder.file(name), Options.Rename.NONE);
            return true;
        } catch (FileAlreadyExistsException lost) {
            return false;
        } finally {
            store.delete(temporary, false);
        }
    }

    @Override
    public List<String> list() throws IOException {
        return folder.names().stream().filter(name -> !isTemporary(name)).toList();
    }

    /** Whether a file is what a writer that died has left. */
    static boolean isTemporary(String name) {
        return name.startsWith(TEMPORARY);
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
