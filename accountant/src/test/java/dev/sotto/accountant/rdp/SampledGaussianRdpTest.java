package dev.sotto.accountant.rdp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.accountant.Golden;
import dev.sotto.accountant.json.Json;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SampledGaussianRdpTest {
    @ParameterizedTest
    @MethodSource("dev.sotto.accountant.Golden#rdpOrders")
    void removal_isAtOrJustAboveTheThirtyDigitReference(Map<String, Object> row) {
        var rdp = new SampledGaussianRdp(Golden.number(row, "q"), Golden.number(row, "sigma"));
        for (Object item : Golden.list(row, "per_step_rdp")) {
            Map<String, Object> order = Json.asObject(item, "order");
            BigDecimal exact = new BigDecimal((String) order.get("exact"));
            assertThat(new BigDecimal(rdp.remove(Golden.number(order, "order"))))
                    .as("order %s", order.get("order"))
                    .isBetween(exact, exact.multiply(new BigDecimal("1.00000000002")));
        }
    }

    /** Mironov, Talwar, Zhang 2019, Section 3.3: E_Q[(P/Q)^α] is a binomial sum at integer α. */
    @ParameterizedTest
    @CsvSource({"2, 1, 0.01", "3, 0.5, 0.2", "7, 2, 0.9", "16, 1.3, 0.001", "32, 4, 0.3", "5, 0.2, 0.5", "9, 30, 0.05"})
    void removal_equalsTheBinomialSumAtIntegerOrders(int order, double sigma, double q) {
        double sum = 0;
        double binomial = 1;
        for (int k = 0; k <= order; k++) {
            sum += binomial
                    * Math.pow(1 - q, order - k)
                    * Math.pow(q, k)
                    * Math.expm1((k * (double) k - k) / (2 * sigma * sigma));
            binomial = binomial * (order - k) / (k + 1);
        }
        double expected = Math.log1p(sum) / (order - 1);
        assertThat(new SampledGaussianRdp(q, sigma).remove(order)).isCloseTo(expected, within(1e-11 * expected));
    }

    /** Mironov, Talwar, Zhang 2019: removal is never cheaper than addition. */
    @ParameterizedTest
    @CsvSource({"1.5, 1, 0.01", "3, 0.5, 0.2", "40, 2, 0.9", "1.01, 0.1, 0.5", "2.5, 20, 1e-9"})
    void addition_neverExceedsRemoval(double order, double sigma, double q) {
        var rdp = new SampledGaussianRdp(q, sigma);
        assertThat(rdp.add(order)).isPositive().isLessThanOrEqualTo(rdp.remove(order) * (1 + 1e-9));
    }

    @Test
    void addition_atOrderTwoOfAHalfSample_isTheIntegral() {
        // E_Q[(Q/P)] - 1 by Simpson's rule, an independent path: q = 1/2, sigma = 1.
        double sum = 0;
        int n = 40_000;
        double width = 40.0 / n;
        for (int i = 0; i <= n; i++) {
            double x = -20 + i * width;
            double ratio = 0.5 + 0.5 * Math.exp(x - 0.5);
            double weight = i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) / ratio;
        }
        double expected = Math.log(sum * width / 3);
        assertThat(new SampledGaussianRdp(0.5, 1).add(2)).isCloseTo(expected, within(1e-10));
    }

    /** Nearly everyone is sampled: the integrand's hump is at 1 - α, many standard deviations below any other place. By Simpson. */
    @ParameterizedTest
    @CsvSource({"0.999999, 1, 12", "0.999999, 1, 8", "0.99999999, 1.2, 20", "0.99, 3, 40", "0.5, 1, 30"})
    void addition_atLargeOrders_isTheIntegral(double q, double sigma, double order) {
        double variance = sigma * sigma;
        int n = 60_000;
        double low = -3 * order;
        double width = (order + 20 * sigma - low) / n;
        double[] log = new double[n + 1];
        double peak = Double.NEGATIVE_INFINITY;
        for (int i = 0; i <= n; i++) {
            double x = low + i * width;
            double ratio = Math.log(1 - q + q * Math.exp((2 * x - 1) / (2 * variance)));
            log[i] = -x * x / (2 * variance) - (order - 1) * ratio;
            peak = Math.max(peak, log[i]);
        }
        double sum = 0;
        for (int i = 0; i <= n; i++) {
            sum += (i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2) * Math.exp(log[i] - peak);
        }
        double moment = peak + Math.log(sum * width / 3 / (sigma * Math.sqrt(2 * Math.PI)));
        assertThat(new SampledGaussianRdp(q, sigma).add(order))
                .isCloseTo(moment / (order - 1), within(1e-9 * moment / (order - 1)));
    }

    @ParameterizedTest
    @CsvSource({"0.001, 1e-12", "0.001, 0.5", "0.001, 0.999999", "1000, 1e-12", "1000, 0.5", "0.05, 0.01"})
    void extremes_areFiniteAndPositive(double sigma, double q) {
        var rdp = new SampledGaussianRdp(q, sigma);
        for (double order : new double[] {1.000001, 1.1, 2, 30, 1000}) {
            assertThat(rdp.epsilon(order))
                    .isPositive()
                    .isFinite()
                    .isLessThanOrEqualTo(order / (2 * sigma * sigma) * (1 + 1e-9));
        }
    }
}
