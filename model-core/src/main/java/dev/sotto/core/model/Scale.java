package dev.sotto.core.model;

/**
 * What the difference of one tensor of a gradient is divided by: the tensor's own largest value, or what was added up
 * to give it, since rounding is as large as the summands. A gradient that is zero by mathematics (a key bias under
 * softmax) is rounding alone; it is measured by the whole gradient.
 *
 * @param ofAll largest expected value over all tensors of the gradient
 */
public record Scale(double ofAll) {
    /** A tensor with no expected value above this share of the largest of all is zero but for rounding. */
    private static final double ZERO = 1e-6;
    /**
     * Small tensors are measured by this share of the largest of all: in single precision what is rounded on the way to
     * them is of that size, while a fault makes a tensor wrong by its own size, which still shows.
     */
    private static final double SMALL = 0.1;

    /**
     * The scale of one tensor.
     *
     * @param expected its largest expected value
     * @param summands largest sum of the absolute values that were added up to one of its numbers
     */
    public double of(double expected, double summands) {
        return expected <= ZERO * ofAll ? ofAll : Math.max(Math.max(expected, summands), SMALL * ofAll);
    }
}
