package dev.sotto.core.train;

import dev.sotto.core.batch.EncodedRows;
import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.GaussianMechanism;
import dev.sotto.core.privacy.RunKey;
import java.util.List;

/**
 * The whole of private training in one JVM: what the Spark job does on many machines, without the machines. It is the oracle of
 * the Spark job's tests (equal keys and partitions give bit-equal parameters on the CPU), and the place to read first.
 */
public final class LocalTrainer {

    private LocalTrainer() {}

    /**
     * DP-BiTFiT: Bu, Wang, Zha, Karypis, "Differentially Private Bias-Term Fine-Tuning of Foundation Models", ICML 2024,
     * Algorithm 1, with Poisson sampling and clipping per privacy unit.
     *
     * @param initial [d], the trained parameters as the seed model has them
     * @return the state after the recipe's last step
     */
    public static TrainState train(
            Recipe recipe, RunKey key, List<? extends EncodedRows> partitions, GradientModel model, float[] initial) {
        return train(recipe, key, partitions, model, TrainState.initial(initial, recipe));
    }

    /**
     * The same from a state, which is moved: of a run with phases, one of them.
     *
     * @param recipe of the phase
     * @param key of the phase: each has a key of its own
     * @param state {@link TrainState#initial(float[], Recipe)}, or {@link TrainState#next} of what the phase before has given
     */
    public static TrainState train(
            Recipe recipe, RunKey key, List<? extends EncodedRows> partitions, GradientModel model, TrainState state) {
        var mechanism = new GaussianMechanism(recipe.plan(), key);
        var partitionStep = recipe.partitionStep(key.samplingKey(), 0);
        for (long step = 0; step < recipe.plan().steps(); step++) {
            float[] trained = state.trained();
            var sum = new ClippedSum(recipe.plan(), model.dimension(trained));
            for (int partition = 0; partition < partitions.size(); partition++) {
                sum.add(partitionStep.run(step, partition, partitions.get(partition), model, trained));
            }
            state.update(recipe, step, mechanism.release(sum, step));
        }
        return state;
    }
}
