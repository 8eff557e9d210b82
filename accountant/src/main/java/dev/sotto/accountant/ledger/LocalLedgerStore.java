package dev.sotto.accountant.ledger;

import dev.sotto.accountant.math.Check;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of a local file system. A line is written and synced under a temporary name and then linked to its own, which
 * fails if that exists: so a crash in the middle of writing leaves no half line. Where the file system knows no links the
 * file is created exclusively and written in place.
 */
public final class LocalLedgerStore implements LedgerStore {
    private static final String TEMPORARY = ".tmp-";
    private static final Pattern SCHEME =
            Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):(/.*)"); // two letters: C: is a drive

    private final Path folder;

    /** @param folder made on the first write if it does not exist */
    public LocalLedgerStore(Path folder) {
        this.folder = folder;
    }

    /**
     * The folder at an address.
     *
     * @param address a path, or one behind {@code file:}
     * @throws IllegalArgumentException if it is of another scheme
     */
    public static LocalLedgerStore at(String address) {
        Matcher scheme = SCHEME.matcher(address);
        if (!scheme.matches()) {
            return new LocalLedgerStore(Path.of(address));
        }
        Check.that(
                scheme.group(1).equals("file"),
                "A ledger at %s cannot be reached from here: it needs the Hadoop client, which scripts/sotto brings."
                        + " This program by itself knows local folders.",
                address);
        return new LocalLedgerStore(Path.of(scheme.group(2).replaceFirst("^//[^/]*", "")));
    }

    @Override
    public boolean createIfAbsent(String name, byte[] content) throws IOException {
        Files.createDirectories(folder);
        Path target = folder.resolve(name);
        Path temporary = folder.resolve(TEMPORARY + UUID.randomUUID());
        try {
            write(temporary, content);
            link(target, temporary, content);
            sync(folder);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void link(Path target, Path temporary, byte[] content) throws IOException {
        try {
            Files.createLink(target, temporary);
        } catch (UnsupportedOperationException e) {
            write(target, content);
        }
    }

    private static void write(Path path, byte[] content) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
    }

    /** Makes the new name durable; file systems that cannot sync a folder are left to their own ways. */
    private static void sync(Path folder) {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            return; // Windows, for one: the file itself is synced
        }
    }

    @Override
    public List<String> list() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.startsWith(TEMPORARY))
                    .toList();
        }
    }

    @Override
    public byte[] read(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name));
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
