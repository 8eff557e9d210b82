package dev.sotto.core.engine;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file: its header read, its tensors mapped, so that the file may be larger than memory. Format: 8 bytes of header length N
 * (little-endian), N bytes of JSON, then the tensors' bytes.
 *
 * <p>Any number of threads may read. Closing unmaps the file: buffers that {@link #bytes} and {@link #floatBytes} gave are not to be touched
 * thereafter, nor native arrays made of them.
 */
public final class Safetensors implements AutoCloseable {
    private static final long LONGEST_HEADER = 100_000_000; // as in the format's reference reader
    private static final String METADATA = "__metadata__";

    private final Path path;
    private final MappedFile file;
    private final Map<String, Tensor> tensors;
    private final Map<String, String> metadata;

    /**
     * One tensor of a file.
     *
     * @param name as written
     * @param type of its numbers
     * @param shape row-major
     * @param begin of its bytes, from the start of the file
     */
    public record Tensor(String name, NumberType type, List<Integer> shape, long begin) {
        public Tensor {
            shape = List.copyOf(shape);
        }

        /** How many numbers it holds. */
        public long size() {
            return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        }

        /** How many bytes it takes. */
        public long bytes() {
            return Math.multiplyExact(size(), type.bytes());
        }

        MappedFile.Part place() {
            return new MappedFile.Part(begin, bytes());
        }
    }

    private Safetensors(Path path, MappedFile file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        this.path = path;
        this.file = file;
        this.tensors = Collections.unmodifiableMap(tensors);
        this.metadata = Collections.unmodifiableMap(metadata);
    }

    /**
     * Opens a file and reads its header.
     *
     * @throws IOException if it cannot be read, or is not a safetensors file
     */
    public static Safetensors open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(path, channel);
        } catch (RuntimeException e) { // not JSON, or not the fields that should be there
            throw notSafetensors(path, "its header is malformed", e);
        }
    }

    private static Safetensors read(Path path, FileChannel channel) throws IOException {
        if (channel.size() < Long.BYTES) {
            throw notSafetensors(path, "it has " + channel.size() + " bytes", null);
        }
        long length = bytes(channel, 0, Long.BYTES).getLong();
        if (length < 2 || length > LONGEST_HEADER || length > channel.size() - Long.BYTES) {
            throw notSafetensors(path, "its header would be " + length + " bytes long", null);
        }
        ByteBuffer header = bytes(channel, Long.BYTES, (int) length);
        JsonObject json = JsonParser.parseString(
                        StandardCharsets.UTF_8.decode(header).toString())
                .getAsJsonObject();
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
            JsonObject value = entry.getValue().getAsJsonObject();
            if (entry.getKey().equals(METADATA)) {
                value.entrySet()
                        .forEach(each ->
                                metadata.put(each.getKey(), each.getValue().getAsString()));
            } else {
                tensors.put(entry.getKey(), tensor(path, entry.getKey(), value, Long.BYTES + length, channel.size()));
            }
        }
        refuseOverlaps(path, tensors.values());
        var file = MappedFile.of(
                channel, tensors.values().stream().map(Tensor::place).toList());
        return new Safetensors(path, file, tensors, metadata);
    }

    private static ByteBuffer bytes(FileChannel channel, long begin, int size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, begin + bytes.position()) < 0) {
                throw new EOFException(
                        "The file ends at byte " + (begin + bytes.position()) + ": it is being written.");
            }
        }
        return bytes.flip();
    }

    /** The format has none; and where all tensors overlapped, each might need a mapping of its own. */
    private static void refuseOverlaps(Path path, Collection<Tensor> tensors) throws IOException {
        List<Tensor> inOrder = tensors.stream()
                .filter(tensor -> tensor.size() > 0)
                .sorted(Comparator.comparingLong(Tensor::begin))
                .toList();
        for (int i = 1; i < inOrder.size(); i++) {
            Tensor before = inOrder.get(i - 1);
            if (inOrder.get(i).begin() < before.place().end()) {
                throw notSafetensors(
                        path,
                        "tensors " + before.name() + " and " + inOrder.get(i).name() + " share bytes",
                        null);
            }
        }
    }

    private static Tensor tensor(Path path, String name, JsonObject json, long data, long end) throws IOException {
        List<Integer> shape = new ArrayList<>();
        for (JsonElement dimension : json.getAsJsonArray("shape")) {
            shape.add(Math.toIntExact(dimension.getAsLong()));
            if (dimension.getAsLong() < 0) {
                throw notSafetensors(path, "tensor " + name + " has a negative dimension", null);
            }
        }
        String type = json.get("dtype").getAsString();
        if (!NumberType.names().contains(type)) {
            throw new IOException(path + " holds " + name + " as " + type + " numbers, which are not read: "
                    + String.join(", ", NumberType.names())
                    + " are. Quantized weights have to be dequantized, and saved as F32 or BF16.");
        }
        JsonArray offsets = json.getAsJsonArray("data_offsets");
        long begin = Math.addExact(data, offsets.get(0).getAsLong());
        long stop = Math.addExact(data, offsets.get(1).getAsLong());
        var tensor = new Tensor(name, NumberType.valueOf(type), shape, begin);
        if (begin < data || stop > end || stop - begin != tensor.bytes()) {
            throw notSafetensors(path, "tensor " + name + " lies outside the file or does not fill its place", null);
        }
        return tensor;
    }

    private static IOException notSafetensors(Path path, String why, @Nullable Exception cause) {
        return new IOException(
                path + " is not a whole safetensors file: " + why + ". It may be a Git LFS pointer or a broken"
                        + " download: fetch it again.",
                cause);
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** All tensors by name, in the header's order. */
    public Map<String, Tensor> tensors() {
        return tensors;
    }

    /** The header's free text. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** The bytes of a tensor, mapped read-only, little-endian, until this is closed; at most 2 GiB. */
    public ByteBuffer bytes(String name) throws IOException {
        return file.bytes(place(tensor(name)));
    }

    private MappedFile.Part place(Tensor tensor) throws IOException {
        if (tensor.bytes() > MappedFile.LARGEST_PART) {
            throw new IOException("Tensor " + tensor.name() + " of " + path + " takes " + tensor.bytes()
                    + " bytes: one tensor is mapped as a whole, up to 2 GiB.");
        }
        return tensor.place();
    }

    /**
     * A tensor as 32-bit floats off the heap, in the machine's byte order: the mapped file itself where it holds
     * them so, until this is closed; a widened copy for the half-precision types.
     */
    public ByteBuffer floatBytes(String name) throws IOException {
        Tensor tensor = tensor(name);
        boolean asIs = tensor.type() == NumberType.F32
                && tensor.begin() % Float.BYTES == 0
                && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        if (asIs) {
            return bytes(name);
        }
        if (tensor.size() > NativeFloats.MOST) {
            throw new IOException("Tensor " + name + " of " + path + " has " + tensor.size() + " numbers: one tensor is"
                    + " handed to the engine as a whole, up to " + NativeFloats.MOST + " 32-bit floats.");
        }
        ByteBuffer widened = NativeFloats.allocate((int) tensor.size());
        return file.read(place(tensor), raw -> {
            for (int i = 0; i < widened.limit(); i += Float.BYTES) {
                widened.putFloat(i, (float) tensor.type().next(raw));
            }
            return widened;
        });
    }

    /** A tensor's numbers as floats, row-major. */
    public float[] floats(String name) throws IOException {
        Tensor tensor = tensor(name);
        return file.read(place(tensor), raw -> {
            var values = new float[(int) tensor.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) tensor.type().next(raw);
            }
            return values;
        });
    }

    /** A tensor's numbers as doubles, row-major; 64-bit integers beyond 2^53 are rounded. */
    public double[] doubles(String name) throws IOException {
        Tensor tensor = tensor(name);
        return file.read(place(tensor), raw -> {
            var values = new double[(int) tensor.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.type().next(raw);
            }
            return values;
        });
    }

    private Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(path + " holds no tensor " + name + ".");
        }
        return tensor;
    }

    /** Unmaps the file, once nothing is being read. */
    @Override
    public void close() {
        file.close();
    }
}
