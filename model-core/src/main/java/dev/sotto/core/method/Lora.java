package dev.sotto.core.method;

import dev.sotto.core.folder.Slot;
import dev.sotto.core.folder.WhenMissing;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Low-rank updates of linear maps: a map W [out, in], which stays as it is, computes W·x + (alpha/rank)·B·(A·x), where A [rank, in] and
 * B [out, rank] are trained. B begins at zero, so that nothing changes at first. Hu et al., "LoRA: Low-Rank Adaptation of Large Language
 * Models", ICLR 2022 (arXiv:2106.09685), section 4.1.
 *
 * @param rank rows of A, &gt; 0
 * @param alpha scale of the update times the rank, finite, &gt; 0
 * @param targets names of the maps that get one, each whole or its last parts; {@code *} stands for any characters
 */
public record Lora(int rank, double alpha, List<String> targets) implements Addition {

    /** Queries and values of attention, as in the paper, under the names that known families have for them. */
    public static final List<String> QUERIES_AND_VALUES =
            List.of("query", "value", "q_proj", "v_proj", "q_lin", "v_lin", "c_attn");

    /** Behind the name of a map: its first factor, [rank, in]. */
    public static final String A = ".lora_A.weight";
    /** Behind the name of a map: its second factor, [out, rank]. */
    public static final String B = ".lora_B.weight";

    public Lora {
        targets = List.copyOf(targets);
        if (rank < 1) {
            throw new IllegalArgumentException("The rank of a LoRA update must be at least 1, got " + rank + ".");
        }
        if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("LoRA's alpha must be finite and > 0, got " + alpha + ".");
        }
        if (targets.isEmpty()) {
            throw new IllegalArgumentException("LoRA needs the name of a map to update, such as query.");
        }
    }

    /** What an update is multiplied with. */
    public double scale() {
        return alpha / rank;
    }

    @Override
    public String words() {
        return "LoRA of rank " + rank + " and alpha " + (float) alpha + " on " + String.join(", ", targets);
    }

    /** The two factors of a map's update; none of a parameter that is no map, or not named. */
    @Override
    public List<Slot> factors(Slot slot) {
        return of(slot).map(map -> List.of(
                        new Slot(map.name() + A, map.shape(rank, map.in()), Slot.Role.FACTOR, WhenMissing.UNIFORM),
                        new Slot(map.name() + B, map.shape(map.out(), rank), Slot.Role.FACTOR, WhenMissing.ZEROS)))
                .orElse(List.of());
    }

    /** The map that a parameter is a factor of an update of, by their names. */
    public static Optional<String> mapOf(String parameter) {
        return Stream.of(A, B)
                .filter(parameter::endsWith)
                .map(factor -> parameter.substring(0, parameter.length() - factor.length()))
                .findFirst();
    }

    @Override
    public Optional<String> placeOf(String parameter) {
        return mapOf(parameter);
    }

    /** The least of inputs and outputs of a map that gets an update: no update has a larger rank. */
    Optional<Integer> largestRank(Slot slot) {
        return of(slot).map(map -> Math.min(map.in(), map.out()));
    }

    /**
     * Adds an update to its map's weight, in place: it computes the same then without it.
     *
     * @param weight as the slot's shape says
     * @param a first factor, [rank, in]
     * @param b second factor, [out, rank]
     */
    public void merge(Slot slot, float[] weight, FloatBuffer a, FloatBuffer b) {
        LinearMap map = of(slot).orElseThrow();
        for (int out = 0; out < map.out(); out++) {
            for (int in = 0; in < map.in(); in++) {
                double update = 0;
                for (int k = 0; k < rank; k++) {
                    update += (double) b.get(out * rank + k) * a.get(k * map.in() + in);
                }
                int at = slot.role() == Slot.Role.MAP ? out * map.in() + in : in * map.out() + out;
                weight[at] = (float) (weight[at] + scale() * update);
            }
        }
    }

    private Optional<LinearMap> of(Slot slot) {
        return LinearMap.of(slot, targets);
    }
}
