package dev.sotto.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.core.GradientVectors;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Grouping;
import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.GaussianMechanism;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.ClippingGroups.Group;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClippingGroupsTest {
    private static final int D = 9;
    private static final double R = 0.7;
    private static final PrivacyPlan PLAN = new PrivacyPlan(1, 1, 1, 0, new Clipping.Abadi(R));

    /** Three groups of three numbers each, one of them in two pieces. */
    private static ClippingGroups threeGroups(DoubleFunction<Clipping> rule) {
        double each = R / Math.sqrt(3);
        return new ClippingGroups(List.of(
                new Group("a", rule.apply(each), List.of(new Span(0, 2), new Span(5, 6))),
                new Group("b", rule.apply(each), List.of(new Span(2, 5))),
                new Group("c", rule.apply(each), List.of(new Span(6, 9)))));
    }

    /** What units add, in gradient units: made visible by a mechanism without noise. */
    private static double[] sum(PrivacyPlan plan, ClippingGroups groups, float[] gradients, int d) {
        int units = gradients.length / d;
        int[] rows = new int[units];
        Arrays.fill(rows, 1);
        var means = new UnitMeans(rows, new ClippedSum(plan, d), groups, d);
        means.add(gradients, units);
        return new GaussianMechanism(plan, RunKey.insecureSeed(1))
                .release(means.sum(), 0)
                .gradient();
    }

    private static double norm(double... vector) {
        return Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
    }

    static Stream<Arguments> references() {
        return GradientVectors.MODELS.stream().flatMap(model -> Stream.of("bitfit", "bitfit_head", "full")
                .flatMap(kind -> Stream.of("abadi_R1", "autos_R1").map(rule -> Arguments.of(model, kind, rule))));
    }

    /** Of FastDP 2.0, whose layers are modules; its R/(x + 1e-6) for Abadi's R/x is where the tolerance goes. */
    @ParameterizedTest
    @MethodSource("references")
    void sumsByLayer_equalTheReference(String model, String kind, String rule) {
        var vectors = GradientVectors.of(model);
        float[] gradients = vectors.unitGradients(kind);
        List<BiasLayout.Entry> tensors = new ArrayList<>();
        int d = 0;
        for (String name : vectors.trained(kind)) {
            int size = vectors.tensors().doubles("param/" + name).length;
            tensors.add(new BiasLayout.Entry(name, d, List.of(size)));
            d += size;
        }
        var layers = new ClippingGroups(new Grouping(Grouping.By.LAYER, Map.of())
                .groups(new BiasLayout(tensors), Set.of()).stream()
                        .map(each -> new Group(
                                each.name(),
                                rule.startsWith("abadi")
                                        ? new Clipping.Abadi(each.fraction())
                                        : new Clipping.AutoS(each.fraction()),
                                each.parameters().stream()
                                        .map(tensor -> new Span(tensor.offset(), tensor.offset() + tensor.size()))
                                        .toList()))
                        .toList());
        double[] expected = vectors.flat(kind + "/layer-wise/" + rule + "/sum/", kind);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        var plan = new PrivacyPlan(1, 1, 1, 0, new Clipping.Abadi(1));
        layers.requireToFit(plan);
        double[] actual = sum(plan, layers, gradients, d);
        double furthest = IntStream.range(0, d)
                .mapToDouble(i -> Math.abs(actual[i] - expected[i]))
                .max()
                .orElseThrow();
        assertThat(furthest).isLessThan(1e-5 * largest);
    }

    static Stream<DoubleFunction<Clipping>> rules() {
        return Stream.of(Clipping.Abadi::new, Clipping.AutoS::new, Clipping.AutoV::new);
    }

    /** Any bit pattern, extremes, one group that dwarfs the others. The seed is fixed. */
    @ParameterizedTest
    @MethodSource("rules")
    void oneUnit_neverExceedsTheBound(DoubleFunction<Clipping> rule) {
        var random = new Random(11);
        ClippingGroups groups = threeGroups(rule);
        float[] extremes = {0, 1e30f, -1e30f, Float.MAX_VALUE, Float.MIN_VALUE, Float.NaN, Float.POSITIVE_INFINITY, 1};
        for (int round = 0; round < 1_500; round++) {
            var gradient = new float[D];
            for (int i = 0; i < D; i++) {
                gradient[i] = switch (round % 3) {
                    case 0 -> Float.intBitsToFloat(random.nextInt());
                    case 1 -> extremes[random.nextInt(extremes.length)];
                    default -> (float) (random.nextGaussian() * (i < 2 ? 1e12 : 1e-3));
                };
            }
            double[] added = sum(PLAN, groups, gradient, D);
            assertThat(norm(added)).as("round %d", round).isLessThanOrEqualTo(R * (1 + 1e-12));
            if (IntStream.range(0, D).anyMatch(i -> !Float.isFinite(gradient[i]))) {
                assertThat(added).as("round %d", round).containsOnly(0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1, 1e6f, 1e30f})
    void groupThatDwarfsTheOthers_takesNothingFromThem(float large) {
        float[] gradient = {0.1f, 0, 0.1f, 0, 0, 0, large, -large, 0};
        double[] added = sum(PLAN, threeGroups(Clipping.Abadi::new), gradient, D);
        double each = R / Math.sqrt(6);
        assertThat(added).containsExactly(new double[] {0.1, 0, 0.1, 0, 0, 0, each, -each, 0}, within(1e-6));
    }

    /** The whole is not shortened a second time: with AUTO-V all groups have their bounds, and the whole has R. */
    @Test
    void groups_fillTheBoundAndAreLeftAlone() {
        float[] gradient = {3, 0, 1e-6f, 0, 0, 0, 0, 0, -1e6f};
        double[] added = sum(PLAN, threeGroups(Clipping.AutoV::new), gradient, D);
        double each = R / Math.sqrt(3);
        assertThat(added).containsExactly(new double[] {each, 0, each, 0, 0, 0, 0, 0, -each}, within(1e-6));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void oneGroup_isTheWhole(DoubleFunction<Clipping> rule) {
        var random = new Random(2);
        var gradients = new float[20 * D];
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(4) - 2));
        }
        var one = new ClippingGroups(List.of(new Group("all", rule.apply(R), List.of(new Span(0, D)))));
        double[] joint = sum(new PrivacyPlan(1, 1, 1, 0, rule.apply(R)), ClippingGroups.JOINT, gradients, D);
        assertThat(sum(PLAN, one, gradients, D)).containsExactly(joint, within(1e-6));
    }

    @Test
    void groupsThatThePlanDoesNotFit_areRefused() {
        ClippingGroups groups = threeGroups(Clipping.AutoS::new);
        for (Clipping other : List.of(new Clipping.Abadi(0.6), new Clipping.Abadi(0.8), new Clipping.AutoS(R))) {
            assertThatThrownBy(() -> groups.requireToFit(new PrivacyPlan(1, 1, 1, 0, other)))
                    .hasMessageContaining("need a plan that clips at that norm");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void numbersInTwoGroupsOrNone_areRefused(int begin) {
        assertThatThrownBy(() -> new ClippingGroups(List.of(
                        new Group("a", new Clipping.Abadi(1), List.of(new Span(0, 2))),
                        new Group("b", new Clipping.Abadi(1), List.of(new Span(begin, 4))))))
                .hasMessageContaining("each has to be in one group");
    }
}
