package dev.sotto.accountant.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FftTest {
    private static double[] random(int n, Random random) {
        return random.doubles(n, -1, 1).toArray();
    }

    /** Every entry against the definition, summed term by term, whose own error is below n units in the last place. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 16, 64, 512})
    void forward_isTheDefinition_withinTheStatedError(int n) {
        Random random = new Random(20260712);
        double[] re = random(n, random);
        double[] im = random(n, random);
        double[] x = re.clone();
        double[] y = im.clone();
        Fft fft = Fft.ofLength(n);
        fft.forward(re, im);
        double moduli = 0;
        for (int j = 0; j < n; j++) {
            moduli += Math.hypot(x[j], y[j]);
        }
        double errors = 0;
        double outputs = 0;
        for (int p = 0; p < n; p++) {
            double sumRe = 0;
            double sumIm = 0;
            for (int j = 0; j < n; j++) {
                double angle = -2 * Math.PI * ((long) fft.frequency(p) * j % n) / n;
                sumRe += x[j] * Math.cos(angle) - y[j] * Math.sin(angle);
                sumIm += x[j] * Math.sin(angle) + y[j] * Math.cos(angle);
            }
            double error = Math.hypot(re[p] - sumRe, im[p] - sumIm);
            assertThat(error).isLessThanOrEqualTo((fft.relativeError() + n * 0x1p-53) * moduli);
            errors += error * error;
            outputs += sumRe * sumRe + sumIm * sumIm;
        }
        assertThat(Math.sqrt(errors))
                .isLessThanOrEqualTo((fft.relativeErrorOfNorm() + n * 0x1p-53) * Math.sqrt(outputs));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 32, 1024, 1 << 19})
    void inverse_takesTheForwardBack_timesItsLength(int n) {
        Random random = new Random(20260713);
        double[] re = random(n, random);
        double[] im = random(n, random);
        double[] x = re.clone();
        double[] y = im.clone();
        Fft fft = Fft.ofLength(n);
        fft.forward(re, im);
        fft.inverse(re, im);
        for (int j = 0; j < n; j++) {
            assertThat(Math.hypot(re[j] / n - x[j], im[j] / n - y[j])).isLessThan(1e-13);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8, 256})
    void mirror_standsWhereTheNegativeFrequencyDoes_andTheTableIsTheCircle(int n) {
        Fft fft = Fft.ofLength(n);
        for (int p = 0; p < n; p++) {
            assertThat((fft.frequency(p) + fft.frequency(Fft.mirror(p))) % n).isZero();
            assertThat(fft.cos(p)).isCloseTo(Math.cos(2 * Math.PI * p / n), within(1e-15));
            assertThat(fft.sin(p)).isCloseTo(Math.sin(2 * Math.PI * p / n), within(1e-15));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 12, -4})
    void whatIsNoPowerOfTwo_isRefused(int n) {
        assertThatThrownBy(() -> Fft.ofLength(n)).hasMessageContaining("power of two");
    }

    /** 6 and 8 units in the last place for each level: what everything that is charged for rounding rests on. */
    @Test
    void errorBounds_growByTheLevel() {
        for (int levels = 1; levels <= 18; levels++) {
            Fft fft = Fft.ofLength(1 << levels);
            assertThat(fft.relativeError()).isBetween(6 * levels * 0x1p-53, 6.001 * levels * 0x1p-53);
            assertThat(fft.relativeErrorOfNorm()).isBetween(8 * levels * 0x1p-53, 8.001 * levels * 0x1p-53);
        }
    }
}
