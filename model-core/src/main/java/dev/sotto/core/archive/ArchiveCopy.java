package dev.sotto.core.archive;

import dev.sotto.core.engine.NumberType;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Writes an archive again with some of its tensors' numbers replaced: the file is copied as it is, then numbers and their checksums
 * are written over in their places. All else, code and alignment included, keeps its bytes, and nothing of it need fit in memory.
 */
public final class ArchiveCopy {
    private static final int CHUNK = 1 << 16;

    private ArchiveCopy() {}

    /**
     * Writes the copy; it appears under its name only when it is whole.
     *
     * @param values new numbers by tensor name, row-major
     * @throws IllegalArgumentException if a tensor is not of as many 32-bit floats, row-major, or another one shares its place
     */
    public static void write(ScriptArchive archive, Map<String, float[]> values, Path target) throws IOException {
        values.forEach((name, numbers) -> check(archive, name, numbers));
        Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
        Files.copy(archive.path(), unfinished, StandardCopyOption.REPLACE_EXISTING);
        unfinished.toFile().setWritable(true);
        try (FileChannel copy = FileChannel.open(unfinished, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            Set<ArchiveZip.Entry> changed = new LinkedHashSet<>();
            for (Map.Entry<String, float[]> each : values.entrySet()) {
                StoredTensor tensor = archive.stored(each.getKey());
                ArchiveZip.Entry entry = archive.entryOf(tensor);
                writeAll(copy, bytes(each.getValue()), entry.begin() + tensor.offset() * Float.BYTES);
                changed.add(entry);
            }
            for (ArchiveZip.Entry entry : changed) {
                CRC32 crc = crc(copy, entry);
                writeAll(copy, checksum(crc), entry.centralCrc());
                writeAll(copy, checksum(crc), entry.ownCrc());
            }
            copy.force(true);
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void check(ScriptArchive archive, String name, float[] numbers) {
        StoredTensor tensor = archive.stored(name);
        if (!archive.isApart(name) || tensor.type() != NumberType.F32 || tensor.size() != numbers.length) {
            throw new IllegalArgumentException("Tensor " + name + " of " + archive.path() + " cannot be replaced by "
                    + numbers.length + " 32-bit floats: it has " + tensor.shape() + " " + tensor.type()
                    + " numbers, perhaps in a place that others share.");
        }
    }

    private static ByteBuffer bytes(float[] numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return bytes;
    }

    private static CRC32 crc(FileChannel copy, ArchiveZip.Entry entry) throws IOException {
        var crc = new CRC32();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        long left = entry.size();
        while (left > 0) {
            chunk.clear().limit((int) Math.min(CHUNK, left));
            int read = copy.read(chunk, entry.begin() + entry.size() - left);
            if (read < 0) {
                throw new EOFException("The copy ends before its entry " + entry.name() + " does.");
            }
            crc.update(chunk.flip());
            left -= read;
        }
        return crc;
    }

    private static ByteBuffer checksum(CRC32 crc) {
        return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(0, (int) crc.getValue());
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes, long place) throws IOException {
        long at = place;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }
}
