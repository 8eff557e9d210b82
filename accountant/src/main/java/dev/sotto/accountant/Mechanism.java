package dev.sotto.accountant;

import dev.sotto.accountant.math.Check;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One step in the form that the accountants know theorems for. Parameters are those of {@link DpEvent}, checked there. */
public sealed interface Mechanism extends Serializable {

    /** Gaussian noise on a Poisson sample; q in (0, 1], 1 meaning the whole table. */
    record SampledGaussian(double samplingProbability, double noiseMultiplier) implements Mechanism {}

    /** Laplace noise on a Poisson sample; q in (0, 1], 1 meaning the whole table. */
    record SampledLaplace(double samplingProbability, double scale) implements Mechanism {}

    /** A stated guarantee. */
    record Stated(double epsilon, double delta) implements Mechanism {}

    /** No guarantee. */
    record Unprotected() implements Mechanism {}

    /**
     * A mechanism and how often it ran.
     *
     * @param mechanism one run
     * @param count runs, &gt; 0
     */
    record Steps(Mechanism mechanism, long count) {}

    /**
     * The distinct mechanisms of an event with their counts. Composition does not depend on order, so equal mechanisms
     * are counted together; those that do nothing (q = 0, count 0, ε = δ = 0) are left out.
     *
     * @throws NoTheoremException for a sample of anything but a single Gaussian, Laplace or stated guarantee, and for
     *     samples under replace-one
     */
    static List<Steps> of(DpEvent event, Adjacency adjacency) {
        Map<Mechanism, Long> counts = new LinkedHashMap<>();
        new MechanismReader(adjacency).read(event, 1, counts);
        return counts.entrySet().stream()
                .map(e -> new Steps(e.getKey(), e.getValue()))
                .toList();
    }

    /** How many steps in all. */
    static double total(List<Steps> steps) {
        return steps.stream().mapToDouble(Steps::count).sum();
    }

    /** Checks a δ given by a caller. */
    static void checkDelta(double delta) {
        Check.that(delta >= 0 && delta <= 1, "delta must be in [0, 1], got %s", delta);
    }

    /** Checks an ε given by a caller. */
    static void checkEpsilon(double epsilon) {
        Check.that(
                epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY, "epsilon must be finite and >= 0, got %s", epsilon);
    }
}
