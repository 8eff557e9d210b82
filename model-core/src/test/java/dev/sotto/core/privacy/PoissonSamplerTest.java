package dev.sotto.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Seeds are fixed; were they drawn anew, each statistical test would fail by chance at most once in a million runs. */
class PoissonSamplerTest {
    private static final SamplingKey KEY = RunKey.insecureSeed(11).samplingKey();

    @ParameterizedTest
    @CsvSource({"0.2, 16", "0.01, 16", "0.9, 16", "0.2, 32", "0.2, 1", "0.2, 2", "0.3, 5", "0.01, 3"})
    void gaps_areGeometric(double q, int digitBits) {
        var random = new Random(Double.hashCode(q) + digitBits);
        int units = digitBits >= 16 ? 1_000_000 : 100_000;
        int[] sample = new PoissonSampler(random::nextLong, digitBits, units, q).draw();
        int cells = (int) Math.min(60, Math.ceil(6 / q));
        long[] counts = new long[cells];
        int last = -1;
        for (int unit : sample) {
            counts[Math.min(cells - 1, unit - last - 1)]++;
            last = unit;
        }
        double[] expected = new double[cells];
        Arrays.setAll(expected, g -> sample.length * Math.pow(1 - q, g) * (g == cells - 1 ? 1 : q));
        assertThat(Statistics.chiSquareP(counts, expected)).isGreaterThan(Statistics.FALSE_ALARM);
    }

    /** Catches samples of a fixed size, neighbours that attract or repel, and a first or last unit that is special. */
    @ParameterizedTest
    @CsvSource({"0.2, 13", "0.5, 16", "0.03, 33"})
    void everyUnitAndEveryPair_isSampledAsOftenAsIfIndependent(double q, int units) {
        int draws = 15_000;
        long[] singles = new long[units];
        long[][] pairs = new long[units][units];
        double sizeSquares = 0;
        for (int step = 0; step < draws; step++) {
            int[] sample = PoissonSampler.sample(KEY, 0, step, units, units, q);
            sizeSquares += Math.pow(sample.length - q * units, 2);
            for (int a : sample) {
                singles[a]++;
                for (int b : sample) {
                    pairs[a][b]++;
                }
            }
        }
        double worst = 0;
        for (int a = 0; a < units; a++) {
            worst = Math.max(worst, Math.abs(singles[a] - draws * q) / Math.sqrt(draws * q * (1 - q)));
            for (int b = 0; b < a; b++) {
                double p = q * q;
                worst = Math.max(worst, Math.abs(pairs[a][b] - draws * p) / Math.sqrt(draws * p * (1 - p)));
            }
        }
        assertThat(Statistics.twoSided(worst) * units * units).isGreaterThan(Statistics.FALSE_ALARM);
        double variance = units * q * (1 - q);
        assertThat(sizeSquares / draws / variance).as("sizes are binomial").isBetween(0.95, 1.05);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.3, 1e-3, 1e-12, 0x1p-60, Double.MIN_VALUE, 1 - 0x1p-53})
    void thresholds_areThoseOfTheExactReals(double q) {
        BigDecimal r = BigDecimal.ONE.subtract(new BigDecimal(q));
        BigDecimal scale = new BigDecimal(BigInteger.ONE.shiftLeft(64));
        BigInteger[] thresholds = PoissonSampler.thresholds(q, 6, 64);
        for (int j = 0; j <= 6; j++) {
            BigDecimal power = r.pow(1 << j); // all its digits
            BigDecimal exact = j == 6 ? power : power.divide(BigDecimal.ONE.add(power), new MathContext(2500));
            assertThat(thresholds[j]).isEqualTo(exact.multiply(scale).toBigInteger());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 64})
    void furtherDigitsOfThresholds_continueTheEarlierOnes(int digitBits) {
        for (int bits = digitBits; bits < 512; bits += digitBits) {
            BigInteger[] coarse = PoissonSampler.thresholds(0.0137, 31, bits);
            BigInteger[] fine = PoissonSampler.thresholds(0.0137, 31, bits + digitBits);
            for (int j = 0; j < coarse.length; j++) {
                assertThat(fine[j].shiftRight(digitBits)).isEqualTo(coarse[j]);
            }
        }
    }

    @Test
    void certainty_samplesEveryUnit() {
        assertThat(PoissonSampler.sample(KEY, 0, 0, 0, 1000, 1))
                .isEqualTo(IntStream.range(0, 1000).toArray());
    }

    @Test
    void anEmptyPartition_hasAnEmptySample() {
        assertThat(PoissonSampler.sample(KEY, 0, 0, 0, 0, 0.5)).isEmpty();
    }

    @Test
    void aLoneUnit_isSampledWithProbabilityQ() {
        int hits = 0;
        for (int step = 0; step < 100_000; step++) {
            int[] sample = PoissonSampler.sample(KEY, 1, step, 0, 1, 0.3);
            assertThat(sample.length == 0 || (sample.length == 1 && sample[0] == 0))
                    .isTrue();
            hits += sample.length;
        }
        assertThat(Statistics.twoSided((hits - 30_000) / Math.sqrt(21_000))).isGreaterThan(Statistics.FALSE_ALARM);
    }

    /** About 2.1 units are expected for each of 2³¹ - 1 at q = 1e-9; a scan would take hours. */
    @Test
    void hugePartitionsAndTinyProbabilities_takeNoTime() {
        double q = 1e-9;
        long[] quarters = new long[4];
        int draws = 2_000;
        for (int step = 0; step < draws; step++) {
            for (int unit : PoissonSampler.sample(KEY, 2, step, 0, Integer.MAX_VALUE, q)) {
                quarters[(int) (unit / (1L << 29))]++;
            }
        }
        double[] expected = new double[4];
        Arrays.fill(expected, draws * q * (1L << 29));
        double statistic = 0;
        for (int i = 0; i < 4; i++) {
            statistic += Math.pow(quarters[i] - expected[i], 2) / expected[i];
        }
        assertThat(Statistics.chiSquareTail(statistic, 4)).isGreaterThan(Statistics.FALSE_ALARM);
        assertThat(PoissonSampler.sample(KEY, 2, 0, 0, Integer.MAX_VALUE, 1e-12))
                .hasSizeLessThan(3);
        assertThat(PoissonSampler.sample(KEY, 2, 0, 0, Integer.MAX_VALUE, Double.MIN_VALUE))
                .isEmpty();
    }

    @Test
    void almostCertainty_missesAlmostNothing() {
        assertThat(PoissonSampler.sample(KEY, 3, 0, 0, 100_000, 1 - 0x1p-53)).hasSize(100_000);
    }

    @Test
    void samples_areAscendingAndInRange() {
        for (int units : new int[] {1, 2, 3, 4, 5, 127, 128, 129, 1 << 20, (1 << 20) + 1}) {
            int[] sample = PoissonSampler.sample(KEY, 4, 0, 0, units, 0.5);
            for (int i = 0; i < sample.length; i++) {
                assertThat(sample[i]).isBetween(i == 0 ? 0 : sample[i - 1] + 1, units - 1);
            }
        }
    }

    @Test
    void aSample_isAFunctionOfItsAddressAlone() {
        int[] sample = PoissonSampler.sample(KEY, 5, 6, 7, 10_000, 0.1);
        var sameKey = RunKey.insecureSeed(11).samplingKey();
        var otherKey = RunKey.insecureSeed(12).samplingKey();
        assertThat(PoissonSampler.sample(sameKey, 5, 6, 7, 10_000, 0.1)).isEqualTo(sample);
        assertThat(PoissonSampler.sample(otherKey, 5, 6, 7, 10_000, 0.1)).isNotEqualTo(sample);
        assertThat(PoissonSampler.sample(KEY, 6, 6, 7, 10_000, 0.1)).isNotEqualTo(sample);
        assertThat(PoissonSampler.sample(KEY, 5, 7, 7, 10_000, 0.1)).isNotEqualTo(sample);
        assertThat(PoissonSampler.sample(KEY, 5, 6, 8, 10_000, 0.1)).isNotEqualTo(sample);
        assertThat(PoissonSampler.sample(KEY, 5, 6, 7, 10_000, 0.1)).isEqualTo(sample);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, 1.0000001, Double.NaN, Double.POSITIVE_INFINITY})
    void aProbabilityOutsideItsRange_isRefused(double q) {
        assertThatThrownBy(() -> PoissonSampler.sample(KEY, 0, 0, 0, 10, q))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
