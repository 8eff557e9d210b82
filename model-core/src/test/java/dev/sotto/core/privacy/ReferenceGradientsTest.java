package dev.sotto.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.GradientVectors;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clip factors and clipped sums against torch in float64, on per-unit gradients of four small models. */
class ReferenceGradientsTest {
    private static final Map<String, Clipping> RULES = Map.of(
            "abadi_R0.5_exact", new Clipping.Abadi(0.5),
            "autos_R1_g0.01", new Clipping.AutoS(1),
            "autos_R0.1_g0.01", new Clipping.AutoS(0.1),
            "autov_R1", new Clipping.AutoV(1),
            "autov_R0.1", new Clipping.AutoV(0.1));

    static Stream<Arguments> cases() {
        return GradientVectors.MODELS.stream().flatMap(model -> Stream.of("bitfit", "bitfit_head", "full")
                .flatMap(kind -> RULES.keySet().stream().map(rule -> Arguments.of(model, kind, rule))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void clippedSums_equalTheReference(String model, String kind, String rule) {
        var vectors = GradientVectors.of(model);
        float[] gradients = vectors.unitGradients(kind);
        int dimension = gradients.length / GradientVectors.UNITS;
        double[] expected = vectors.flat(kind + "/" + rule + "/sum/", kind);
        for (double sigma : List.of(0.0, 0.7)) {
            var plan = new PrivacyPlan(1, 1, 1, sigma, RULES.get(rule));
            var sum = new ClippedSum(plan, dimension);
            for (int unit = 0; unit < GradientVectors.UNITS; unit++) {
                sum.add(gradients, unit * dimension);
            }
            long[] actual = sum.toArray();
            double largest = largest(expected);
            for (int i = 0; i < dimension; i++) {
                assertThat(actual[i] * Lattice.of(plan).spacing())
                        .isBetween(expected[i] - 1e-5 * largest, expected[i] + 1e-5 * largest);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void factors_equalTheReference(String model, String kind, String rule) {
        var tensors = GradientVectors.of(model).tensors();
        double[] norms = tensors.doubles(kind + "/norm");
        double[] factors = tensors.doubles(kind + "/" + rule + "/factor");
        for (int unit = 0; unit < GradientVectors.UNITS; unit++) {
            double actual = RULES.get(rule).factor(norms[unit]);
            assertThat(actual).isBetween(factors[unit] * (1 - 1e-12), factors[unit] * (1 + 1e-12));
        }
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
