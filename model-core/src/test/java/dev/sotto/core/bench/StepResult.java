package dev.sotto.core.bench;

import java.util.ArrayList;
import java.util.List;

/** What one kind of step cost, repetition by repetition. */
final class StepResult {
    private final List<Long> wall = new ArrayList<>(); // nanoseconds
    private final List<Long> cpu = new ArrayList<>(); // nanoseconds
    private long peakBytes;

    void add(long wallNanos, long cpuNanos) {
        wall.add(wallNanos);
        cpu.add(cpuNanos);
    }

    void peak(long bytes) {
        peakBytes = bytes;
    }

    /** Nanoseconds of each round. */
    List<Long> wall() {
        return List.copyOf(wall);
    }

    /** Nanoseconds of each round. */
    List<Long> cpu() {
        return List.copyOf(cpu);
    }

    double wallSeconds() {
        return median(seconds(wall));
    }

    double cpuSeconds() {
        return median(seconds(cpu));
    }

    long peakBytes() {
        return peakBytes;
    }

    /** Median over the rounds of this kind's time over the other's in the same round. */
    double wallOver(StepResult other) {
        return median(ratios(wall, other.wall));
    }

    double cpuOver(StepResult other) {
        return median(ratios(cpu, other.cpu));
    }

    double peakOver(StepResult other) {
        return (double) peakBytes / other.peakBytes;
    }

    private static List<Double> seconds(List<Long> nanos) {
        return nanos.stream().map(n -> n / 1e9).toList();
    }

    private static List<Double> ratios(List<Long> these, List<Long> others) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < these.size(); round++) {
            ratios.add((double) these.get(round) / others.get(round));
        }
        return ratios;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
