package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.Mechanism.SampledGaussian;
import dev.sotto.accountant.Mechanism.SampledLaplace;
import dev.sotto.accountant.Mechanism.Stated;
import dev.sotto.accountant.Mechanism.Steps;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridTest {
    private static final List<Steps> STEPS = List.of(
            new Steps(new SampledGaussian(0.25, 2), 1000),
            new Steps(new SampledLaplace(0.5, 4), 7),
            new Steps(new SampledLaplace(1, 3), 11),
            new Steps(new Stated(0.5, 1e-9), 3));

    @Test
    void bothDirections_haveEveryStep_removalFirst_andItsLargestLoss() {
        Grid grid = new Grid(STEPS, Math.log(1e-6));
        assertThat(grid.count()).isEqualTo(1021);
        List<CellWidths> even = List.of(CellWidths.even(), CellWidths.even(), CellWidths.even(), CellWidths.even());
        for (List<Composition> directions : List.of(grid.pilot(), grid.round(0.01, even))) {
            assertThat(directions).hasSize(2);
            for (Composition composition : directions) {
                assertThat(composition.parts()).extracting(Part::count).containsExactly(1000L, 7L, 11L, 3L);
                assertThat(composition.certain()).isCloseTo(3e-9, within(1e-15));
                assertThat(composition.infinity()).isBetween(3e-9, 3e-9 + 2e-10); // a tenthousandth of δ is cut off
            }
            assertThat(directions.get(0).largestLoss()).isInfinite(); // of Gaussians; of others it is not asked for
            // removal is the heavier one: its moments are larger
            assertThat(directions.get(0).cumulants(3).value())
                    .isGreaterThan(directions.get(1).cumulants(3).value());
        }
        assertThat(new Grid(List.of(new Steps(new SampledGaussian(1, 2), 1)), -12)
                        .pilot()
                        .get(1)
                        .largestLoss())
                .isInfinite();
        List<Steps> finite = STEPS.subList(1, 4);
        double largest = -7 * Math.log(0.5) + 11 / 3.0 + 1.5;
        assertThat(new Grid(finite, -12).pilot().get(1).largestLoss()).isBetween(largest, largest * (1 + 1e-11));
        double sampled = -1000 * Math.log(0.75);
        assertThat(new Grid(STEPS.subList(0, 1), -12).pilot().get(1).largestLoss())
                .isBetween(sampled, sampled * (1 + 1e-11));
    }

    /** Both atoms of the most frequent mechanism lie on points. */
    @ParameterizedTest
    @CsvSource({"0.1", "0.003", "0.5"})
    void align_dividesTheSpanOfTheAtoms(double wanted) {
        double step = new Grid(STEPS, -12).align(wanted);
        assertThat(step).isBetween(0.0, wanted);
        double steps = 2 / 3.0 / step;
        assertThat(steps).isCloseTo(Math.rint(steps), within(1e-9));
        assertThat(new Grid(STEPS.subList(0, 1), -12).align(wanted)).isEqualTo(wanted);
    }

    /** Cells are the wider the less of the tilted mass lies beyond, and all of them shrink as the step does. */
    @Test
    void widths_areOneStepWhereMassIs_andWiderInTheTails() {
        Mechanism mechanism = new SampledGaussian(0.25, 2);
        Grid grid = new Grid(List.of(new Steps(mechanism, 10)), Math.log(1e-9));
        CellWidths widths = grid.widths(grid.pilot(), List.of(Tilt.of(1), Tilt.of(0.5)), 1e-3)
                .get(0);
        assertThat(widths.width(0.01, 1e-3)).isEqualTo(1);
        assertThat(widths.width(1.5, 1e-3)).isGreaterThan(widths.width(0.01, 1e-3));
        assertThat(widths.width(1.5, 1e-3) * 1e-3).isLessThanOrEqualTo(0.5);
        assertThat(new Grid(STEPS, -12)
                        .widths(new Grid(STEPS, -12).pilot(), List.of(Tilt.of(0), Tilt.of(0)), 0.1)
                        .get(1)
                        .width(1, 0.1))
                .isEqualTo(1);
    }
}
