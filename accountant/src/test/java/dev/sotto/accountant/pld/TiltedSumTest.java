package dev.sotto.accountant.pld;

import static dev.sotto.accountant.pld.Norms.norm;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.math.Fft;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TiltedSumTest {
    private static final double UNIT = 0x1p-53;
    private static final double STEP = 0.1;

    /** So many points that the whole spectrum is transformed, or so few that they are summed up; all but a few at one end. */
    private static RoundedLoss loss(int size, double below) {
        long[] index = new long[size];
        double[] upper = new double[size];
        double[] lower = new double[size];
        double left = 1;
        for (int i = 0; i < size; i++) {
            index[i] = 2L * i - 1;
            upper[i] = i == size - 1 ? left : left * 0.7;
            lower[i] = upper[i] * (i == 0 ? 1 : below);
            left -= upper[i];
        }
        return new RoundedLoss(0.25, index, upper, lower, 0, 0);
    }

    /** The n-fold convolution of tilted masses, term by term, folded. */
    private static double[] power(RoundedLoss loss, int n, int length, double lambda, double logMoment, boolean upper) {
        double[] power = new double[length];
        power[0] = 1;
        for (int k = 0; k < n; k++) {
            double[] next = new double[length];
            for (int i = 0; i < length; i++) {
                for (int j = 0; j < loss.size(); j++) {
                    double mass = upper ? loss.upper(j) : loss.lower(j);
                    double weight = Math.exp(lambda * (loss.offset() + STEP * loss.index(j)) - logMoment);
                    next[(int) Math.floorMod(i + loss.index(j), (long) length)] += power[i] * mass * weight;
                }
            }
            power = next;
        }
        return power;
    }

    /**
     * The masses are those of all outcomes, but for less than is charged; and charged is no less than, for each step, its
     * transform's error and 32 units, and the way back.
     */
    @ParameterizedTest
    @CsvSource({
        "3, 0.5, 5, 32, 0",
        "3, 0.5, 5, 32, 2",
        "3, 0.5, 300, 64, 0.5",
        "40, 0.5, 4, 64, 0",
        "40, 0.5, 30, 128, 1",
        "2, 0.5, 1, 2, 0",
        "3, 1, 1, 128, 0"
    })
    void masses_areThoseOfAllOutcomes_withinTheErrors(int size, double below, int n, int length, double lambda) {
        RoundedLoss loss = loss(size, below);
        double logMoment = Cumulants.of(loss, STEP, lambda, true).value();
        TiltedSum sum = new TiltedSum(length);
        sum.compose(new Part(loss, n), STEP, lambda, logMoment);
        double[] upper = new double[length];
        double[] lower = new double[length];
        double error = sum.masses(upper, lower);
        double[] exactUpper = power(loss, n, length, lambda, logMoment, true);
        double[] exactLower = power(loss, n, length, lambda, logMoment, false);
        assertThat(Norms.error(upper, exactUpper)).isLessThan(error);
        assertThat(Norms.error(lower, exactLower)).isLessThan(error);
        Fft fft = Fft.ofLength(length);
        boolean summed = (length + 2.0) / 2 * size < 2.0 * length * Integer.numberOfTrailingZeros(length);
        double one = summed ? (size + 8) * UNIT : 2 * fft.relativeError();
        double before = norm(power(loss, n - 1, length, lambda, logMoment, true));
        double back = norm(norm(exactUpper), norm(exactLower)) * fft.relativeErrorOfNorm();
        double rounding = 32 * (n + 1) * UNIT * norm(exactUpper);
        assertThat(error)
                .isBetween(
                        0.99 * (norm(n * one * before, rounding) + back), 1.1 * (n * one * before + rounding + back));
    }
}
