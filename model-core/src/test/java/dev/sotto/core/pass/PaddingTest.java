package dev.sotto.core.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sotto.core.batch.Microbatches.Limit;
import dev.sotto.core.batch.PaddedLengths;
import dev.sotto.core.batch.TextEncoder;
import dev.sotto.core.batch.TokenBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What of a step's tokens is padding: behind shorter rows, and in rows that fill a pass up. The sentences are those of SST-2; the
 * machine is one whose kernels give a row the same bits in a pass of any size.
 */
class PaddingTest {
    private static final Path DATA =
            Path.of("../../shared/data").toAbsolutePath().normalize();
    private static final int LONGEST = 128;
    private static final double LOGICAL_BATCH = 1000;
    private static final Limit USUAL = new Limit(64, 4096);

    private static int[] lengths = {};

    @BeforeAll
    static void encode(@TempDir Path folder) throws IOException {
        Path table = DATA.resolve("sst2/train.tsv");
        assumeTrue(Files.isReadable(table), () -> "skipped: no " + table);
        Files.copy(DATA.resolve("tokenizers/bert-uncased-tokenizer.json"), folder.resolve("tokenizer.json"));
        try (TextEncoder encoder = TextEncoder.open(folder, LONGEST);
                var lines = Files.lines(table)) {
            lengths = lines.skip(1)
                    .mapToInt(line -> encoder.encode(line.substring(0, line.indexOf('\t')))
                            .ids()
                            .length)
                    .toArray();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8, 32})
    void padding_isLessThanATenthOfTheTokens(int partitions) {
        var random = new Random(partitions);
        var machine = new EqualBits(false, batch -> new float[batch.rows()]);
        long tokens = 0;
        long computed = 0;
        for (int partition = 0; partition < partitions; partition++) {
            var waiting = new TreeMap<Integer, Integer>();
            for (int row = partition; row < lengths.length; row += partitions) {
                if (random.nextDouble() < LOGICAL_BATCH / lengths.length) {
                    tokens += lengths[row];
                    waiting.merge(PaddedLengths.of(lengths[row], LONGEST), 1, Integer::sum);
                }
            }
            for (var entry : waiting.entrySet()) {
                int length = entry.getKey();
                for (int rows = entry.getValue(); rows > 0; ) {
                    int together = machine.rowsTogether(alike(length), rows, USUAL.rowsOf(length));
                    computed += (long) together * length;
                    rows -= together;
                }
            }
        }
        assertThat(computed - tokens).isBetween(1L, tokens / 10);
    }

    private static TokenBatch alike(int length) {
        return new TokenBatch(1, length, new int[length], new int[length], new int[length], new float[1]);
    }
}
