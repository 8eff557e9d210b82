package dev.sotto.core.train;

import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.OptimizerState;
import dev.sotto.core.privacy.NoisySum;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The trained parameters and what the optimizer remembers of those that learn. Public: only noisy sums ever go in. */
public final class TrainState {

    private final double[] parameters; // [d]; in double, or small steps would be lost against large parameters
    private final Subvector learning;
    private final OptimizerState optimizer;

    private TrainState(double[] parameters, Subvector learning, OptimizerState optimizer) {
        this.parameters = parameters;
        this.learning = learning;
        this.optimizer = optimizer;
    }

    /** The first state of a run in which all trained parameters learn. */
    public static TrainState initial(float[] trained, Optimizer optimizer) {
        return initial(doubles(trained), Subvector.WHOLE, optimizer);
    }

    /** The first state of a run, or of one phase of it. */
    public static TrainState initial(float[] trained, Recipe recipe) {
        return initial(doubles(trained), recipe.learning(), recipe.optimizer());
    }

    private static TrainState initial(double[] parameters, Subvector learning, Optimizer optimizer) {
        return new TrainState(parameters, learning, optimizer.start(learning.size(parameters.length)));
    }

    private static double[] doubles(float[] trained) {
        var parameters = new double[trained.length];
        for (int i = 0; i < trained.length; i++) {
            parameters[i] = trained[i];
        }
        return parameters;
    }

    /** The first state of the phase that follows: it begins with what this one has learned. */
    public TrainState next(Recipe recipe) {
        return initial(all(), recipe.learning(), recipe.optimizer());
    }

    /** How many of the parameters learn: so many numbers a gradient has. */
    public int dimension() {
        return learning.size(parameters.length);
    }

    /** The parameters as the model reads them, [d], rounded to float: a copy. */
    public float[] trained() {
        return rounded(parameters);
    }

    /** What the steps so far have taught, [d], rounded to float: {@link #trained}, or the average of it that the optimizer keeps. */
    public float[] learned() {
        return rounded(all());
    }

    private double[] all() {
        double[] all = parameters.clone();
        learning.put(optimizer.learned(learning.of(parameters)), all);
        return all;
    }

    private static float[] rounded(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** All of it, for {@link #fromBytes}: float64 [d], big-endian, then the optimizer's state in its own format. */
    public byte[] toBytes() {
        byte[] remembered = optimizer.toBytes();
        var bytes = ByteBuffer.allocate(parameters.length * Double.BYTES + remembered.length);
        for (double parameter : parameters) {
            bytes.putDouble(parameter);
        }
        return bytes.put(remembered).array();
    }

    /**
     * Reads a state back, to the bit.
     *
     * @param recipe of the run, or of the phase that it is in
     * @param dimension the number of trained parameters d
     * @throws IllegalArgumentException when the bytes are too few, or of another optimizer or dimension
     */
    public static TrainState fromBytes(byte[] bytes, Recipe recipe, int dimension) {
        int head = dimension * Double.BYTES;
        if (bytes.length < head) {
            throw new IllegalArgumentException(
                    "A training state of " + dimension + " parameters has at least " + head + " bytes, got "
                            + bytes.length + ". Resume with the model and the settings that it was made with.");
        }
        var parameters = new double[dimension];
        ByteBuffer.wrap(bytes).asDoubleBuffer().get(parameters);
        byte[] remembered = Arrays.copyOfRange(bytes, head, bytes.length);
        int d = recipe.learning().size(dimension);
        return new TrainState(
                parameters, recipe.learning(), OptimizerState.fromBytes(remembered, recipe.optimizer(), d));
    }

    /** One optimizer step. */
    public void update(Recipe recipe, long step, NoisySum gradient) {
        double[] part = learning.of(parameters);
        optimizer.step(part, gradient, recipe.schedule().learningRate(step), recipe.noiseVariance(), recipe.segments());
        learning.put(part, parameters);
    }
}
