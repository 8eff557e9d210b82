package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.batch.TokenBatch;
import dev.sotto.job.LocalSpark;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Encoded rows are the same wherever they are kept, in however few bytes. */
@ExtendWith(LocalSpark.class)
class KeptRowsTest {
    private static final int ROWS = 60;
    private static final int LONGEST = 16;

    /** Rows of 0 to 8 tokens and as many segments, some of them not usable, two rows a unit from the tenth row on. */
    private static EncodedPartition made(int highestId, int labelsOfARow) {
        var layout = new RowLayout.Tokens(0, LONGEST, true);
        VectorSchemaRoot root = EncodedPartition.allocate(layout.fields());
        var tokens = new TokenLists(root, true);
        var labels = new LabelLists(root);
        for (int row = 0; row < ROWS; row++) {
            int first = row;
            int[] ids = IntStream.range(0, row % 9)
                    .map(i -> highestId + 1 - first - i)
                    .toArray();
            tokens.write(ids, IntStream.range(0, ids.length).map(i -> i % 2).toArray(), row);
            if (row % 5 == 4) {
                labels.write(null, row);
            } else {
                var some = new float[labelsOfARow];
                some[row % labelsOfARow] = row;
                labels.write(some, row);
            }
            ((BitVector) root.getVector(EncodedPartition.USABLE)).setSafe(row, row % 5 == 4 ? 0 : 1);
            ((IntVector) root.getVector(EncodedPartition.UNIT)).setSafe(row, row < 10 ? row : 5 + row / 2);
        }
        root.setRowCount(ROWS);
        return new EncodedPartition(layout, root);
    }

    private static List<String> rows(EncodedPartition partition) {
        List<String> all = new ArrayList<>();
        for (int unit = 0; unit < partition.units(); unit++) {
            all.add("unit " + partition.firstRow(unit) + " " + partition.firstRow(unit + 1));
        }
        for (int row = 0; row < ROWS; row++) {
            all.add(partition.usable(row) + " " + partition.length(row));
            if (partition.usable(row)) {
                all.add(text((TokenBatch) partition.batch(new int[] {row}, LONGEST)));
            }
        }
        all.add(text((TokenBatch) partition.batch(new int[] {58, 3, 0, 12}, LONGEST)));
        return all;
    }

    private static String text(TokenBatch batch) {
        return String.join(
                " ",
                Arrays.toString(batch.ids()),
                Arrays.toString(batch.mask()),
                Arrays.toString(batch.typeIds()),
                Arrays.toString(batch.labels()));
    }

    private static EncodedPartition sent(EncodedPartition partition) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(partition);
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (EncodedPartition) in.readObject();
        }
    }

    @ParameterizedTest
    @CsvSource({"65535, 1", "65536, 1", "250000, 3", "100, 3"})
    void rows_areTheSameInMemoryAndOnDisk_hereAndSentElsewhere(int highestId, int labels) throws Exception {
        EncodedPartition inMemory = made(highestId, labels);
        List<String> expected = rows(inMemory);
        long whole = inMemory.estimatedSize();
        assertThat(expected).anyMatch(row -> row.startsWith("[" + highestId + ","));

        EncodedPartition onDisk = inMemory.kept(true);

        assertThat(onDisk.estimatedSize()).isLessThan(whole);
        assertThat(rows(onDisk)).isEqualTo(expected);
        EncodedPartition elsewhere = sent(onDisk);
        assertThat(elsewhere.estimatedSize()).isLessThan(whole);
        assertThat(rows(elsewhere)).isEqualTo(expected);
    }

    @Test
    void interruptedTask_leavesTheFileToOthers() {
        EncodedPartition onDisk = made(1000, 1).kept(true);
        List<String> expected = rows(onDisk);

        Thread.currentThread().interrupt();
        List<String> read = rows(onDisk);
        assertThat(Thread.interrupted()).isTrue();

        assertThat(read).isEqualTo(expected);
        assertThat(rows(onDisk)).isEqualTo(expected);
    }

    @Test
    void file_hasNoNameAndNoPlainRows() throws IOException {
        int a = 'A' | 'A' << Byte.SIZE;
        var layout = new RowLayout.Tokens(0, LONGEST, false);
        VectorSchemaRoot root = EncodedPartition.allocate(layout.fields());
        new TokenLists(root, false)
                .write(IntStream.generate(() -> a).limit(5000).toArray(), new int[5000], 0);
        new LabelLists(root).write(new float[1], 0);
        ((BitVector) root.getVector(EncodedPartition.USABLE)).setSafe(0, 1);
        ((IntVector) root.getVector(EncodedPartition.UNIT)).setSafe(0, 0);
        root.setRowCount(1);
        List<String> before = deletedFilesOf(10_000);

        EncodedPartition onDisk = new EncodedPartition(layout, root).kept(true);
        List<String> files = deletedFilesOf(10_000);

        assertThat(files).hasSizeGreaterThan(before.size()).noneMatch(bytes -> bytes.contains("AAAAAAAA"));
        onDisk.free();
        assertThat(deletedFilesOf(10_000)).hasSizeLessThan(files.size());
    }

    /** What is in the open files of this JVM that have no name and this size. */
    private static List<String> deletedFilesOf(long size) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            for (Path each : open.toList()) {
                if (Files.exists(each, LinkOption.NOFOLLOW_LINKS)
                        && Files.readSymbolicLink(each).toString().endsWith(" (deleted)")
                        && Files.size(each) == size) {
                    found.add(new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1));
                }
            }
        }
        return found;
    }

    @Test
    void tableMemory_isTakenFirst_andGivenBack(SparkSession spark) {
        assertThat(spark).isNotNull();
        EncodedPartition first = made(1000, 1);
        long bytes = first.estimatedSize();
        SparkEnv.get().conf().set("spark.memory.offHeap.enabled", "true");
        SparkEnv.get().conf().set("spark.memory.offHeap.size", Long.toString(bytes + bytes / 2));
        try {
            assertThat(first.kept(true).estimatedSize()).isZero();
            assertThat(made(1000, 1).kept(true).estimatedSize()).as("on disk").isBetween(1L, bytes - 1);
            assertThat(made(1000, 1).kept(false).estimatedSize())
                    .as("counted by Spark")
                    .isEqualTo(bytes);

            first.free();
            EncodedPartition next = made(1000, 1).kept(true);
            assertThat(next.estimatedSize()).isZero();
            next.free();
        } finally {
            SparkEnv.get().conf().remove("spark.memory.offHeap.enabled");
            SparkEnv.get().conf().remove("spark.memory.offHeap.size");
        }
    }

    @Test
    void shortRows_takeTenBytesBesideTheirTokens() {
        int rows = 10_000;
        var layout = new RowLayout.Tokens(0, LONGEST, false);
        VectorSchemaRoot root = EncodedPartition.allocate(layout.fields());
        var tokens = new TokenLists(root, false);
        var labels = new LabelLists(root);
        for (int row = 0; row < rows; row++) {
            tokens.write(new int[8], new int[8], row);
            labels.write(new float[] {1}, row);
            ((BitVector) root.getVector(EncodedPartition.USABLE)).setSafe(row, 1);
            ((IntVector) root.getVector(EncodedPartition.UNIT)).setSafe(row, row);
        }
        root.setRowCount(rows);

        assertThat(new EncodedPartition(layout, root).estimatedSize() / (double) rows)
                .isBetween(16.0 + 8, 16.0 + 10);
    }
}
