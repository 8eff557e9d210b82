package dev.sotto.accountant.pld;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.rdp.RdpAccountant;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The corners of the domain: bounds come out, on the right sides of each other and of Rényi differential privacy. */
class ExtremesTest {
    private static final double[] SIGMAS = {0.001, 0.5, 5, 1000};
    private static final double[] RATES = {0, 1e-12, 1e-6, 0.01, 0.999, 1};
    private static final long[] STEPS = {0, 1, 1000, 100_000_000};
    private static final double[] DELTAS = {0, 1e-15, 0.5, 1};

    private final BestAccountant best = new BestAccountant();
    private final RdpAccountant rdp = new RdpAccountant();

    static Stream<Arguments> corners() {
        Stream.Builder<Arguments> corners = Stream.builder();
        for (double sigma : SIGMAS) {
            for (double q : RATES) {
                corners.add(Arguments.of(sigma, q));
            }
        }
        return corners.build();
    }

    @ParameterizedTest
    @MethodSource("corners")
    void bounds_holdAgainstRdp_andFallInDeltaAndRiseInSteps(double sigma, double q) {
        for (double delta : DELTAS) {
            double fewer = 0;
            for (long steps : STEPS) {
                DpEvent event = Calibration.sampledGaussian(sigma, q, steps);
                Bounds epsilon = best.epsilon(event, delta);
                double byRdp = rdp.epsilon(event, delta).upper();
                String at = "steps " + steps + ", delta " + delta;
                assertThat(epsilon.lower()).as(at).isLessThanOrEqualTo(byRdp);
                assertThat(epsilon.upper()).as(at).isLessThanOrEqualTo(byRdp * 1.0026 + 0.0021);
                assertThat(epsilon.upper()).as(at).isGreaterThanOrEqualTo(fewer);
                if (q == 0 || steps == 0 || delta == 1) {
                    assertThat(epsilon).as(at).isEqualTo(new Bounds(0, 0));
                } else if (delta == 0) {
                    assertThat(epsilon.upper()).as(at).isInfinite();
                }
                fewer = epsilon.lower();
            }
        }
    }
}
