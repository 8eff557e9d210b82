package dev.sotto.core.train;

import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.OptimizerState;
import dev.sotto.core.privacy.NoisySum;

/** The trained parameters and what the optimizer remembers. Public: only noisy sums ever go in. */
public final class TrainState {

    private final double[] parameters; // [d]; in double, or small steps would be lost against large parameters
    private final OptimizerState optimizer;

    private TrainState(double[] parameters, OptimizerState optimizer) {
        this.parameters = parameters;
        this.optimizer = optimizer;
    }

    public static TrainState initial(float[] trained, Optimizer optimizer) {
        var parameters = new double[trained.length];
        for (int i = 0; i < trained.length; i++) {
            parameters[i] = trained[i];
        }
        return new TrainState(parameters, optimizer.start(trained.length));
    }

    /** The parameters as the model reads them, [d], rounded to float: a copy. */
    public float[] trained() {
        var trained = new float[parameters.length];
        for (int i = 0; i < trained.length; i++) {
            trained[i] = (float) parameters[i];
        }
        return trained;
    }

    /** One optimizer step. */
    public void update(Recipe recipe, long step, NoisySum gradient) {
        optimizer.step(parameters, gradient, recipe.schedule().learningRate(step));
    }
}
