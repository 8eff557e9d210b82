package dev.sotto.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClippedSumTest {
    private static final float[] EXTREMES = {
        0f,
        -0f,
        1f,
        -1f,
        Float.MIN_VALUE,
        -Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        1e-20f,
        1e20f,
        0x1p-24f,
        0x1.fffffep0f
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void oneUnit_neverExceedsTheRadiusInExactIntegers(long seed) {
        var random = new Random(seed);
        for (int trial = 0; trial < 20_000; trial++) {
            var plan = anyPlan(random);
            float[] gradient = hostile(random, 1 + random.nextInt(20));
            var sum = new ClippedSum(plan, gradient.length);
            sum.add(gradient, 0);
            assertThat(squaredLength(sum.toArray()))
                    .as("seed %s, trial %s, %s, %s", seed, trial, plan, Arrays.toString(gradient))
                    .isLessThanOrEqualTo(squaredRadius(plan));
        }
    }

    @Test
    void anyOneUnit_movesTheSumByAtMostTheRadius() {
        var random = new Random(4);
        for (int trial = 0; trial < 2_000; trial++) {
            var plan = anyPlan(random);
            int dimension = 1 + random.nextInt(10);
            var sum = new ClippedSum(plan, dimension);
            for (int others = random.nextInt(20); others > 0; others--) {
                sum.add(hostile(random, dimension), 0);
            }
            long[] without = sum.toArray();
            sum.add(hostile(random, dimension), 0);
            long[] moved = sum.toArray();
            Arrays.setAll(moved, i -> moved[i] - without[i]);
            assertThat(squaredLength(moved)).isLessThanOrEqualTo(squaredRadius(plan));
        }
    }

    /** The tiny squares are lost in the norm, so the scaled vector is too long: only the integers show it. */
    @Test
    void aUnitWhoseNormWasRoundedDown_isShortenedNotLost() {
        var plan = plan(1, new Clipping.AutoV(1));
        float[] gradient = new float[10_001];
        for (int i = 2; i < gradient.length; i += 2) {
            gradient[i] = 1e-8f;
        }
        gradient[0] = 1;
        var sum = new ClippedSum(plan, gradient.length);
        assertThat(sum.toLattice(gradient, 0, 1 / Lattice.of(plan).spacing())).isFalse();
        sum.add(gradient, 0);
        long radius = Lattice.of(plan).radius();
        assertThat(squaredLength(sum.toArray())).isLessThanOrEqualTo(squaredRadius(plan));
        assertThat(sum.toArray()[0]).isBetween((long) (radius * (1 - 0x1p-19)), radius - 1);
    }

    /** Sums of squares beyond 2^63, 2^64 and 2^80 must not wrap around into the accepted range. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 8, 16, 1 << 10, 1 << 16})
    void theGuard_doesNotOverflow(int dimension) {
        var plan = plan(0.1, new Clipping.Abadi(1));
        float[] ones = new float[dimension];
        Arrays.fill(ones, 1);
        var sum = new ClippedSum(plan, dimension);
        double radius = Lattice.of(plan).radius();
        for (double length : new double[] {radius, radius * 0.99, radius / Math.sqrt(dimension) * 1.0001, 0x1p31}) {
            assertThat(sum.toLattice(ones, 0, length)).isFalse();
        }
        assertThat(sum.toLattice(ones, 0, radius / Math.sqrt(dimension) * 0.9999))
                .isTrue();
    }

    /** The squares of 2^32, 2^33 and Long.MIN_VALUE are zero in 64 bits. */
    @ParameterizedTest
    @ValueSource(doubles = {0x1p32, 0x1p33, 0x1p63, 1e300, Double.POSITIVE_INFINITY})
    void aCoordinateWhoseSquareWraps_isRejectedOnEitherSide(double length) {
        var sum = new ClippedSum(plan(0.1, new Clipping.Abadi(1)), 2);
        assertThat(sum.toLattice(new float[] {1, 0}, 0, length)).isFalse();
        assertThat(sum.toLattice(new float[] {-1, 0}, 0, length)).isFalse();
        assertThat(sum.toLattice(new float[] {0, -1}, 0, length)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.7, 1, 1.1, 3, 1e6})
    void theGuard_isSharp(double sigma) {
        var plan = plan(sigma, new Clipping.Abadi(1));
        var sum = new ClippedSum(plan, 2);
        double radius = Lattice.of(plan).radius();
        assertThat(sum.toLattice(new float[] {1, 0}, 0, radius)).isTrue();
        assertThat(sum.toLattice(new float[] {-1, 0}, 0, radius)).isTrue();
        assertThat(sum.toLattice(new float[] {1, 0}, 0, radius + 1)).isFalse();
        assertThat(sum.toLattice(new float[] {-1, 0}, 0, radius + 1)).isFalse();
        assertThat(sum.toLattice(new float[] {1, (float) (1.5 / radius)}, 0, radius))
                .as("L^2 + 1")
                .isFalse();
    }

    @Test
    void anHonestUnit_keepsItsDirectionAndLength() {
        var random = new Random(5);
        for (int trial = 0; trial < 200; trial++) {
            int dimension = 1 + random.nextInt(2_000);
            var plan = plan(0.5 + random.nextDouble(), new Clipping.AutoV(Math.exp(10 * random.nextGaussian())));
            float[] gradient = gaussian(random, dimension, Math.exp(10 * random.nextGaussian()));
            var sum = new ClippedSum(plan, dimension);
            sum.add(gradient, 0);
            double norm = 0;
            for (float g : gradient) {
                norm += (double) g * g;
            }
            long[] point = sum.toArray();
            for (int i = 0; i < dimension; i++) {
                double wanted = gradient[i] / Math.sqrt(norm) * Lattice.of(plan).radius();
                assertThat((double) point[i])
                        .isBetween(wanted - Math.abs(wanted) * 2e-6 - 2, wanted + Math.abs(wanted) * 2e-6 + 2);
                assertThat(Math.abs(point[i])).isLessThanOrEqualTo((long) Math.abs(wanted) + 1);
            }
        }
    }

    /** With much noise the radius is a few hundred units, and rounding it down matters more than float error. */
    @Test
    void anHonestUnitOfFullLength_isNeverLost() {
        var random = new Random(8);
        for (int trial = 0; trial < 20_000; trial++) {
            var plan = plan(trial % 2 == 0 ? 1e6 : 0.1 + 1000 * random.nextDouble(), new Clipping.AutoV(1));
            var sum = new ClippedSum(plan, 3);
            sum.add(new float[] {(float) random.nextGaussian(), (float) random.nextGaussian(), random.nextInt(2)}, 0);
            assertThat(squaredLength(sum.toArray()).doubleValue())
                    .as("trial %s, %s", trial, plan)
                    .isGreaterThan(squaredRadius(plan).doubleValue() * 0.96);
        }
    }

    @Test
    void truncation_isTowardsZero() {
        var plan = plan(1, new Clipping.Abadi(1));
        double spacing = Lattice.of(plan).spacing();
        var sum = new ClippedSum(plan, 3);
        sum.add(new float[] {(float) (1.75 * spacing), (float) (-1.75 * spacing), (float) (0.99 * spacing)}, 0);
        assertThat(sum.toArray()).containsExactly(1, -1, 0);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aBrokenUnit_contributesNothing(float broken) {
        for (Clipping clipping : clippings(1)) {
            var sum = new ClippedSum(plan(1, clipping), 3);
            sum.add(new float[] {1, broken, 0.5f}, 0);
            assertThat(sum.toArray()).as("%s", clipping).containsOnly(0);
        }
    }

    @Test
    void aZeroGradient_contributesNothing() {
        for (Clipping clipping : clippings(1)) {
            var sum = new ClippedSum(plan(1, clipping), 2);
            sum.add(new float[2], 0);
            assertThat(sum.toArray()).containsOnly(0);
        }
    }

    @Test
    void sums_areEqualToTheBitForEveryOrderAndSplit() {
        var random = new Random(6);
        var plan = plan(0.7, new Clipping.AutoS(0.3));
        int dimension = 37;
        List<float[]> units = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            units.add(i % 10 == 0 ? hostile(random, dimension) : gaussian(random, dimension, 1));
        }
        long[] whole = sumOf(plan, dimension, units).toArray();
        for (int trial = 0; trial < 50; trial++) {
            Collections.shuffle(units, random);
            int cut = random.nextInt(units.size() + 1);
            var left = sumOf(plan, dimension, units.subList(0, cut));
            var right = sumOf(plan, dimension, units.subList(cut, units.size()));
            var merged = new ClippedSum(plan, dimension);
            merged.add(trial % 2 == 0 ? left : right);
            merged.add(trial % 2 == 0 ? right : left);
            assertThat(merged.toArray()).isEqualTo(whole);
        }
    }

    @Test
    void aUnit_isReadAtItsOffset() {
        var plan = plan(1, new Clipping.Abadi(1));
        float[] rows = {9, 9, 0.1f, 0.2f, 9, 9};
        var atOffset = new ClippedSum(plan, 2);
        atOffset.add(rows, 2);
        var alone = new ClippedSum(plan, 2);
        alone.add(new float[] {0.1f, 0.2f}, 0);
        assertThat(atOffset.toArray()).isEqualTo(alone.toArray());
        assertThatThrownBy(() -> alone.add(rows, 5)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void sumsOfOtherPlansOrLayouts_areRefused() {
        var sum = new ClippedSum(plan(1, new Clipping.Abadi(1)), 2);
        for (var other : List.of(
                new ClippedSum(plan(1, new Clipping.Abadi(2)), 2),
                new ClippedSum(plan(1, new Clipping.AutoV(1)), 2),
                new ClippedSum(plan(2, new Clipping.Abadi(1)), 2),
                new ClippedSum(plan(1, new Clipping.Abadi(1)), 3))) {
            assertThatThrownBy(() -> sum.add(other)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aSumThatCouldOverflow_isRefused() {
        var plan = plan(0.1, new Clipping.AutoV(1));
        var sum = new ClippedSum(plan, 1);
        sum.add(new float[] {1}, 0);
        for (int doubling = 0; doubling < 30; doubling++) {
            sum.add(sum); // 2^30 units of length L
        }
        assertThat(sum.toArray()[0]).isPositive();
        assertThatThrownBy(() -> sum.add(sum))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("overflow");
        assertThat(Lattice.of(plan).maxUnitsInSum()).isBetween(1L << 30, 1L << 31);
    }

    @Test
    void aSum_survivesTheJourneyAndGoesOnAdding() throws Exception {
        var random = new Random(7);
        var plan = plan(0.7, new Clipping.AutoS(0.3));
        var sum = sumOf(plan, 1000, List.of(gaussian(random, 1000, 1), gaussian(random, 1000, 1)));
        assertThat(written(sum)).as("no scratch space travels").hasSizeLessThan(1000 * Long.BYTES / 2 + 1000);
        var copy = travelled(sum);
        assertThat(copy.toArray()).isEqualTo(sum.toArray());
        float[] more = gaussian(random, 1000, 1);
        copy.add(more, 0);
        sum.add(more, 0);
        assertThat(copy.toArray()).isEqualTo(sum.toArray());
        sum.add(copy);
    }

    /** Whatever was summed, to the largest numbers that a sum may hold. */
    @Test
    void theJourney_isExact() throws Exception {
        var random = new Random(9);
        for (int trial = 0; trial < 500; trial++) {
            var plan = anyPlan(random);
            int dimension = 1 + random.nextInt(100);
            var sum = new ClippedSum(plan, dimension);
            for (int units = random.nextInt(4); units > 0; units--) {
                sum.add(hostile(random, dimension), 0);
            }
            for (int doubling = random.nextInt(28); doubling > 0; doubling--) {
                sum.add(sum);
            }
            assertThat(travelled(sum).toArray()).as("trial %s, %s", trial, plan).isEqualTo(sum.toArray());
        }
    }

    @Test
    void anEmptySum_travelsInAFewBytes() throws Exception {
        var empty = new ClippedSum(plan(1, new Clipping.Abadi(1)), 100_000);
        assertThat(written(empty)).hasSizeLessThan(1000);
        assertThat(travelled(empty).toArray()).hasSize(100_000).containsOnly(0);
    }

    @Test
    void overflow_isCountedOnBothSidesOfTheJourney() throws Exception {
        var plan = plan(0.1, new Clipping.AutoV(1));
        var sum = new ClippedSum(plan, 1);
        sum.add(new float[] {1}, 0);
        for (int doubling = 0; doubling < 30; doubling++) {
            sum.add(sum);
        }
        var copy = travelled(sum);
        assertThatThrownBy(() -> copy.add(sum)).isInstanceOf(IllegalStateException.class);
    }

    private static byte[] written(ClippedSum sum) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(sum);
        }
        return bytes.toByteArray();
    }

    private static ClippedSum travelled(ClippedSum sum) throws IOException, ClassNotFoundException {
        try (var in = new ObjectInputStream(new ByteArrayInputStream(written(sum)))) {
            return (ClippedSum) in.readObject();
        }
    }

    static PrivacyPlan plan(double sigma, Clipping clipping) {
        return new PrivacyPlan(1000, 0.01, 10, sigma, clipping);
    }

    static List<Clipping> clippings(double bound) {
        return List.of(new Clipping.Abadi(bound), new Clipping.AutoS(bound), new Clipping.AutoV(bound));
    }

    private static ClippedSum sumOf(PrivacyPlan plan, int dimension, List<float[]> units) {
        var sum = new ClippedSum(plan, dimension);
        for (float[] unit : units) {
            sum.add(unit, 0);
        }
        return sum;
    }

    private static PrivacyPlan anyPlan(Random random) {
        double[] sigmas = {0, 0.1, 0.1 + 1e-17, 0.3, 1 / 3.0, 0.7, 1, 1.1, 3, 100, 12345.678};
        double bound = random.nextInt(4) == 0 ? Math.pow(10, random.nextInt(61) - 30) : random.nextDouble() + 1e-3;
        return plan(
                sigmas[random.nextInt(sigmas.length)],
                clippings(Math.min(bound, 1e30)).get(random.nextInt(3)));
    }

    /** Extremes, any bit pattern, values that differ by one bit, or Gaussians of any size. */
    private static float[] hostile(Random random, int dimension) {
        float[] gradient = new float[dimension];
        int kind = random.nextInt(5);
        float base = Float.intBitsToFloat(random.nextInt());
        double size = Math.exp(30 * random.nextGaussian());
        for (int i = 0; i < dimension; i++) {
            gradient[i] = switch (kind) {
                case 0 -> EXTREMES[random.nextInt(EXTREMES.length)];
                case 1 -> Float.intBitsToFloat(random.nextInt());
                case 2 -> Float.intBitsToFloat(Float.floatToRawIntBits(base) ^ random.nextInt(2));
                case 3 -> (float) (size * random.nextGaussian());
                default -> random.nextInt(3) == 0 ? base : (float) (base * 1e-8 * random.nextDouble());
            };
        }
        return gradient;
    }

    private static float[] gaussian(Random random, int dimension, double size) {
        float[] gradient = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            gradient[i] = (float) (size * random.nextGaussian());
        }
        return gradient;
    }

    private static BigInteger squaredLength(long[] x) {
        return Arrays.stream(x)
                .mapToObj(BigInteger::valueOf)
                .map(v -> v.multiply(v))
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    private static BigInteger squaredRadius(PrivacyPlan plan) {
        return BigInteger.valueOf(Lattice.of(plan).radius()).pow(2);
    }
}
