package dev.sotto.core.method;

import dev.sotto.core.folder.Slot;
import dev.sotto.core.folder.WhenMissing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Adapters ({@link Adapter}) of few numbers, in the same places: D and U are each a sum of n Kronecker products, W = Σ_i A_i ⊗ (s_i·t_i), with
 * n matrices A_i [n, n] that all of a model share, and s_i [out/n, rank] and t_i [rank, in/n] of each map's own (low-rank parametrised
 * hypercomplex multiplication). The s_i of U and both biases begin at zero, so that nothing changes at first. Karimi Mahabadi, Henderson,
 * Ruder, "Compacter: Efficient Low-Rank Hypercomplex Adapter Layers", NeurIPS 2021 (arXiv:2106.04647), sections 3.1 and 3.2. A_i and t_i
 * begin uniform, scaled by what they multiply: the paper's first A_i of 0.01 would give the t_i next to no gradient beside one noise for all.
 *
 * @param bottleneck rows of D, &gt; 0, a multiple of n
 * @param phmDim n, &gt; 0
 * @param phmRank rank of each s_i·t_i, &gt; 0
 */
public record Compacter(int bottleneck, int phmDim, int phmRank) implements Addition {

    /** The A_i, one above the other, [n * n, n]. */
    public static final String RULE = "compacter.phm_rule";

    /** Behind the name of a map: its maps down and up, of which each has the three parameters that follow. */
    private static final List<String> HALVES = List.of(".compacter.down", ".compacter.up");
    /** The s_i side by side, [out/n, n * rank]. */
    private static final String LEFT = ".left";
    /** The t_i one above the other, [n * rank, in/n]. */
    private static final String RIGHT = ".right";

    private static final String BIAS = ".bias";

    public Compacter {
        if (!(bottleneck > 0 && phmDim > 0 && phmRank > 0)) {
            throw new IllegalArgumentException("Compacter's bottleneck, phm-dim and phm-rank must be at least 1, got "
                    + bottleneck + ", " + phmDim + " and " + phmRank + ".");
        }
        if (bottleneck % phmDim != 0) {
            throw new IllegalArgumentException("Compacter's bottleneck must be a multiple of phm-dim, got " + bottleneck
                    + " and " + phmDim + ": its maps are made of phm-dim rows of blocks.");
        }
    }

    @Override
    public String words() {
        return "Compacter adapters with a bottleneck of " + bottleneck + ", phm-dim " + phmDim + " and phm-rank "
                + phmRank;
    }

    @Override
    public List<Slot> factors(Slot slot) {
        return Adapter.mapBefore(slot).map(this::factors).orElse(List.of());
    }

    private List<Slot> factors(LinearMap map) {
        List<Slot> factors = new ArrayList<>();
        factors.add(Adapter.factor(RULE, WhenMissing.UNIFORM, phmDim * phmDim, phmDim));
        factors.addAll(half(map.name() + HALVES.get(0), bottleneck, map.out(), WhenMissing.UNIFORM));
        factors.addAll(half(map.name() + HALVES.get(1), map.out(), bottleneck, WhenMissing.ZEROS));
        return factors;
    }

    private List<Slot> half(String name, int out, int in, WhenMissing left) {
        return List.of(
                Adapter.factor(name + LEFT, left, out / phmDim, phmDim * phmRank),
                Adapter.factor(name + RIGHT, WhenMissing.UNIFORM, phmDim * phmRank, in / phmDim),
                Adapter.factor(name + BIAS, WhenMissing.ZEROS, out));
    }

    @Override
    public Optional<String> placeOf(String parameter) {
        return HALVES.stream()
                .filter(half -> parameter.contains(half + "."))
                .map(half -> parameter.substring(0, parameter.indexOf(half + ".")))
                .findFirst();
    }

    @Override
    public boolean shares(String parameter) {
        return parameter.equals(RULE);
    }
}
