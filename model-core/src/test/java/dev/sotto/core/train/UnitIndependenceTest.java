package dev.sotto.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.EncodedRows;
import dev.sotto.core.batch.Microbatches.Limit;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Adapter;
import dev.sotto.core.method.Addition;
import dev.sotto.core.method.Compacter;
import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.RandomFolder;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.GaussianMechanism;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * On real kernels: what a unit adds to a step's sum is the same integers, whoever else is sampled. The model's sizes are no multiples
 * of a vector unit's, and its activation is one that is computed by other code at the end of a tensor.
 */
class UnitIndependenceTest {
    private static final String ODD =
            """
            {"model_type": "bert", "architectures": ["BertForSequenceClassification"], "vocab_size": 120, "hidden_size": 84,
             "num_hidden_layers": 4, "num_attention_heads": 3, "intermediate_size": 150, "hidden_act": "silu",
             "max_position_embeddings": 32, "type_vocab_size": 2, "layer_norm_eps": 1e-12}
            """;
    private static final PrivacyPlan ALL_OF_THEM = new PrivacyPlan(1, 1, 1, 0, new Clipping.AutoS(1));

    @TempDir
    static Path folder;

    private static TrainableModel model;

    @BeforeAll
    static void load() throws IOException {
        RandomFolder.write(folder, ODD);
        model = load(Trained.BIASES_AND_HEAD);
    }

    private static TrainableModel load(Trained trained) {
        return TrainableModel.load(folder, new ModelSpec(Task.CLASSIFICATION, 2, trained));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** Rows of random tokens and lengths; the units are ranges of them. */
    private static final class RandomRows implements EncodedRows {
        private final int[][] ids;
        private final int[] firstRows;

        RandomRows(int[][] ids, int[] firstRows) {
            this.ids = ids;
            this.firstRows = firstRows;
        }

        static RandomRows of(int units) {
            var random = new Random(units);
            int[] firstRows = new int[units + 1];
            for (int unit = 0; unit < units; unit++) {
                firstRows[unit + 1] = firstRows[unit] + (unit % 4 == 0 ? 3 : 1);
            }
            int[][] ids = IntStream.range(0, firstRows[units])
                    .mapToObj(row -> random.ints(2 + random.nextInt(21), 1, 120).toArray())
                    .toArray(int[][]::new);
            return new RandomRows(ids, firstRows);
        }

        /** The partition that holds one of the units and nobody else. */
        RandomRows only(int unit) {
            int rows = firstRows[unit + 1] - firstRows[unit];
            int[][] own = IntStream.range(firstRows[unit], firstRows[unit + 1])
                    .mapToObj(row -> ids[row])
                    .toArray(int[][]::new);
            return new RandomRows(own, new int[] {0, rows});
        }

        @Override
        public int units() {
            return firstRows.length - 1;
        }

        @Override
        public int firstRow(int unit) {
            return firstRows[unit];
        }

        @Override
        public boolean usable(int row) {
            return true;
        }

        @Override
        public int length(int row) {
            return ids[row].length;
        }

        @Override
        public int longest() {
            return 24;
        }

        @Override
        public Batch batch(int[] rows, int length) {
            int[][] tokens = IntStream.of(rows).mapToObj(row -> ids[row]).toArray(int[][]::new);
            int[][] types =
                    IntStream.of(rows).mapToObj(row -> new int[ids[row].length]).toArray(int[][]::new);
            var labels = new float[rows.length];
            for (int i = 0; i < rows.length; i++) {
                labels[i] = ids[rows[i]][0] % 2;
            }
            return TokenBatch.padded(tokens, types, labels, 0, length);
        }
    }

    private static ClippedSum sum(TrainableModel model, EncodedRows rows, Limit limit) {
        return new PartitionStep(
                        ALL_OF_THEM,
                        ClippingGroups.JOINT,
                        RunKey.insecureSeed(1).samplingKey(),
                        0,
                        limit,
                        RowIndependence.EXACT)
                .run(0, 0, rows, model, model.initial());
    }

    /** The integers themselves, times a constant. */
    private static double[] integers(ClippedSum sum) {
        return new GaussianMechanism(ALL_OF_THEM, RunKey.insecureSeed(1))
                .release(sum, 0)
                .gradient();
    }

    @ParameterizedTest
    @CsvSource({"64, 4096", "8, 4096", "64, 100", "5, 60", "1, 4096"})
    void stepsSum_isTheSumOfWhatEachUnitGivesAlone(int rowsAtOnce, int tokensAtOnce) {
        assertIsTheSumOfWhatEachGivesAlone(model, new Limit(rowsAtOnce, tokensAtOnce));
    }

    static Stream<Addition> additions() {
        return Stream.of(new Lora(3, 6, List.of("*")), new Adapter(6), new Compacter(6, 3, 2), new Prefix(3));
    }

    @ParameterizedTest
    @MethodSource("additions")
    void whateverIsAdded_itIsTheSumOfWhatEachUnitGivesAlone(Addition addition) {
        try (TrainableModel added = load(Trained.BIASES_AND_HEAD.with(addition))) {
            assertIsTheSumOfWhatEachGivesAlone(added, new Limit(64, 4096));
        }
    }

    private static void assertIsTheSumOfWhatEachGivesAlone(TrainableModel model, Limit limit) {
        RandomRows rows = RandomRows.of(60);
        var alone = new ClippedSum(ALL_OF_THEM, model.layout().size());
        for (int unit = 0; unit < rows.units(); unit++) {
            alone.add(sum(model, rows.only(unit), limit));
        }

        assertThat(integers(sum(model, rows, limit))).isEqualTo(integers(alone));
    }
}
