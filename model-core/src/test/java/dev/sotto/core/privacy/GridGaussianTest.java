package dev.sotto.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeds are fixed; were they drawn anew, each statistical test would fail by chance at most once in a million runs. */
class GridGaussianTest {
    private static final double DEVIATION = 1L << Lattice.NOISE_BITS;
    private static long[] draws;

    @BeforeAll
    static void draw() {
        var gaussian = new GridGaussian(new KeyedStream(KeyedStream.derive(new byte[32], "test")), Long.SIZE);
        draws = LongStream.generate(gaussian::next).limit(2_000_000).toArray();
    }

    @Test
    void draws_fallIntoCellsAsTheNormalDistributionSays() {
        assertThat(cellsP(draws, 0.025)).isGreaterThan(Statistics.FALSE_ALARM);
    }

    /** Ties between digits are then common: every branch of the lazy comparison runs. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 29, 31})
    void draws_areNormalForEveryWidthOfDigit(int digitBits) {
        var random = new Random(digitBits);
        var gaussian = new GridGaussian(random::nextLong, digitBits);
        long[] narrow = LongStream.generate(gaussian::next).limit(300_000).toArray();
        assertThat(cellsP(narrow, 0.05)).isGreaterThan(Statistics.FALSE_ALARM);
        assertThat(lowBitsP(narrow, 6)).isGreaterThan(Statistics.FALSE_ALARM);
    }

    @Test
    void theEmpiricalDistribution_isNowhereFarFromTheNormalOne() {
        long[] sorted = Arrays.copyOf(draws, 200_000);
        Arrays.sort(sorted);
        double distance = 0;
        for (int i = 0; i < sorted.length; i++) {
            double cdf = Statistics.normalCdf(sorted[i] / DEVIATION);
            distance = Math.max(distance, Math.max((i + 1.0) / sorted.length - cdf, cdf - (double) i / sorted.length));
        }
        // Massart's form of the Dvoretzky-Kiefer-Wolfowitz inequality holds for every n.
        assertThat(2 * Math.exp(-2 * sorted.length * distance * distance)).isGreaterThan(Statistics.FALSE_ALARM);
    }

    /** E Z^2m = (2m-1)!!, and the variance of Z^2m is (4m-1)!! - ((2m-1)!!)^2. */
    @Test
    void moments_areThoseOfTheStandardNormal() {
        double[] mean = {0, 1, 0, 3, 0, 15};
        double[] variance = {1, 2, 15, 96, 945, 10170};
        for (int m = 1; m <= 6; m++) {
            double sum = 0;
            for (long draw : draws) {
                sum += Math.pow(draw / DEVIATION, m);
            }
            double z = (sum / draws.length - mean[m - 1]) / Math.sqrt(variance[m - 1] / draws.length);
            assertThat(Statistics.twoSided(z)).as("moment %s", m).isGreaterThan(Statistics.FALSE_ALARM);
        }
    }

    @Test
    void theTails_areThere() {
        for (double z : new double[] {3, 3.5, 4, 4.5}) {
            double expected = draws.length * Statistics.twoSided(z);
            long beyond = Arrays.stream(draws)
                    .filter(y -> Math.abs(y) > z * DEVIATION)
                    .count();
            assertThat(Statistics.twoSided((beyond - expected) / Math.sqrt(expected)))
                    .as("beyond %s: %s, expected %s", z, beyond, expected)
                    .isGreaterThan(Statistics.FALSE_ALARM);
        }
    }

    @Test
    void lowBits_areUniform() {
        assertThat(lowBitsP(draws, 10)).isGreaterThan(Statistics.FALSE_ALARM);
    }

    @Test
    void signsAndNeighbours_areIndependent() {
        double products = 0;
        double squares = 0;
        for (int i = 1; i < draws.length; i++) {
            products += draws[i] / DEVIATION * (draws[i - 1] / DEVIATION);
            double a = draws[i] / DEVIATION;
            double b = draws[i - 1] / DEVIATION;
            squares += (a * a - 1) * (b * b - 1) / 2;
        }
        assertThat(Statistics.twoSided(products / Math.sqrt(draws.length))).isGreaterThan(Statistics.FALSE_ALARM);
        assertThat(Statistics.twoSided(squares / Math.sqrt(draws.length))).isGreaterThan(Statistics.FALSE_ALARM);
    }

    /**
     * A script of words that leads to k = 0 and a chosen x: 0 then -1 ends the first game with k = 0, and -1 is not below
     * x, which keeps x; the last word is the sign. 2²⁸x is 36 bits of x above the point.
     */
    @Test
    void draws_areRoundedToTheNearestInteger() {
        for (long whole : new long[] {0, 1, 2, 1000, (1L << 28) - 2}) {
            long half = (2 * whole + 1) << 35;
            assertThat(scripted(whole << 36, 0)).isEqualTo(whole);
            assertThat(scripted(half - 1, 0)).isEqualTo(whole);
            assertThat(scripted(half, 0)).isEqualTo(whole + 1);
            assertThat(scripted(half, -1)).isEqualTo(-(whole + 1));
            assertThat(scripted(((whole + 1) << 36) - 1, -1)).isEqualTo(-(whole + 1));
        }
    }

    private static long scripted(long x, long sign) {
        var script = LongStream.of(0, -1, -1, x, sign).iterator();
        return new GridGaussian(script::nextLong, Long.SIZE).next();
    }

    /** Words of all zeros and ones, and long runs of either, are a legal stream too: no loop hangs, no range breaks. */
    @Test
    void unlikelyWords_giveFiniteDraws() {
        var random = new Random(3);
        var gaussian =
                new GridGaussian(() -> random.nextInt(3) == 0 ? random.nextLong() : -random.nextInt(2), Long.SIZE);
        for (int i = 0; i < 100_000; i++) {
            assertThat(Math.abs(gaussian.next())).isLessThan(1L << 40);
        }
    }

    /** The count of each cell of width {@code width} from -4 to 4, and the two tails, as a p-value. */
    private static double cellsP(long[] sample, double width) {
        int cells = (int) Math.round(8 / width) + 2;
        long[] edges = new long[cells - 1];
        Arrays.setAll(edges, i -> Math.round((-4 + i * width) * DEVIATION));
        long[] counts = new long[cells];
        for (long draw : sample) {
            int at = Arrays.binarySearch(edges, draw);
            counts[at >= 0 ? at : -at - 1]++; // cell i holds edges[i-1] < draw <= edges[i]
        }
        double[] expected = new double[cells];
        double below = 0;
        for (int i = 0; i < cells; i++) {
            double upTo = i < edges.length ? Statistics.normalCdf((edges[i] + 0.5) / DEVIATION) : 1;
            expected[i] = sample.length * (upTo - below);
            below = upTo;
        }
        return Statistics.chiSquareP(counts, expected);
    }

    /** The rounded normal's low bits are uniform to far less than any sample can show: its deviation is 2²⁸. */
    private static double lowBitsP(long[] sample, int bits) {
        long[] counts = new long[1 << bits];
        for (long draw : sample) {
            counts[(int) (draw & (counts.length - 1))]++;
        }
        double[] expected = new double[counts.length];
        Arrays.fill(expected, (double) sample.length / counts.length);
        return Statistics.chiSquareP(counts, expected);
    }
}
