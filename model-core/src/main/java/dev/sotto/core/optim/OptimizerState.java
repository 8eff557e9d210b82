package dev.sotto.core.optim;

import dev.sotto.core.privacy.NoisySum;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What an optimizer remembers between steps. All of it follows from noisy sums, so it is public and may be kept in
 * checkpoints.
 *
 * <p>As bytes, big-endian: the eight characters {@code SOTTOOPT}; int32 format (1); int32 length n and n bytes of UTF-8:
 * the optimizer with its hyper-parameters; int64 steps taken; int32 dimension d; float64 [slots][d]; int32 CRC-32C of
 * all before it.
 */
public final class OptimizerState {
    private static final byte[] MAGIC = "SOTTOOPT".getBytes(StandardCharsets.US_ASCII);
    private static final int FORMAT = 1;

    private final Optimizer optimizer;
    private final int dimension;
    private final double[][] memory; // [slots][dimension]
    private long stepsTaken;

    OptimizerState(Optimizer optimizer, int dimension) {
        this.optimizer = optimizer;
        this.dimension = dimension;
        this.memory = new double[optimizer.slots()][dimension];
    }

    /**
     * Moves the parameters by one noisy gradient, in place.
     *
     * @param parameters the trained parameters, [dimension]
     * @param gradient what the Gaussian mechanism released: nothing else gets in here
     * @param learningRate this step's, ≥ 0
     * @param noiseVariance of the noise in each number of the gradient: public
     * @param segments which numbers are one tensor, and its share of the learning rate
     */
    public void step(
            double[] parameters, NoisySum gradient, double learningRate, double noiseVariance, Segments segments) {
        if (parameters.length != dimension || gradient.dimension() != dimension) {
            throw new IllegalArgumentException(String.format(
                    "An optimizer of %d parameters got %d parameters and a gradient of %d: they come from different"
                            + " bias layouts.",
                    dimension, parameters.length, gradient.dimension()));
        }
        var step = new Step(stepsTaken + 1, learningRate, noiseVariance, segments.of(dimension));
        stepsTaken++;
        optimizer.update(parameters, gradient, memory, step);
    }

    /** What has been learned, [dimension], where the parameters are these: themselves, or the average that is kept of them. */
    public double[] learned(double[] parameters) {
        return stepsTaken == 0 ? parameters : optimizer.learned(parameters, memory);
    }

    /** How many steps it has taken. */
    public long stepsTaken() {
        return stepsTaken;
    }

    /** The format above. */
    public byte[] toBytes() {
        byte[] name = name(optimizer);
        int length = MAGIC.length + 4 + 4 + name.length + 8 + 4 + memory.length * dimension * Double.BYTES + 4;
        var bytes = ByteBuffer.allocate(length);
        bytes.put(MAGIC).putInt(FORMAT).putInt(name.length).put(name).putLong(stepsTaken);
        bytes.putInt(dimension);
        for (double[] slot : memory) {
            for (double value : slot) {
                bytes.putDouble(value);
            }
        }
        bytes.putInt(checksum(bytes.array(), length - 4));
        return bytes.array();
    }

    /**
     * Reads a state back.
     *
     * @param optimizer the one that the run is configured with
     * @param dimension the number of trained parameters
     * @throws IllegalArgumentException when the bytes are torn, of another format, or of another optimizer or dimension
     */
    public static OptimizerState fromBytes(byte[] bytes, Optimizer optimizer, int dimension) {
        var state = new OptimizerState(optimizer, dimension);
        byte[] expected = state.toBytes();
        if (bytes.length < MAGIC.length + 4 || !startsWith(bytes, expected, MAGIC.length + 4)) {
            throw refused("it does not begin as an optimizer state of format " + FORMAT);
        }
        if (checksum(bytes, bytes.length - 4) != ByteBuffer.wrap(bytes).getInt(bytes.length - 4)) {
            throw refused("its checksum is wrong, so it is torn or was altered");
        }
        int head = MAGIC.length + 4 + 4 + name(optimizer).length;
        boolean sameDimension =
                bytes.length == expected.length && ByteBuffer.wrap(bytes).getInt(head + 8) == dimension;
        if (!startsWith(bytes, expected, head) || !sameDimension) {
            throw refused("it is not that of " + optimizer + " on " + dimension + " parameters");
        }
        var body = ByteBuffer.wrap(bytes, head, bytes.length - head);
        state.stepsTaken = body.getLong();
        body.getInt();
        for (double[] slot : state.memory) {
            for (int i = 0; i < dimension; i++) {
                slot[i] = body.getDouble();
            }
        }
        return state;
    }

    private static boolean startsWith(byte[] bytes, byte[] expected, int length) {
        return bytes.length >= length && Arrays.equals(bytes, 0, length, expected, 0, length);
    }

    private static int checksum(byte[] bytes, int length) {
        var crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static byte[] name(Optimizer optimizer) {
        return optimizer.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("This optimizer state cannot be resumed from: " + why
                + ". Resume from an intact checkpoint with the settings it was made with, or start a new run.");
    }
}
