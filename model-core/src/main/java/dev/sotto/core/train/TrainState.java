package dev.sotto.core.train;

import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.OptimizerState;
import dev.sotto.core.privacy.NoisySum;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The trained parameters and what the optimizer remembers. Public: only noisy sums ever go in. */
public final class TrainState {

    private final double[] parameters; // [d]; in double, or small steps would be lost against large parameters
    private final OptimizerState optimizer;

    private TrainState(double[] parameters, OptimizerState optimizer) {
        this.parameters = parameters;
        this.optimizer = optimizer;
    }

    public static TrainState initial(float[] trained, Optimizer optimizer) {
        var parameters = new double[trained.length];
        for (int i = 0; i < trained.length; i++) {
            parameters[i] = trained[i];
        }
        return new TrainState(parameters, optimizer.start(trained.length));
    }

    /** The parameters as the model reads them, [d], rounded to float: a copy. */
    public float[] trained() {
        return rounded(parameters);
    }

    /** What the steps so far have taught, [d], rounded to float: {@link #trained}, or the average of it that the optimizer keeps. */
    public float[] learned() {
        return rounded(optimizer.learned(parameters));
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
     * @param optimizer the one that the run is configured with
     * @param dimension the number of trained parameters d
     * @throws IllegalArgumentException when the bytes are too few, or of another optimizer or dimension
     */
    public static TrainState fromBytes(byte[] bytes, Optimizer optimizer, int dimension) {
        int head = dimension * Double.BYTES;
        if (bytes.length < head) {
            throw new IllegalArgumentException(
                    "A training state of " + dimension + " parameters has at least " + head + " bytes, got "
                            + bytes.length + ". Resume with the model and the settings that it was made with.");
        }
        var parameters = new double[dimension];
        ByteBuffer.wrap(bytes).asDoubleBuffer().get(parameters);
        byte[] remembered = Arrays.copyOfRange(bytes, head, bytes.length);
        return new TrainState(parameters, OptimizerState.fromBytes(remembered, optimizer, dimension));
    }

    /** One optimizer step. */
    public void update(Recipe recipe, long step, NoisySum gradient) {
        optimizer.step(
                parameters, gradient, recipe.schedule().learningRate(step), recipe.noiseVariance(), recipe.segments());
    }
}
