package dev.sotto.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
    private static final float[] ONE = {1};

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

    /** Linux gives a process 65,530 mappings in all. */
    @Test
    void manyTensors_areOneMapping_whichClosingEnds() throws IOException {
        Path path = folder.resolve("many.safetensors");
        int count = 200_000;
        List<SafetensorsWriter.Content> contents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            contents.add(SafetensorsWriter.Content.floats("t" + i, List.of(1), new float[] {i}));
        }
        SafetensorsWriter.write(path, Map.of(), contents);
        try (Safetensors file = Safetensors.open(path)) {
            List<ByteBuffer> kept = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                assertThat(file.floats("t" + i)[0]).isEqualTo(i);
                kept.add(file.floatBytes("t" + i));
            }
            assertThat(kept.get(count - 1).getFloat(0)).isEqualTo(count - 1);
            assertThat(Mappings.of(path)).isOne();
        }
        assertThat(Mappings.of(path)).isZero();
    }

    /** No matter when the collector looks. */
    @Test
    void fileOpenedAndClosedManyTimes_leavesNoMapping() throws IOException {
        Path path = folder.resolve("again.safetensors");
        SafetensorsWriter.write(path, Map.of(), List.of(SafetensorsWriter.Content.floats("x", List.of(1), ONE)));
        for (int i = 0; i < 1000; i++) {
            try (Safetensors file = Safetensors.open(path)) {
                assertThat(file.bytes("x").getFloat(0)).isEqualTo(1);
            }
            assertThat(Mappings.of(path)).isZero();
        }
    }

    @Test
    void closedFile_isNotRead() throws IOException {
        Path path = folder.resolve("closed.safetensors");
        SafetensorsWriter.write(path, Map.of(), List.of(SafetensorsWriter.Content.floats("x", List.of(1), ONE)));
        Safetensors file = Safetensors.open(path);
        file.close();
        file.close();

        assertThatThrownBy(() -> file.floats("x")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> file.doubles("x")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> file.bytes("x")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> file.floatBytes("x")).isInstanceOf(IllegalStateException.class);
    }

    /** Without this reading unmapped memory would end the process. */
    @Test
    void closing_waitsForThoseWhoRead() throws Exception {
        Path path = folder.resolve("raced.safetensors");
        float[] values = new float[100_000];
        Arrays.fill(values, 3);
        SafetensorsWriter.write(
                path, Map.of(), List.of(SafetensorsWriter.Content.floats("x", List.of(values.length), values)));
        ExecutorService readers = Executors.newFixedThreadPool(3);
        try {
            for (int round = 0; round < 50; round++) {
                Safetensors file = Safetensors.open(path);
                var begun = new CountDownLatch(3);
                List<Future<Boolean>> read = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    read.add(readers.submit(() -> {
                        begun.countDown();
                        try {
                            while (Arrays.equals(file.floats("x"), values)) {}
                            return false;
                        } catch (IllegalStateException closed) {
                            return true;
                        }
                    }));
                }
                begun.await();
                file.close();
                for (Future<Boolean> each : read) {
                    assertThat(each.get()).isTrue();
                }
            }
        } finally {
            readers.shutdownNow();
        }
    }

    /** Each of the tensors but the first crosses a multiple of 2 GiB: four mappings are needed, whatever their order in the header. */
    @Test
    void tensorsAcrossSegments_areReadAsAWhole() throws IOException {
        Path path = folder.resolve("segments.safetensors");
        int size = 1_900_000_000;
        String entry = "\"%s\":{\"dtype\":\"U8\",\"shape\":[" + size + "],\"data_offsets\":[%d,%d]}";
        List<String> entries = new ArrayList<>();
        for (int i : new int[] {2, 0, 3, 1}) {
            entries.add(entry.formatted("t" + i, (long) i * size, (i + 1L) * size));
        }
        entries.add(
                "\"empty\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[" + 4L * size + "," + 4L * size + "]}");
        sparse(path, "{" + String.join(",", entries) + "}", 4L * size, file -> {
            for (int i = 0; i < 4; i++) {
                file.write(i * (long) size, 10 + i);
                file.write((i + 1L) * size - 1, 20 + i);
            }
        });
        try (Safetensors file = Safetensors.open(path)) {
            for (int i = 0; i < 4; i++) {
                ByteBuffer bytes = file.bytes("t" + i);
                assertThat(bytes.capacity()).isEqualTo(size);
                assertThat(bytes.get(0)).isEqualTo((byte) (10 + i));
                assertThat(bytes.get(size - 1)).isEqualTo((byte) (20 + i));
            }
            assertThat(file.floats("empty")).isEmpty();
            assertThat(Mappings.of(path)).isEqualTo(4);
        }
        assertThat(Mappings.of(path)).isZero();
    }

    @Test
    void tensorsThatShareBytes_areRefused() throws IOException {
        Path path = folder.resolve("overlap.safetensors");
        String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[7,15]}}";
        sparse(path, header, 15, file -> {});
        assertThatThrownBy(() -> Safetensors.open(path))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tensors a and b share bytes");
    }

    private interface Bytes {
        void write(long place, int value) throws IOException;
    }

    private interface Filling {
        void fill(Bytes bytes) throws IOException;
    }

    /** A file of holes, but for what is filled in. */
    private static void sparse(Path path, String header, long bytes, Filling filling) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(8 + json.length + bytes);
            file.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(json.length)
                    .array());
            file.write(json);
            filling.fill((place, value) -> {
                file.seek(8 + json.length + place);
                file.write(value);
            });
        }
    }

    /** The file is sparse: it takes no room on most file systems. */
    @Test
    void tensorBeyondFourGiB_isReadWithoutWhatLiesBefore() throws IOException {
        Path path = folder.resolve("large.safetensors");
        long before = 5_000_000_000L;
        String header = "{\"a\":{\"dtype\":\"F16\",\"shape\":[50000,50000],\"data_offsets\":[0," + before + "]},"
                + "\"last\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" + before + "," + (before + 8) + "]}}";
        byte[] floats = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(7)
                .putFloat(-0.25f)
                .array();
        sparse(path, header, before + 8, file -> {
            for (int i = 0; i < floats.length; i++) {
                file.write(before + i, floats[i]);
            }
        });
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
