package dev.sotto.core.privacy;

import java.io.Serializable;
import java.math.BigDecimal;

/**
 * The integer grid on which units are summed and noised. One lattice unit is {@code spacing} gradient units; the noise
 * has standard deviation exactly 2²⁸ lattice units, whatever the plan; a unit's contribution is an integer vector of
 * L2 length at most {@code radius} lattice units.
 *
 * <p>The noise multiplier that results is 2²⁸/L, and it is never below σ: L is the floor of the exact quotient 2²⁸/σ
 * (σ being the very double that is accounted for; the quotient is computed in decimal arithmetic without rounding), so
 * L·σ ≤ 2²⁸ holds in the real numbers. The spacing γ = σR/2²⁸ is rounded to a double, and that is harmless: it scales
 * gradients before the guard, where nothing is trusted, and the sum after the noise, where everything is public.
 *
 * @param spacing γ, in gradient units, &gt; 0
 * @param radius L, in lattice units, in [1, 2²⁸/0.1], so that L² fits an int64
 */
record Lattice(double spacing, long radius) implements Serializable {

    /** The noise's standard deviation is 2 to this power, in lattice units. */
    static final int NOISE_BITS = 28;

    /** A plan without noise has a grid all the same, that of σ = 1. */
    static Lattice of(PrivacyPlan plan) {
        long deviation = 1L << NOISE_BITS;
        double sigma = plan.isPrivate() ? plan.noiseMultiplier() : 1;
        BigDecimal radius = BigDecimal.valueOf(deviation).divideToIntegralValue(new BigDecimal(sigma));
        return new Lattice(sigma * plan.clipping().bound() / deviation, radius.longValueExact());
    }

    /** How many units one sum may hold so that it stays within ±2⁶², as much again being left for noise: 1.7·10⁹ up. */
    long maxUnitsInSum() {
        return (1L << 62) / radius;
    }
}
