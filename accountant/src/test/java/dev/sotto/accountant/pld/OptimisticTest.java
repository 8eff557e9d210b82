package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimisticTest {
    private static final double[] STEPS = {0.3, 1.7, 0.01};

    /** A loss distribution of a few atoms anywhere in the cells, in both directions, against its roundings. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 20})
    void curves_lieOnEitherSideOfTheExactOne_howeverFewTheCells(int count) {
        long seed = 20260711L + count;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 600; round++) {
            double step = STEPS[round % STEPS.length];
            long[] edges = new long[count + 1];
            edges[0] = -random.nextInt(count + 1);
            for (int i = 1; i <= count; i++) {
                edges[i] = edges[i - 1] + 1 + random.nextInt(3);
            }
            Cells cells = new Cells(edges, step);
            int atoms = 1 + random.nextInt(6);
            double[] loss = new double[atoms];
            double[] p = new double[atoms];
            for (int a = 0; a < atoms; a++) {
                int cell = random.nextInt(count);
                double inside = random.nextInt(4) == 0 ? 0 : random.nextDouble() * cells.width(cell);
                loss[a] = cells.left(cell) + inside;
                p[a] = random.nextDouble();
                cells.add(cell, loss[a], inside < cells.width(cell) / 2, p[a], p[a] * Math.exp(-loss[a]));
            }
            RoundedPair pair = cells.rounded(0, 0, 0);
            double[] mirrored = new double[atoms];
            double[] other = new double[atoms];
            for (int a = 0; a < atoms; a++) {
                mirrored[a] = -loss[a];
                other[a] = p[a] * Math.exp(-loss[a]);
            }
            brackets(pair.removal(), step, loss, p);
            brackets(pair.addition(), step, mirrored, other);
        }
    }

    /** E_P[(1 - e^(ε - L))+] at many ε: of the lower masses, of the exact atoms, of the upper masses. */
    private static void brackets(RoundedLoss rounded, double step, double[] loss, double[] p) {
        double[] at = new double[rounded.size()];
        double[] upper = new double[rounded.size()];
        double[] lower = new double[rounded.size()];
        for (int i = 0; i < at.length; i++) {
            at[i] = rounded.offset() + step * rounded.index(i);
            upper[i] = rounded.upper(i);
            lower[i] = rounded.lower(i);
        }
        double rounding = 1e-12 * Arrays.stream(p).sum();
        for (double epsilon = at[0] - step; epsilon < at[at.length - 1] + 0.1; epsilon += step / 8) {
            double exact = delta(epsilon, loss, p);
            assertThat(delta(epsilon, at, lower)).isLessThanOrEqualTo(exact + rounding);
            assertThat(delta(epsilon, at, upper)).isGreaterThanOrEqualTo(exact - rounding);
        }
    }

    private static double delta(double epsilon, double[] loss, double[] p) {
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            sum += p[i] * Math.max(0, -Math.expm1(epsilon - loss[i]));
        }
        return sum;
    }
}
