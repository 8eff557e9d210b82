package dev.sotto.core.model;

import java.io.Serializable;

/**
 * How gradients are computed; what they are of is the same.
 *
 * @param recompute whether the way back computes each layer once more instead of keeping what it had computed: the same bits in less
 *     memory and more time
 */
public record ComputeMode(boolean recompute) implements Serializable {
    /** Everything is kept. */
    public static final ComputeMode USUAL = new ComputeMode(false);

    /**
     * Whether a model can be computed so.
     *
     * @throws ModelException if it cannot
     */
    void check(SeedModel seed) {
        if (recompute && seed.architecture().isForeign()) {
            throw new ModelException.Unsupported(
                    "The model in " + seed.path() + " is a TorchScript archive, whose layers are not"
                            + " known: they cannot be computed one by one again. Leave out recompute; smaller microbatches save memory, too.");
        }
    }
}
