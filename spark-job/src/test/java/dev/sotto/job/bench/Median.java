package dev.sotto.job.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Milliseconds of measured rounds. */
final class Median {
    private final List<Double> values = new ArrayList<>();

    void add(boolean measured, double millis) {
        if (measured) {
            values.add(millis);
        }
    }

    void addSince(boolean measured, long startNanos) {
        add(measured, (System.nanoTime() - startNanos) / 1e6);
    }

    double get() {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
