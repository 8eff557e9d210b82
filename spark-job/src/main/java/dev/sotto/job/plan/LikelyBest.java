package dev.sotto.job.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which setting is likely to learn most for what it computes: of those that are worth nearly the most steps without noise
 * ({@link Signal#effectiveSteps}) the ones that compute the fewest gradients, and of these the one that is worth most.
 *
 * <p>What it does not know: how far the gradients of different units agree, for which it takes {@value #ALIGNMENT}, nor how that changes while
 * the model learns; the noise of sampling; learning rate, schedule and optimizer, which must suit each setting; and when a model begins to forget
 * what it was trained for before.
 *
 * @param cell the one
 * @param alignment κ, for which it is
 */
record LikelyBest(Cell cell, double alignment) {
    /** Of clipped gradients' mean over the clipping norm; by it a bound becomes a guess. */
    static final double ALIGNMENT = 0.1;

    /** Worth so much of the most counts as worth as much: the rule is no finer. */
    static final double NEARLY = 0.9;

    /** What it was measured to be in a run is between these. */
    private static final List<Double> OTHERS = List.of(0.03, 0.3);

    /** The one of some; empty if there is none, or nothing has noise. */
    static Optional<LikelyBest> of(List<Cell> cells, double alignment) {
        double most = cells.stream()
                .mapToDouble(cell -> cell.signal().effectiveSteps(alignment))
                .max()
                .orElse(0);
        return cells.stream()
                .filter(cell -> cell.plan().isPrivate())
                .filter(cell -> cell.signal().effectiveSteps(alignment) >= NEARLY * most)
                .min(Comparator.comparingDouble(Cell::epochs)
                        .thenComparingDouble(cell -> -cell.signal().effectiveSteps(alignment)))
                .map(cell -> new LikelyBest(cell, alignment));
    }

    /** By the alignment that is taken for likely, then by a smaller and a larger one. */
    static List<LikelyBest> of(List<Cell> cells) {
        return Stream.concat(Stream.of(ALIGNMENT), OTHERS.stream())
                .flatMap(alignment -> of(cells, alignment).stream())
                .toList();
    }
}
