package dev.sotto.core.folder;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

/** How a parameter that a seed folder lacks begins: always the same public numbers, never drawn from the data. */
public enum WhenMissing {
    /** It must be there. */
    REFUSE("must be there"),
    /** All zeros. */
    ZEROS("zeros"),
    /** All ones. */
    ONES("ones"),
    /** The identity matrix: what comes in goes out. */
    IDENTITY("the identity"),
    /** Normal with mean 0 and standard deviation 0.02, from a seed made of the parameter's name. */
    NORMAL("normal, standard deviation 0.02, seeded by its name"),
    /** Uniform within 1/sqrt(inputs) of zero, from a seed made of the parameter's name; of shape [outputs, inputs, ...]. */
    UNIFORM("uniform within one over the root of its inputs, seeded by its name");

    private static final double STANDARD_DEVIATION = 0.02;

    private final String words;

    WhenMissing(String words) {
        this.words = words;
    }

    /** The rule, for people to read. */
    public String words() {
        return words;
    }

    /** The first values of a parameter, row-major. */
    public float[] values(String name, List<Integer> shape) {
        int size = shape.stream().reduce(1, Math::multiplyExact);
        float[] values = new float[size];
        switch (this) {
            case REFUSE -> throw new IllegalStateException(name + " has no rule to begin from.");
            case ZEROS -> {}
            case ONES -> Arrays.fill(values, 1);
            case IDENTITY -> {
                for (int i = 0; i < shape.get(0); i++) {
                    values[i * shape.get(1) + i] = 1;
                }
            }
            case UNIFORM -> {
                var random = new Random(seed(name));
                double bound = 1 / Math.sqrt((double) size / shape.get(0));
                for (int i = 0; i < size; i++) {
                    values[i] = (float) (bound * (2 * random.nextDouble() - 1));
                }
            }
            case NORMAL -> {
                var random = new Random(seed(name));
                for (int i = 0; i < size; i++) {
                    values[i] = (float) (STANDARD_DEVIATION * random.nextGaussian());
                }
            }
        }
        return values;
    }

    private static long seed(String name) {
        var crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
