package dev.sotto.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.EncodedRows;
import dev.sotto.core.batch.Microbatches.Limit;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.engine.DeviceMemoryException;
import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.GaussianMechanism;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A toy model whose gradient is the row's own vector, so that every sum can be worked out by hand. */
class PartitionStepTest {

    private static final int D = 3;
    private static final Clipping UNCLIPPED = new Clipping.Abadi(1000);

    /** The label says which vector a row has. */
    private static final class Vectors implements EncodedRows, GradientModel {
        private final int[] firstRows;
        private final float[][] vectors;
        private final boolean[] unusable;
        private int rowsInMemory = Integer.MAX_VALUE;
        private boolean toldTooLarge;

        Vectors(int[] firstRows, float[][] vectors, boolean[] unusable) {
            this.firstRows = firstRows;
            this.vectors = vectors;
            this.unusable = unusable;
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
            return !unusable[row];
        }

        @Override
        public int length(int row) {
            return 1 + row % 7;
        }

        @Override
        public int longest() {
            return 8;
        }

        @Override
        public Batch batch(int[] rows, int length) {
            var labels = new float[rows.length];
            for (int i = 0; i < rows.length; i++) {
                labels[i] = rows[i];
            }
            int n = rows.length;
            return new TokenBatch(n, 1, new int[n], new int[n], new int[n], labels);
        }

        @Override
        public float[] gradients(Batch batch, float[] trained) {
            if (batch.rows() > rowsInMemory) {
                throw new DeviceMemoryException(new IllegalStateException("out of memory"));
            }
            var gradients = new float[batch.rows() * D];
            for (int i = 0; i < batch.rows(); i++) {
                System.arraycopy(vectors[(int) batch.labels()[i]], 0, gradients, i * D, D);
            }
            return gradients;
        }

        /** Fills up whatever is not a multiple of three, and thinks that all fits until it is told otherwise. */
        @Override
        public int rowsTogether(Batch like, int waiting, int most) {
            return most < 3 ? 1 : most < 12 || toldTooLarge ? 3 : 12;
        }

        @Override
        public boolean tooLarge(Batch like, int rows) {
            toldTooLarge = true;
            return rows > 3;
        }
    }

    private static Vectors of(int[] firstRows, float[]... vectors) {
        return new Vectors(firstRows, vectors, new boolean[vectors.length]);
    }

    /** The exact sum, made visible by a mechanism without noise. */
    private static double[] sum(Vectors rows, double q, Limit limit, Clipping clipping) {
        double[] exact = sum(rows, q, limit, clipping, RowIndependence.EXACT);
        assertThat(sum(rows, q, limit, clipping, RowIndependence.ROUNDING)).isEqualTo(exact);
        return exact;
    }

    private static double[] sum(Vectors rows, double q, Limit limit, Clipping clipping, RowIndependence independence) {
        return sum(rows, q, limit, clipping, ClippingGroups.JOINT, independence);
    }

    private static double[] sum(
            Vectors rows,
            double q,
            Limit limit,
            Clipping clipping,
            ClippingGroups groups,
            RowIndependence independence) {
        var plan = new PrivacyPlan(1, q, 1, 0, clipping);
        RunKey key = RunKey.insecureSeed(7);
        ClippedSum sum = new PartitionStep(plan, groups, key.samplingKey(), 0, limit, independence)
                .run(0, 0, rows, rows, new float[D]);
        double[] mean = new GaussianMechanism(plan, key).release(sum, 0).gradient();
        for (int i = 0; i < D; i++) {
            mean[i] *= plan.expectedBatchSize();
        }
        return mean;
    }

    @Test
    void unitOfSeveralRows_contributesTheMeanOfTheirGradients() {
        Vectors rows = of(new int[] {0, 2, 3}, new float[] {1, 0, 0}, new float[] {3, 4, 0}, new float[] {0, 0, 5});

        assertThat(sum(rows, 1, new Limit(8, 100), UNCLIPPED)).containsExactly(new double[] {2, 2, 5}, within(1e-4));
    }

    @Test
    void unit_isClippedAsAWhole() {
        Vectors rows = of(new int[] {0, 2}, new float[] {6, 0, 0}, new float[] {0, 8, 0});

        assertThat(sum(rows, 1, new Limit(8, 100), new Clipping.Abadi(1)))
                .containsExactly(new double[] {0.6, 0.8, 0}, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 64})
    void sum_isTheSameWhateverTheMicrobatches(int rowsAtOnce) {
        var random = new Random(3);
        var vectors = new float[100][D];
        var firstRows = new int[41];
        for (int unit = 0; unit < 40; unit++) {
            firstRows[unit + 1] = Math.min(100, firstRows[unit] + 1 + random.nextInt(4));
        }
        firstRows[40] = 100;
        for (float[] vector : vectors) {
            for (int i = 0; i < D; i++) {
                vector[i] = (float) random.nextGaussian();
            }
        }
        Vectors rows = of(firstRows, vectors);

        assertThat(sum(rows, 0.5, new Limit(rowsAtOnce, 1000), new Clipping.AutoS(1)))
                .isEqualTo(sum(rows, 0.5, new Limit(7, 20), new Clipping.AutoS(1)));
    }

    @Test
    void passesThatDoNotFit_areMadeSmaller_andNothingIsLost() {
        var vectors = new float[50][D];
        for (int row = 0; row < vectors.length; row++) {
            vectors[row] = new float[] {row, 1, -row};
        }
        int[] firstRows = {0, 1, 4, 9, 20, 33, 50};
        double[] expected = sum(of(firstRows, vectors), 1, new Limit(64, 1000), new Clipping.AutoS(1));

        for (RowIndependence independence : RowIndependence.values()) {
            Vectors rows = of(firstRows, vectors);
            rows.rowsInMemory = 4;
            assertThat(sum(rows, 1, new Limit(64, 1000), new Clipping.AutoS(1), independence))
                    .isEqualTo(expected);
            rows.rowsInMemory = 0;
            assertThatThrownBy(() -> sum(rows, 1, new Limit(64, 1000), UNCLIPPED, independence))
                    .isInstanceOf(DeviceMemoryException.class);
        }
    }

    private static final ClippingGroups TWO_GROUPS = new ClippingGroups(List.of(
            new ClippingGroups.Group("first", new Clipping.Abadi(0.6), List.of(new Span(0, 2))),
            new ClippingGroups.Group("last", new Clipping.AutoS(0.8), List.of(new Span(2, 3)))));

    private static double[] grouped(Vectors rows, Limit limit) {
        return sum(rows, 1, limit, new Clipping.Abadi(1), TWO_GROUPS, RowIndependence.EXACT);
    }

    @Test
    void groupsOfAUnitsMean_areShortenedApart() {
        Vectors rows =
                of(new int[] {0, 2, 3}, new float[] {6, 0, 0}, new float[] {0, 8, 2}, new float[] {0.25f, 0, -1000});

        assertThat(grouped(rows, new Limit(8, 100)))
                .containsExactly(new double[] {0.36 + 0.25, 0.48, 0.8 / 1.01 - 0.8 / 1.00001}, within(1e-6));
    }

    @Test
    void sumInGroups_isTheSameForUnitsInAnyOrderAndSplit() {
        var random = new Random(5);
        var vectors = new float[60][D];
        for (float[] vector : vectors) {
            for (int i = 0; i < D; i++) {
                vector[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(7) - 3));
            }
        }
        var backwards = new float[60][];
        for (int row = 0; row < 60; row += 2) {
            backwards[58 - row] = vectors[row];
            backwards[59 - row] = vectors[row + 1];
        }
        int[] pairs = IntStream.rangeClosed(0, 30).map(unit -> 2 * unit).toArray();
        double[] whole = grouped(of(pairs, vectors), new Limit(64, 1000));
        assertThat(grouped(of(pairs, backwards), new Limit(7, 20))).isEqualTo(whole);

        double[] first =
                grouped(of(IntStream.rangeClosed(0, 11).map(unit -> 2 * unit).toArray(), vectors), new Limit(5, 99));
        double[] rest = grouped(
                of(IntStream.rangeClosed(0, 19).map(unit -> 2 * unit).toArray(), Arrays.copyOfRange(vectors, 22, 60)),
                new Limit(1, 99));
        Arrays.setAll(first, i -> first[i] + rest[i]); // whole numbers times one spacing, of few bits
        assertThat(first).isEqualTo(whole);
    }

    @Test
    void groupsOfAnotherVector_areRefused() {
        var one = new ClippingGroups(
                List.of(new ClippingGroups.Group("one", new Clipping.Abadi(1), List.of(new Span(0, 2)))));
        assertThatThrownBy(() -> sum(
                        of(new int[] {0, 1}, new float[D]),
                        1,
                        new Limit(8, 100),
                        new Clipping.Abadi(1),
                        one,
                        RowIndependence.EXACT))
                .hasMessageContaining("do not make up a gradient of 3");
    }

    @Test
    void rowThatCouldNotBeEncoded_contributesNothing() {
        var rows = new Vectors(
                new int[] {0, 2, 3}, new float[][] {{1, 0, 0}, {9, 9, 9}, {9, 9, 9}}, new boolean[] {false, true, true
                });

        assertThat(sum(rows, 1, new Limit(8, 100), UNCLIPPED)).containsExactly(new double[] {1, 0, 0}, within(1e-4));
    }

    @Test
    void rowWithABrokenGradient_takesItsUnitWithItAndNoOther() {
        Vectors rows =
                of(new int[] {0, 2, 3}, new float[] {1, 0, 0}, new float[] {Float.NaN, 0, 0}, new float[] {0, 0, 5});

        assertThat(sum(rows, 1, new Limit(8, 100), UNCLIPPED)).containsExactly(new double[] {0, 0, 5}, within(1e-4));
    }
}
