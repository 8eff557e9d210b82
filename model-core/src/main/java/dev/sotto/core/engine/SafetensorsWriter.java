package dev.sotto.core.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Writes safetensors files, one tensor after the other, so that the whole need not fit in memory. */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8; // of the first tensor, as the format's reference writer has it

    private SafetensorsWriter() {}

    /** Where the bytes of a tensor come from when its turn has come. */
    @FunctionalInterface
    public interface Source {
        ByteBuffer read() throws IOException;
    }

    /**
     * One tensor to be written.
     *
     * @param source of its bytes, row-major, little-endian
     */
    public record Content(String name, NumberType type, List<Integer> shape, Source source) {
        public Content {
            shape = List.copyOf(shape);
        }

        /** A tensor of 32-bit floats. */
        public static Content floats(String name, List<Integer> shape, float[] values) {
            return floats(name, shape, () -> values);
        }

        /** The same of values that are computed when they are written. */
        public static Content floats(String name, List<Integer> shape, Supplier<float[]> values) {
            return new Content(name, NumberType.F32, shape, () -> littleEndian(values.get()));
        }

        /** The same under another name. */
        public Content named(String other) {
            return new Content(other, type, shape, source);
        }

        private long bytes() {
            return shape.stream().mapToLong(Integer::longValue).reduce(type.bytes(), Math::multiplyExact);
        }

        private static ByteBuffer littleEndian(float[] values) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return bytes;
        }
    }

    /** Writes a file; it appears under its name only when it is whole. */
    public static void write(Path path, Map<String, String> metadata, List<Content> contents) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".unfinished");
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            writeAll(channel, header(metadata, contents));
            for (Content content : contents) {
                ByteBuffer bytes = content.source().read();
                if (bytes.remaining() != content.bytes()) {
                    throw new IllegalArgumentException("Tensor " + content.name() + " has " + bytes.remaining()
                            + " bytes where its shape and type need " + content.bytes() + ".");
                }
                writeAll(channel, bytes);
            }
            channel.force(true);
        }
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static ByteBuffer header(Map<String, String> metadata, List<Content> contents) {
        JsonObject header = new JsonObject();
        JsonObject texts = new JsonObject();
        metadata.forEach(texts::addProperty);
        header.add("__metadata__", texts);
        long begin = 0;
        for (Content content : contents) {
            JsonObject tensor = new JsonObject();
            tensor.addProperty("dtype", content.type().name());
            JsonArray shape = new JsonArray();
            content.shape().forEach(shape::add);
            tensor.add("shape", shape);
            JsonArray offsets = new JsonArray();
            offsets.add(begin);
            begin = Math.addExact(begin, content.bytes());
            offsets.add(begin);
            tensor.add("data_offsets", offsets);
            header.add(content.name(), tensor);
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int length = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(length).put(json);
        while (bytes.hasRemaining()) {
            bytes.put((byte) ' ');
        }
        return bytes.flip();
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
