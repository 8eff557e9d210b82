package dev.sotto.accountant.math;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedLongsTest {

    private static final int OVERHEAD = 100; // the class's name and what begins a stream
    private static final double MARKS = 1.005; // five bytes of the stream's own before each 1,024

    private static byte[] written(long... values) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(new PackedLongs(values));
        }
        return bytes.toByteArray();
    }

    private static long[] read(byte[] bytes) throws Exception {
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return ((PackedLongs) in.readObject()).values();
        }
    }

    /** Every width, with the extremes of each; lengths about those at which numbers and words end together. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whatIsRead_isWhatWasWritten(long seed) throws Exception {
        var random = new Random(seed);
        for (int trial = 0; trial < 20_000; trial++) {
            int width = random.nextInt(Long.SIZE + 1);
            long[] values = LongStream.generate(() -> ofWidth(random, width))
                    .limit(random.nextInt(140))
                    .toArray();
            assertThat(read(written(values)))
                    .as("seed %s, trial %s", seed, trial)
                    .isEqualTo(values);
        }
    }

    /** Two's complement of so many bits, about half of them the least or the greatest, or beside zero. */
    private static long ofWidth(Random random, int width) {
        if (width == 0) {
            return 0;
        }
        long least = -1L << (width - 1);
        return switch (random.nextInt(6)) {
            case 0 -> least;
            case 1 -> ~least;
            case 2 -> 0;
            default -> random.nextLong() >> (Long.SIZE - width);
        };
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 28, 31, 32, 33, 63, 64})
    void eachNumber_takesTheBitsOfTheLargest(int width) throws Exception {
        long[] values = new long[10_000];
        values[1234] = width == 0 ? 0 : -1L << (width - 1);

        assertThat(written(values).length)
                .isLessThan((int) (MARKS * values.length * width / Byte.SIZE) + OVERHEAD + 16);
        assertThat(read(written(values))).isEqualTo(values);
    }

    @Test
    void zeros_takeNoBytesHoweverMany() throws Exception {
        assertThat(written(new long[100_000]).length)
                .isEqualTo(written(new long[1]).length)
                .isLessThan(OVERHEAD);
        assertThat(read(written(new long[100_000]))).containsOnly(0).hasSize(100_000);
        assertThat(read(written())).isEmpty();
    }

    @Test
    void severalInOneStream_areReadOneAfterTheOther() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            for (int i = 0; i < 5; i++) {
                out.writeObject(new PackedLongs(filled(i)));
            }
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            for (int i = 0; i < 5; i++) {
                assertThat(((PackedLongs) in.readObject()).values()).isEqualTo(filled(i));
            }
        }
    }

    private static long[] filled(int i) {
        long[] values = new long[3 * i];
        Arrays.fill(values, -i);
        return values;
    }
}
