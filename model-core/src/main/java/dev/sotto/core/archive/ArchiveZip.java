package dev.sotto.core.archive;

import dev.sotto.core.engine.MappedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * A zip file as PyTorch writes it, code compressed and numbers not: where each entry lies in the file, so that it can be mapped or
 * replaced in its place. The JDK's own reader does not tell. It is open for as long as the archive's code is read and its numbers are
 * mapped. Source: PKWARE, "APPNOTE.TXT, .ZIP File Format Specification" 6.3.
 */
final class ArchiveZip implements AutoCloseable {
    private static final int END = 0x06054b50;
    private static final int END_64_LOCATOR = 0x07064b50;
    private static final int END_64 = 0x06064b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int LOCAL = 0x04034b50;
    private static final int END_BYTES = 22;
    private static final int LOCATOR_BYTES = 20;
    private static final int END_64_BYTES = 56;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL_BYTES = 30;
    private static final int CRC_IN_CENTRAL = 16;
    private static final int CRC_IN_LOCAL = 14;
    private static final int HAS_DESCRIPTOR = 1 << 3;
    private static final int WIDE_FIELDS = 1; // the extra field of numbers that need 64 bits
    private static final long WIDE = 0xffffffffL; // stands for a number that is in it
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int DEFLATED = 8;
    private static final long LONGEST_TEXT = 1 << 28;

    private final Path path;
    private final FileChannel channel;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * One entry.
     *
     * @param begin of its bytes, from the start of the file
     * @param size in bytes
     * @param bytesInFile the same, unless it is compressed
     * @param isStored whether it lies in the file as it is
     * @param centralCrc where its checksum stands in the directory
     * @param ownCrc where its checksum stands beside its bytes
     */
    record Entry(
            String name, long begin, long size, long bytesInFile, boolean isStored, long centralCrc, long ownCrc) {}

    private ArchiveZip(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** @throws IOException if it cannot be read or is no zip file */
    static ArchiveZip open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        var zip = new ArchiveZip(path, channel);
        try {
            zip.readDirectory();
            return zip;
        } catch (IOException e) {
            channel.close();
            throw e;
        } catch (RuntimeException e) { // numbers that lead outside the file
            channel.close();
            throw new IOException(path + " is no whole zip file: copy it again.", e);
        }
    }

    Path path() {
        return path;
    }

    Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    /** See {@link MappedFile#of}. */
    MappedFile map(Collection<MappedFile.Part> parts) throws IOException {
        return MappedFile.of(channel, parts);
    }

    private ByteBuffer read(long begin, long size) throws IOException {
        if (begin < 0 || size < 0 || size > channel.size() - begin) {
            throw new IOException(path + " ends where its directory says that more follows: copy it again.");
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, begin + bytes.position()) < 0) {
                throw new IOException(path + " became shorter while it was read: copy it again.");
            }
        }
        return bytes.flip();
    }

    /** An entry's bytes, uncompressed, little-endian: of code and the like, which is short. */
    ByteBuffer bytes(Entry entry) throws IOException {
        if (Math.max(entry.size(), entry.bytesInFile()) > LONGEST_TEXT) {
            throw new IOException(entry.name() + " would be " + entry.size() + " bytes of code");
        }
        ByteBuffer inFile = read(entry.begin(), entry.bytesInFile());
        if (entry.isStored()) {
            return inFile;
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) entry.size());
        var inflater = new Inflater(true);
        try {
            inflater.setInput(inFile);
            while (bytes.hasRemaining() && inflater.inflate(bytes) > 0) {}
        } catch (DataFormatException e) {
            throw new IOException(entry.name() + " is damaged", e);
        } finally {
            inflater.end();
        }
        return bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    private void readDirectory() throws IOException {
        long length = channel.size();
        long tailBegin = Math.max(0, length - END_BYTES - LONGEST_COMMENT);
        ByteBuffer tail = read(tailBegin, length - tailBegin);
        int at = tail.capacity() - END_BYTES;
        while (at >= 0 && tail.getInt(at) != END) {
            at--;
        }
        if (at < 0) {
            throw new IOException(path + " is no whole zip file: it may be a Git LFS pointer or a broken download.");
        }
        long begin = Integer.toUnsignedLong(tail.getInt(at + 16));
        long size = Integer.toUnsignedLong(tail.getInt(at + 12));
        long wideBegin = tailBegin + at - LOCATOR_BYTES;
        if (wideBegin >= 0 && read(wideBegin, LOCATOR_BYTES).getInt(0) == END_64_LOCATOR) {
            ByteBuffer end = read(read(wideBegin, LOCATOR_BYTES).getLong(8), END_64_BYTES);
            if (end.getInt(0) != END_64) {
                throw new IOException(path + " has a broken directory: copy it again.");
            }
            size = end.getLong(40);
            begin = end.getLong(48);
        }
        readEntries(read(begin, size), begin);
    }

    private void readEntries(ByteBuffer directory, long directoryBegin) throws IOException {
        while (directory.remaining() >= CENTRAL_BYTES) {
            int at = directory.position();
            if (directory.getInt(at) != CENTRAL) {
                throw new IOException(path + " has a broken directory: copy it again.");
            }
            byte[] name = new byte[Short.toUnsignedInt(directory.getShort(at + 28))];
            int extra = Short.toUnsignedInt(directory.getShort(at + 30));
            int comment = Short.toUnsignedInt(directory.getShort(at + 32));
            directory.get(at + CENTRAL_BYTES, name);
            int method = Short.toUnsignedInt(directory.getShort(at + 10));
            ByteBuffer wide = wideFields(directory.slice(at + CENTRAL_BYTES + name.length, extra));
            long size = number(Integer.toUnsignedLong(directory.getInt(at + 24)), wide);
            long inFile = number(Integer.toUnsignedLong(directory.getInt(at + 20)), wide);
            long local = number(Integer.toUnsignedLong(directory.getInt(at + 42)), wide);
            String words = new String(name, StandardCharsets.UTF_8);
            if (method != 0 && method != DEFLATED) {
                throw new IOException(path + " compresses " + words + " by method " + method + ", which is not read.");
            }
            add(words, method == 0, size, inFile, local, directoryBegin + at + CRC_IN_CENTRAL);
            directory.position(at + CENTRAL_BYTES + name.length + extra + comment);
        }
    }

    private void add(String name, boolean isStored, long size, long inFile, long local, long centralCrc)
            throws IOException {
        ByteBuffer header = read(local, LOCAL_BYTES);
        if (header.getInt(0) != LOCAL) {
            throw new IOException(path + " does not hold " + name + " where its directory says: copy it again.");
        }
        long begin = local
                + LOCAL_BYTES
                + Short.toUnsignedInt(header.getShort(26))
                + Short.toUnsignedInt(header.getShort(28));
        boolean descriptor = (header.getShort(6) & HAS_DESCRIPTOR) != 0;
        long ownCrc = descriptor ? begin + inFile + Integer.BYTES : local + CRC_IN_LOCAL;
        if (size < 0 || inFile < 0 || begin + inFile > channel.size()) {
            throw new IOException(path + " ends before its entry " + name + " does: copy it again.");
        }
        entries.put(name, new Entry(name, begin, size, inFile, isStored, centralCrc, ownCrc));
    }

    /** The 64-bit numbers of an entry, in the order size, compressed size, place; empty if there are none. */
    private static ByteBuffer wideFields(ByteBuffer extra) {
        extra.order(ByteOrder.LITTLE_ENDIAN);
        while (extra.remaining() >= 4) {
            int kind = Short.toUnsignedInt(extra.getShort());
            int size = Short.toUnsignedInt(extra.getShort());
            if (kind == WIDE_FIELDS) {
                return extra.slice(extra.position(), size).order(ByteOrder.LITTLE_ENDIAN);
            }
            extra.position(extra.position() + size);
        }
        return ByteBuffer.allocate(0);
    }

    private static long number(long narrow, ByteBuffer wide) {
        return narrow == WIDE ? wide.getLong() : narrow;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
