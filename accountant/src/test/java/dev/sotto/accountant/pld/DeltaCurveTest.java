package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading bounds on δ the other way, on a curve whose inverse is known. */
class DeltaCurveTest {
    /** e^(-rate ε) but for a per cent, where losses may be off by {@code lossError}. */
    private record Exponential(double rate, double end, double lossError) implements DeltaCurve {
        @Override
        public double upper(double epsilon) {
            return Math.min(1, 1.01 * Math.exp(-rate * epsilon));
        }

        @Override
        public double lower(double epsilon) {
            return 0.99 * Math.exp(-rate * epsilon);
        }

        @Override
        public double charge(double epsilon) {
            return 0.01 * Math.exp(-rate * epsilon);
        }

        @Override
        public int length() {
            return 2;
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 30, 0", "0.01, 5000, 0.5", "200, 1, 1e-3", "1, 7, 2"})
    void epsilons_areTheInverses_andOffByWhatLossesMayBe(double rate, double end, double lossError) {
        DeltaCurve curve = new Exponential(rate, end, lossError);
        for (double delta : new double[] {0.9, 0.3, 0.01, 1.01 * Math.exp(-rate * end * 0.99)}) {
            double upper = curve.epsilonUpper(delta);
            double lower = curve.epsilonLower(delta, upper);
            double exactUpper = Math.log(1.01 / delta) / rate;
            double exactLower = Math.max(0, Math.log(0.99 / delta) / rate - lossError);
            assertThat(upper - lossError).isBetween(exactUpper * (1 - 1e-14), exactUpper * (1 + 2 * DeltaCurve.CLOSE));
            assertThat(lower).isBetween(exactLower - 2 * DeltaCurve.CLOSE * upper, exactLower);
            assertThat(curve.epsilonLower(delta, Double.POSITIVE_INFINITY))
                    .isBetween(exactLower - 2 * DeltaCurve.CLOSE * end, exactLower);
            assertThat(curve.epsilonLower(delta, lower / 2)).isLessThanOrEqualTo(exactLower);
        }
    }

    @Test
    void whatIsNotReached_isInfinite_andWhatIsReachedAtOnce_is0() {
        DeltaCurve curve = new Exponential(1, 10, 1e-3);
        assertThat(curve.epsilonUpper(1)).isZero();
        assertThat(curve.epsilonUpper(1e-6)).isInfinite();
        assertThat(curve.epsilonUpper(1.01 * Math.exp(-10))).isFinite();
        assertThat(curve.epsilonLower(0.995, 10)).isZero();
        assertThat(curve.epsilonLower(0.99, 10)).isZero();
        assertThat(curve.epsilonLower(1e-6, Double.POSITIVE_INFINITY)).isBetween(9.9, 10.0);
    }
}
