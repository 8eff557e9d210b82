package dev.sotto.core.batch;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * How pixels are weighted when an image changes size, numbered as in Pillow (and so in preprocessor_config.json).
 * Weight functions of the distance x, in output pixels when shrinking and input pixels when growing, as in Pillow's
 * Resample.c (version 12).
 */
public enum Resample {
    NEAREST(0, 0),
    LANCZOS(1, 3),
    BILINEAR(2, 1),
    BICUBIC(3, 2),
    BOX(4, 0.5),
    HAMMING(5, 1);

    private final int pillowNumber;
    private final double support;

    Resample(int pillowNumber, double support) {
        this.pillowNumber = pillowNumber;
        this.support = support;
    }

    /** The method of Pillow's number; empty if there is none. */
    static Optional<Resample> ofPillow(double number) {
        return Stream.of(values())
                .filter(method -> method.pillowNumber == number)
                .findFirst();
    }

    /** Largest distance with a weight. */
    double support() {
        return support;
    }

    double weight(double x) {
        double d = Math.abs(x);
        return switch (this) {
            case NEAREST -> throw new IllegalStateException("Nearest picks one pixel and weighs none.");
            case LANCZOS -> -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
            case BILINEAR -> d < 1 ? 1 - d : 0;
            case BICUBIC -> bicubic(d);
            case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
            case HAMMING -> d >= 1 ? 0 : sinc(d) * (0.54 + 0.46 * Math.cos(Math.PI * d));
        };
    }

    /** Keys' cubic convolution with a = -1/2. */
    private static double bicubic(double d) {
        double a = -0.5;
        if (d < 1) {
            return ((a + 2) * d - (a + 3)) * d * d + 1;
        }
        return d < 2 ? (((d - 5) * d + 8) * d - 4) * a : 0;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }
}
