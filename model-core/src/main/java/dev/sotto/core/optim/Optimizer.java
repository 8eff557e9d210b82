package dev.sotto.core.optim;

import dev.sotto.core.privacy.NoisySum;
import java.io.Serializable;

/**
 * An optimizer's hyper-parameters and its update rule, with the semantics of {@code torch.optim}. What it remembers from
 * step to step is an {@link OptimizerState}.
 */
public sealed interface Optimizer extends Serializable {

    /** How many numbers it remembers for each parameter. */
    int slots();

    /** One update in place: {@code memory} is [slots][dimension], {@code step} counts from 1. */
    void update(double[] parameters, NoisySum released, double[][] memory, long step, double learningRate);

    /** A state that has seen no step. */
    default OptimizerState start(int dimension) {
        return new OptimizerState(this, dimension);
    }

    /**
     * Stochastic gradient descent: b ← momentum·b + g + weightDecay·p, then p ← p - learningRate·b.
     *
     * @param momentum in [0, 1)
     * @param weightDecay ≥ 0, added to the gradient
     */
    record Sgd(double momentum, double weightDecay) implements Optimizer {
        public Sgd {
            require(momentum >= 0 && momentum < 1, "momentum must be in [0, 1), got ", momentum);
            requireDecay(weightDecay);
        }

        /** No momentum, no weight decay. */
        public static Sgd plain() {
            return new Sgd(0, 0);
        }

        @Override
        public int slots() {
            return momentum == 0 ? 0 : 1;
        }

        @Override
        public void update(double[] parameters, NoisySum released, double[][] memory, long step, double learningRate) {
            double[] gradient = released.gradient();
            for (int i = 0; i < parameters.length; i++) {
                double direction = gradient[i] + weightDecay * parameters[i];
                if (momentum != 0) {
                    direction += momentum * memory[0][i];
                    memory[0][i] = direction;
                }
                parameters[i] -= learningRate * direction;
            }
        }
    }

    /**
     * Kingma and Ba, "Adam", ICLR 2015, with the weight decay added to the gradient.
     *
     * @param beta1 decay of the mean, in [0, 1)
     * @param beta2 decay of the mean square, in [0, 1)
     * @param epsilon added to the root of the mean square, &gt; 0, in gradient units
     * @param weightDecay ≥ 0
     */
    record Adam(double beta1, double beta2, double epsilon, double weightDecay) implements Optimizer {
        public Adam {
            requireMoments(beta1, beta2, epsilon);
            requireDecay(weightDecay);
        }

        /** 0.9, 0.999, 1e-8, no weight decay. */
        public static Adam defaults() {
            return new Adam(0.9, 0.999, 1e-8, 0);
        }

        @Override
        public int slots() {
            return 2;
        }

        @Override
        public void update(double[] parameters, NoisySum released, double[][] memory, long step, double learningRate) {
            double[] gradient = released.gradient();
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += weightDecay * parameters[i];
            }
            adam(parameters, gradient, memory, step, learningRate, beta1, beta2, epsilon);
        }
    }

    /**
     * Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019: parameters shrink by
     * 1 - learningRate·weightDecay, then take an Adam step.
     *
     * @param beta1 decay of the mean, in [0, 1)
     * @param beta2 decay of the mean square, in [0, 1)
     * @param epsilon added to the root of the mean square, &gt; 0, in gradient units
     * @param weightDecay ≥ 0
     */
    record AdamW(double beta1, double beta2, double epsilon, double weightDecay) implements Optimizer {
        public AdamW {
            requireMoments(beta1, beta2, epsilon);
            requireDecay(weightDecay);
        }

        /** 0.9, 0.999, 1e-8, weight decay 0.01. */
        public static AdamW defaults() {
            return new AdamW(0.9, 0.999, 1e-8, 0.01);
        }

        @Override
        public int slots() {
            return 2;
        }

        @Override
        public void update(double[] parameters, NoisySum released, double[][] memory, long step, double learningRate) {
            double kept = 1 - learningRate * weightDecay;
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] *= kept;
            }
            adam(parameters, released.gradient(), memory, step, learningRate, beta1, beta2, epsilon);
        }
    }

    /** m ← β₁m + (1-β₁)g, v ← β₂v + (1-β₂)g², p ← p - η·(m/(1-β₁ᵗ)) / (√(v/(1-β₂ᵗ)) + ε). */
    private static void adam(
            double[] parameters,
            double[] gradient,
            double[][] memory,
            long step,
            double learningRate,
            double beta1,
            double beta2,
            double epsilon) {
        double[] mean = memory[0];
        double[] square = memory[1];
        double size = learningRate / (1 - StrictMath.pow(beta1, (double) step));
        double unbias = Math.sqrt(1 - StrictMath.pow(beta2, (double) step));
        for (int i = 0; i < parameters.length; i++) {
            mean[i] = beta1 * mean[i] + (1 - beta1) * gradient[i];
            square[i] = beta2 * square[i] + (1 - beta2) * gradient[i] * gradient[i];
            parameters[i] -= size * mean[i] / (Math.sqrt(square[i]) / unbias + epsilon);
        }
    }

    private static void requireMoments(double beta1, double beta2, double epsilon) {
        require(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1), got ", beta1);
        require(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1), got ", beta2);
        require(epsilon > 0 && epsilon < 1, "epsilon must be in (0, 1), got ", epsilon);
    }

    private static void requireDecay(double weightDecay) {
        require(weightDecay >= 0 && weightDecay < 1, "weight decay must be in [0, 1), got ", weightDecay);
    }

    private static void require(boolean holds, String message, double value) {
        if (!holds) {
            throw new IllegalArgumentException(message + value + ".");
        }
    }
}
