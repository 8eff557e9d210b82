package dev.sotto.core.privacy;

import dev.sotto.accountant.math.Check;
import dev.sotto.accountant.math.PackedLongs;
import java.io.Serializable;
import java.util.Objects;

/**
 * The sum of a sample's bounded contributions, as integers on the {@link Lattice}. Adding or removing any one unit moves
 * it by at most L in L2, and that does not rest on any floating-point result: the bound is checked in exact integer
 * arithmetic on the very integers that are summed, and a unit that fails it contributes nothing.
 *
 * <p>Integer addition is associative and commutative, so sums over any split, order or tree of the same units are equal to the bit. What is
 * in here is private: it has no accessor for reports and goes to a {@link GaussianMechanism} only. Not for use by several threads at once.
 */
public final class ClippedSum implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final double NORM_ERROR = 0x1p-20; // relative: at most d·2⁻⁵³, and d is below 2³¹
    private static final long LOW_HALF = 0xFFFF_FFFFL;

    final PrivacyPlan plan;
    private final Lattice lattice;
    private final long[] sum; // [dimension], lattice units
    private long units; // how many were added, never read but to rule out overflow
    private transient long[] candidate = {}; // [dimension] once needed: one unit before it has passed the guard

    /** An empty sum over d = {@code dimension} ≥ 1 trained coordinates. */
    public ClippedSum(PrivacyPlan plan, int dimension) {
        Check.that(dimension >= 1, "A sum needs at least one coordinate, got %s.", dimension);
        this.plan = plan;
        this.lattice = Lattice.of(plan);
        this.sum = new long[dimension];
    }

    /** A copy of the sum, [dimension], in lattice units: private. */
    long[] toArray() {
        return sum.clone();
    }

    /**
     * Adds one unit: all of its gradient, with respect to all trained coordinates. Whatever computed it is not trusted:
     * any floats give a contribution of at most L, and NaN or infinity anywhere gives none.
     *
     * @param gradients one or more units' gradients; [offset, offset + dimension) is this unit's
     */
    public void add(float[] gradients, int offset) {
        Objects.checkFromIndexSize(offset, sum.length, gradients.length);
        double norm = norm(gradients, offset, sum.length);
        double scale = plan.clipping().factor(norm) / lattice.spacing();
        double shorter = scale * (1 - 1.0 / lattice.radius() - NORM_ERROR); // L is up to 1 below R in lattice units
        if (toLattice(gradients, offset, scale) || toLattice(gradients, offset, shorter)) {
            addUnits(candidate, 1);
        }
    }

    /** Adds the units of another part of the same sample. */
    public void add(ClippedSum other) {
        Check.that(
                other.plan.equals(plan) && other.sum.length == sum.length,
                "The other sum is not of plan %s and %s coordinates: send every task the same plan and layout.",
                plan.hash(),
                sum.length);
        addUnits(other.sum, other.units);
    }

    private void addUnits(long[] contribution, long count) {
        units += count;
        if (units > lattice.maxUnitsInSum()) {
            throw new IllegalStateException("A sample of more than " + lattice.maxUnitsInSum()
                    + " units could overflow 64 bits. Lower the sampling probability.");
        }
        for (int i = 0; i < sum.length; i++) {
            sum[i] += contribution[i];
        }
    }

    /**
     * Puts trunc(scale·g) into {@link #candidate} and tells whether its squared length is at most L², exactly. A cast to
     * long rounds towards zero, gives 0 for NaN and saturates. Once every |x| is at most L &lt; 2³², a square fits 63
     * bits; its halves are added apart, so that neither total overflows for any array.
     */
    boolean toLattice(float[] gradients, int offset, double scale) {
        if (candidate.length != sum.length) {
            candidate = new long[sum.length];
        }
        long[] point = candidate;
        long radius = lattice.radius();
        long high = 0; // units of 2^32
        long low = 0;
        for (int i = 0; i < point.length; i++) {
            long x = (long) (gradients[offset + i] * scale);
            if (x > radius || x < -radius) {
                return false;
            }
            long square = x * x;
            high += square >>> 32;
            low += square & LOW_HALF;
            point[i] = x;
        }
        high += low >>> 32;
        return high <= Integer.MAX_VALUE && (high << 32 | (low & LOW_HALF)) <= radius * radius;
    }

    /** ‖g‖₂ in double, where squares of floats neither overflow nor vanish; two partial sums are faster than one. */
    private static double norm(float[] gradients, int offset, int dimension) {
        double even = 0;
        double odd = 0;
        int last = offset + dimension - 1;
        for (int i = offset; i < last; i += 2) {
            even += (double) gradients[i] * gradients[i];
            odd += (double) gradients[i + 1] * gradients[i + 1];
        }
        double rest = dimension % 2 == 1 ? gradients[last] : 0;
        return Math.sqrt(even + odd + rest * rest);
    }

    private Object writeReplace() {
        return new Travelling(plan, units, new PackedLongs(sum));
    }

    /** A sum between two processes: the same numbers, exactly, in as few bytes as they need. */
    private record Travelling(PrivacyPlan plan, long units, PackedLongs sum) implements Serializable {
        private Object readResolve() {
            var arrived = new ClippedSum(plan, sum.values().length);
            arrived.addUnits(sum.values(), units);
            return arrived;
        }
    }
}
