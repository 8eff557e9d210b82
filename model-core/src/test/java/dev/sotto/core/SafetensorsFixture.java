package dev.sotto.core;

import ai.djl.util.JsonUtils;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** Golden tensors: a safetensors file read whole, F64, F32 and I64 tensors as flat arrays. For tests only. */
public final class SafetensorsFixture {
    private final JsonObject header;
    private final ByteBuffer data;

    private SafetensorsFixture(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int length = Math.toIntExact(bytes.getLong(0));
        header = JsonUtils.GSON.fromJson(new String(file, 8, length, StandardCharsets.UTF_8), JsonObject.class);
        data = bytes.slice(8 + length, file.length - 8 - length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A test resource, such as {@code /vectors/gradients/block.safetensors}. */
    public static SafetensorsFixture resource(String name) {
        try (InputStream in = SafetensorsFixture.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("No test resource " + name);
            }
            return new SafetensorsFixture(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static SafetensorsFixture file(Path path) throws IOException {
        return new SafetensorsFixture(Files.readAllBytes(path));
    }

    public Set<String> names() {
        return header.keySet().stream()
                .filter(name -> !name.equals("__metadata__"))
                .collect(Collectors.toSet());
    }

    public boolean has(String name) {
        return header.has(name);
    }

    public int[] shape(String name) {
        JsonArray shape = tensor(name).getAsJsonArray("shape");
        int[] result = new int[shape.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = shape.get(i).getAsInt();
        }
        return result;
    }

    /** A tensor of any of the three types, row-major, as doubles. */
    public double[] doubles(String name) {
        ByteBuffer bytes = bytes(name);
        String type = tensor(name).get("dtype").getAsString();
        double[] result = new double[bytes.remaining() / (type.equals("F32") ? 4 : 8)];
        for (int i = 0; i < result.length; i++) {
            result[i] = switch (type) {
                case "F64" -> bytes.getDouble();
                case "F32" -> bytes.getFloat();
                case "I64" -> bytes.getLong();
                default -> throw new IllegalArgumentException(name + " is " + type);
            };
        }
        return result;
    }

    public long[] longs(String name) {
        long[] result = new long[bytes(name).remaining() / Long.BYTES];
        bytes(name).asLongBuffer().get(result);
        return result;
    }

    private ByteBuffer bytes(String name) {
        JsonArray range = tensor(name).getAsJsonArray("data_offsets");
        int from = range.get(0).getAsInt();
        return data.slice(from, range.get(1).getAsInt() - from).order(ByteOrder.LITTLE_ENDIAN);
    }

    private JsonObject tensor(String name) {
        if (!header.has(name)) {
            throw new IllegalArgumentException("No tensor " + name);
        }
        return header.getAsJsonObject(name);
    }
}
