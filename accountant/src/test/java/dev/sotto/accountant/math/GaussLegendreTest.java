package dev.sotto.accountant.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GaussLegendreTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 8, 16, 64})
    void rule_isExactUpToItsDegree_andNotBeyond(int n) {
        GaussLegendre rule = new GaussLegendre(n);
        assertThat(rule.size()).isEqualTo(n);
        for (int degree = 0; degree < 2 * n; degree++) {
            int d = degree;
            double exact = (Math.pow(3, d + 1.0) - 1) / (d + 1); // ∫ x^d over [1, 3]
            assertThat(rule.integrate(1, 3, x -> Math.pow(x, d))).isCloseTo(exact, within(1e-12 * exact));
        }
        if (n <= 3) {
            double exact = (Math.pow(3, 2.0 * n + 1) - 1) / (2 * n + 1);
            assertThat(rule.integrate(1, 3, x -> Math.pow(x, 2 * n))).isNotCloseTo(exact, within(1e-11 * exact));
        }
    }

    @Test
    void nodes_ascendAndMirror_andWeightsSumTo2() {
        GaussLegendre rule = GaussLegendre.EIGHT;
        double sum = 0;
        for (int i = 0; i < 8; i++) {
            sum += rule.weight(i);
            assertThat(rule.node(i)).isCloseTo(-rule.node(7 - i), within(1e-15));
            assertThat(i == 0 || rule.node(i) > rule.node(i - 1)).isTrue();
        }
        assertThat(sum).isCloseTo(2, within(1e-14));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65, -1})
    void numbersOfNodesOutOfRange_areRefused(int n) {
        assertThatThrownBy(() -> new GaussLegendre(n)).hasMessageContaining("nodes");
    }
}
