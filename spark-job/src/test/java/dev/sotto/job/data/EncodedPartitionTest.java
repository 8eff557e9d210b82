package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.batch.TokenBatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EncodedPartitionTest {

    private static final EncodedPartition PARTITION =
            EncodedPartitions.random(4, 1, 30).get(0);

    private static EncodedPartition roundTrip(EncodedPartition partition) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(partition);
            out.writeObject("what Spark writes next");
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            var read = (EncodedPartition) in.readObject();
            assertThat(in.readObject()).isEqualTo("what Spark writes next");
            return read;
        }
    }

    @Test
    void writtenAndRead_isTheSamePartition() throws Exception {
        EncodedPartition read = roundTrip(PARTITION);

        assertThat(read.units()).isEqualTo(PARTITION.units()).isEqualTo(30);
        assertThat(IntStream.rangeClosed(0, 30).map(read::firstRow))
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 30)
                        .map(PARTITION::firstRow)
                        .boxed()
                        .toList());
        int[] rows = {0, 7, 3};
        var batch = (TokenBatch) read.batch(rows, 16);
        var expected = (TokenBatch) PARTITION.batch(rows, 16);
        assertThat(batch.ids()).isEqualTo(expected.ids());
        assertThat(batch.mask()).isEqualTo(expected.mask());
        assertThat(batch.labels()).isEqualTo(expected.labels());
    }

    @Test
    void unitsOfSeveralRows_areRangesOfRows() {
        assertThat(PARTITION.firstRow(1)).isEqualTo(2); // every third unit has two rows
        assertThat(PARTITION.firstRow(2)).isEqualTo(3);
        assertThat(PARTITION.firstRow(30)).isEqualTo(40);
    }

    @Test
    void size_isThatOfTheNativeBuffers() {
        assertThat(PARTITION.estimatedSize()).isGreaterThan(30 * 8 * Integer.BYTES);
    }
}
