package dev.sotto.core.train;

/** How strictly a unit's gradient is a function of that unit alone. */
public enum RowIndependence {
    /**
     * To the last bit. A pass holds rows of one padded length, which is a function of the unit, and as many of them as the
     * kernels at hand were seen to compute alike in any company; fewer are filled up. Then adding a unit moves no other
     * unit's contribution, and a step's sensitivity is that of the lattice exactly.
     */
    EXACT,
    /**
     * Up to float rounding: the fewest passes. A unit that joins may move the last bits of others' gradients, which the
     * printed epsilon does not count.
     */
    ROUNDING
}
