package dev.sotto.accountant.pld;

import java.util.Arrays;
import java.util.stream.IntStream;

/** 2-norms, in which the errors of sums are bounded. */
final class Norms {
    private Norms() {}

    static double norm(double... values) {
        return Math.sqrt(Arrays.stream(values).map(x -> x * x).sum());
    }

    /** Of what is found less what is exact. */
    static double error(double[] found, double[] exact) {
        return norm(IntStream.range(0, exact.length)
                .mapToDouble(i -> found[i] - exact[i])
                .toArray());
    }
}
