package dev.sotto.core.optim;

import java.util.List;

/**
 * What a rule is told of one step, beside the noisy gradient.
 *
 * @param number from 1
 * @param learningRate of a tensor whose share of it is 1
 * @param noiseVariance of the noise in each number of the gradient, in squared gradient units, &gt;= 0: public
 * @param segments the tensors, in the flat vector's order
 */
public record Step(long number, double learningRate, double noiseVariance, List<Segments.Segment> segments) {
    public Step {
        requireNumber("learning rate", learningRate);
        requireNumber("noise's variance", noiseVariance);
    }

    private static void requireNumber(String what, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("The " + what + " must be finite and >= 0, got " + value + ".");
        }
    }
}
