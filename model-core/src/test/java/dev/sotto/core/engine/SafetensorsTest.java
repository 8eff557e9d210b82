package dev.sotto.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
    @TempDir
    Path folder;

    @Test
    void whatIsWritten_isRead() throws IOException {
        Path path = folder.resolve("a.safetensors");
        float[] values = {1.5f, -0f, Float.NaN, Float.MIN_VALUE, Float.NEGATIVE_INFINITY, 3e38f};
        SafetensorsWriter.write(
                path,
                Map.of("key", "ä \"quoted\" text"),
                List.of(
                        SafetensorsWriter.Content.floats("x", List.of(2, 3), values),
                        SafetensorsWriter.Content.floats("empty", List.of(0, 4), new float[0]),
                        new SafetensorsWriter.Content(
                                "y", NumberType.U8, List.of(3), () -> ByteBuffer.wrap(new byte[] {1, 2, (byte) 255}))));
        try (Safetensors file = Safetensors.open(path)) {
            assertThat(file.metadata()).containsExactly(Map.entry("key", "ä \"quoted\" text"));
            assertThat(file.tensors().keySet()).containsExactly("x", "empty", "y");
            assertThat(file.tensors().get("x").shape()).containsExactly(2, 3);
            assertThat(file.floats("x")).isEqualTo(values);
            assertThat(file.floatBytes("x").asFloatBuffer().get(5)).isEqualTo(3e38f);
            assertThat(file.floats("empty")).isEmpty();
            assertThat(file.doubles("y")).containsExactly(1, 2, 255);
        }
    }

    /** As Spark interrupts a task of which another copy was faster. */
    @Test
    void interruptedReader_leavesTheFileToTheOthers() throws Exception {
        Path path = folder.resolve("shared.safetensors");
        float[] values = {1, 2, 3};
        SafetensorsWriter.write(path, Map.of(), List.of(SafetensorsWriter.Content.floats("x", List.of(3), values)));
        try (Safetensors file = Safetensors.open(path)) {
            var interrupted = new Thread(() -> {
                Thread.currentThread().interrupt();
                try {
                    file.floats("x");
                } catch (IOException itself) {
                    return; // no matter
                }
            });
            interrupted.start();
            interrupted.join();

            assertThat(file.floats("x")).isEqualTo(values);
        }
    }

    /** The file is sparse: it takes no room on most file systems. */
    @Test
    void tensorBeyondFourGiB_isReadWithoutWhatLiesBefore() throws IOException {
        Path path = folder.resolve("large.safetensors");
        long before = 5_000_000_000L;
        String header = "{\"a\":{\"dtype\":\"F16\",\"shape\":[50000,50000],\"data_offsets\":[0," + before + "]},"
                + "\"last\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" + before + "," + (before + 8) + "]}}";
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer floats = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(7)
                .putFloat(-0.25f);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(8 + json.length + before + 8);
            file.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(json.length)
                    .array());
            file.write(json);
            file.seek(8 + json.length + before);
            file.write(floats.array());
        }
        try (Safetensors file = Safetensors.open(path)) {
            assertThat(file.floats("last")).containsExactly(7, -0.25f);
        }
    }

    /** By the definition of IEEE 754 binary16, every one of its 65,536 numbers. */
    @Test
    void halfPrecision_isWidenedExactly() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            int sign = bits >> 15 == 0 ? 1 : -1;
            int exponent = bits >> 10 & 31;
            int fraction = bits & 1023;
            Double expected = exponent == 31
                    ? (fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN)
                    : exponent == 0
                            ? sign * Math.scalb((double) fraction, -24)
                            : sign * Math.scalb(1024.0 + fraction, exponent - 25);
            assertThat(Double.valueOf(NumberType.halfToFloat((short) bits))).isEqualTo(expected);
        }
    }

    @Test
    void bfloat16_isTheUpperHalfOfAFloat() {
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort((short) 0x3fc0).putShort((short) 0xff80).flip();
        assertThat(NumberType.BF16.next(bytes)).isEqualTo(1.5);
        assertThat(NumberType.BF16.next(bytes)).isEqualTo(Double.NEGATIVE_INFINITY);
    }
}
