package dev.sotto.core.privacy;

import java.io.Serializable;

/**
 * How one unit's gradient g is scaled: {@code factor(‖g‖)·‖g‖ ≤ bound} up to the last float error, which the integer guard of {@link
 * ClippedSum} takes away. A norm that is NaN or infinite, or a quotient that overflows, gives factor 0: the unit contributes nothing.
 */
public sealed interface Clipping extends Serializable {

    /** The clipping bound R: L2, in gradient units. */
    double bound();

    /** The factor that a gradient of L2 norm {@code norm} is multiplied with: finite, ≥ 0. */
    double factor(double norm);

    /** min(1, R/‖g‖): Abadi et al., "Deep Learning with Differential Privacy", CCS 2016, Algorithm 1. */
    record Abadi(double bound) implements Clipping {
        @Override
        public double factor(double norm) {
            return norm <= bound ? 1 : finiteOrZero(bound / norm);
        }
    }

    /** R/(‖g‖ + γ): AUTO-S of Bu et al., "Automatic Clipping", NeurIPS 2023, with their γ = 0.01 gradient units. */
    record AutoS(double bound) implements Clipping {
        @Override
        public double factor(double norm) {
            return finiteOrZero(bound / (norm + 0.01));
        }
    }

    /** R/‖g‖: AUTO-V of the same paper, every gradient brought to length R. A zero gradient has no direction: 0. */
    record AutoV(double bound) implements Clipping {
        @Override
        public double factor(double norm) {
            return finiteOrZero(bound / norm);
        }
    }

    private static double finiteOrZero(double factor) { // an infinite norm gives 0 by itself, a NaN stays one
        return Double.isFinite(factor) ? factor : 0;
    }
}
