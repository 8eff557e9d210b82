package dev.sotto.core.model;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.folder.Slot;
import java.util.List;

/**
 * How near two computations of the same numbers in 32 bits come, on any processor: kernels add in orders that depend on the processor
 * and on the sizes of a pass, so that roundings differ. One rounding is off by at most u = 2^-24 of its result; taken as independent and even
 * between -u and u, N of them on the way to a number are off by a standard deviation of u √(N/3), and the difference of two such
 * computations by u √(2N/3). Seven of these, passed by a normal variable with a chance of 2.6e-12, are the tolerance: a million
 * numbers compared give a false alarm once in 400,000 runs. (Independence, and why √N rather than N: Higham and Mary, "A New
 * Approach to Probabilistic Rounding Error Analysis", SIAM J. Sci. Comput. 41(5), 2019.) Where summands cancel their errors do not;
 * that is why differences are measured by the largest number of an array and not by each one.
 */
public final class Rounding {
    private static final double UNIT = 0x1p-24; // half a unit in the last place of a float in [1, 2)
    private static final double DEVIATIONS = 7;

    private Rounding() {}

    /**
     * The tolerance for a gradient or output of a model that is computed twice, relative to the largest number. Additions on the way are
     * counted from its shapes: a product adds up what goes into it, a normalisation its vector, and the backward pass about as many
     * again; attention and the gradient of a bias add up a row's positions.
     */
    public static double tolerance(SeedModel model, Batch batch) {
        long within = model.architecture().slots().stream()
                .filter(slot -> slot.shape().size() > 1 || slot.role() == Slot.Role.NORM_WEIGHT)
                .mapToLong(slot ->
                        slot.shape().size() > 1 ? slot.size() / slot.shape().get(0) : slot.size())
                .sum();
        List<Integer> row = batch.rowShape();
        long positions = row.size() == 1 ? row.get(0) : row.get(1) * row.get(2);
        return DEVIATIONS * UNIT * Math.sqrt(2 * (2 * within + positions) / 3.0);
    }
}
