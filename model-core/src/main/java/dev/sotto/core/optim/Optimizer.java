package dev.sotto.core.optim;

import dev.sotto.core.optim.Segments.Segment;
import dev.sotto.core.privacy.NoisySum;
import java.io.Serializable;

/**
 * An optimizer's hyper-parameters and its update rule, with the semantics of {@code torch.optim}. What it remembers from
 * step to step is an {@link OptimizerState}.
 */
public sealed interface Optimizer extends Serializable {

    /** How many numbers it remembers for each parameter. */
    int slots();

    /** One update in place: {@code memory} is [slots][dimension], all zero before the first. */
    void update(double[] parameters, NoisySum released, double[][] memory, Step step);

    /** What has been learned, [dimension], once a step was taken: the parameters, unless something else is made of them. */
    default double[] learned(double[] parameters, double[][] memory) {
        return parameters;
    }

    /** A state that has seen no step. */
    default OptimizerState start(int dimension) {
        return new OptimizerState(this, dimension);
    }

    /**
     * Stochastic gradient descent: with d = g + weightDecay·p, b ← momentum·b + d, then p ← p - learningRate·b, or with Nesterov's
     * momentum p ← p - learningRate·(d + momentum·b), as Sutskever, Martens, Dahl and Hinton, ICML 2013, write it.
     *
     * @param momentum in [0, 1)
     * @param weightDecay ≥ 0, added to the gradient
     * @param nesterov whether the step looks ahead by the momentum, which then is above 0
     */
    record Sgd(double momentum, double weightDecay, boolean nesterov) implements Optimizer {
        public Sgd {
            require(momentum >= 0 && momentum < 1, "momentum must be in [0, 1), got ", momentum);
            require(!nesterov || momentum > 0, "Nesterov's momentum must be above 0, got ", momentum);
            requireDecay(weightDecay);
        }

        public Sgd(double momentum, double weightDecay) {
            this(momentum, weightDecay, false);
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
        public void update(double[] parameters, NoisySum released, double[][] memory, Step step) {
            double[] gradient = released.gradient();
            for (Segment tensor : step.segments()) {
                double rate = step.learningRate() * tensor.rate();
                for (int i = tensor.begin(); i < tensor.end(); i++) {
                    double direction = gradient[i] + weightDecay * parameters[i];
                    if (momentum != 0) {
                        memory[0][i] = direction + momentum * memory[0][i];
                        direction = nesterov ? direction + momentum * memory[0][i] : memory[0][i];
                    }
                    parameters[i] -= rate * direction;
                }
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
     * @param noiseFloor 0, or in (0, 1]: the noise's variance is taken out of the mean square, and at least this share of that variance is
     *     left
     */
    record Adam(double beta1, double beta2, double epsilon, double weightDecay, double noiseFloor)
            implements Optimizer {
        public Adam {
            requireMoments(beta1, beta2, epsilon);
            requireDecay(weightDecay);
            requireFloor(noiseFloor);
        }

        public Adam(double beta1, double beta2, double epsilon, double weightDecay) {
            this(beta1, beta2, epsilon, weightDecay, 0);
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
        public void update(double[] parameters, NoisySum released, double[][] memory, Step step) {
            double[] gradient = released.gradient();
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += weightDecay * parameters[i];
            }
            adam(parameters, gradient, memory, step, beta1, beta2, epsilon, noiseFloor);
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
     * @param noiseFloor as {@link Adam} has it
     */
    record AdamW(double beta1, double beta2, double epsilon, double weightDecay, double noiseFloor)
            implements Optimizer {
        public AdamW {
            requireMoments(beta1, beta2, epsilon);
            requireDecay(weightDecay);
            requireFloor(noiseFloor);
        }

        public AdamW(double beta1, double beta2, double epsilon, double weightDecay) {
            this(beta1, beta2, epsilon, weightDecay, 0);
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
        public void update(double[] parameters, NoisySum released, double[][] memory, Step step) {
            for (Segment tensor : step.segments()) {
                double kept = 1 - step.learningRate() * tensor.rate() * weightDecay;
                for (int i = tensor.begin(); i < tensor.end(); i++) {
                    parameters[i] *= kept;
                }
            }
            adam(parameters, released.gradient(), memory, step, beta1, beta2, epsilon, noiseFloor);
        }
    }

    /**
     * You, Li, Reddi, Hseu, Kumar, Bhojanapalli, Song, Demmel, Keutzer and Hsieh, "Large Batch Optimization for Deep Learning: Training BERT
     * in 76 minutes", ICLR 2020, Algorithm 2, with φ(z) = z: a tensor x moves along u = m̂/(√v̂ + ε) + weightDecay·x by the learning rate
     * times its own length, x ← x - η·‖x‖·u/‖u‖; by η·u where x or u is zero.
     *
     * <p>So a tensor of zeros (biases often begin so) takes one step of Adam, and from then on grows by a factor of at most 1 + η a step.
     *
     * @param beta1 decay of the mean, in [0, 1)
     * @param beta2 decay of the mean square, in [0, 1)
     * @param epsilon added to the root of the mean square, &gt; 0, in gradient units
     * @param weightDecay ≥ 0
     */
    record Lamb(double beta1, double beta2, double epsilon, double weightDecay) implements Optimizer {
        public Lamb {
            requireMoments(beta1, beta2, epsilon);
            requireDecay(weightDecay);
        }

        /** 0.9, 0.999, 1e-6, no weight decay. */
        public static Lamb defaults() {
            return new Lamb(0.9, 0.999, 1e-6, 0);
        }

        @Override
        public int slots() {
            return 2;
        }

        @Override
        public void update(double[] parameters, NoisySum released, double[][] memory, Step step) {
            double[] gradient = released.gradient();
            remember(gradient, memory, beta1, beta2);
            double meanShare = share(beta1, step);
            double squareShare = share(beta2, step);
            double[] direction = gradient; // its own array, which nobody reads again
            for (int i = 0; i < direction.length; i++) {
                double root = Math.sqrt(memory[1][i] / squareShare);
                direction[i] = memory[0][i] / meanShare / (root + epsilon) + weightDecay * parameters[i];
            }
            for (Segment tensor : step.segments()) {
                double length = norm(parameters, tensor);
                double stride = norm(direction, tensor);
                double trust = length > 0 && stride > 0 ? length / stride : 1;
                double size = step.learningRate() * tensor.rate() * trust;
                for (int i = tensor.begin(); i < tensor.end(); i++) {
                    parameters[i] -= size * direction[i];
                }
            }
        }

        private static double norm(double[] vector, Segment tensor) {
            double sum = 0;
            for (int i = tensor.begin(); i < tensor.end(); i++) {
                sum += vector[i] * vector[i];
            }
            return Math.sqrt(sum);
        }
    }

    /**
     * Any rule, with an exponential moving average of the parameters that it goes through, which is what has been learned in the end:
     * a ← a + (1 - β)(p - a), β = min(decay, (1 + t)/(10 + t)) after t steps before this one, from the parameters before the first. De,
     * Berrada, Hayes, Smith and Balle, "Unlocking High-Accuracy Differentially Private Image Classification through Scale", 2022
     * (arXiv:2204.13650).
     *
     * @param rule how the parameters move: the average is not asked
     * @param decay in (0, 1)
     */
    record Averaged(Optimizer rule, double decay) implements Optimizer {
        public Averaged {
            require(decay > 0 && decay < 1, "the average's decay must be in (0, 1), got ", decay);
        }

        @Override
        public int slots() {
            return rule.slots() + 1; // the last is the average
        }

        @Override
        public void update(double[] parameters, NoisySum released, double[][] memory, Step step) {
            double[] average = learned(parameters, memory);
            if (step.number() == 1) {
                System.arraycopy(parameters, 0, average, 0, average.length);
            }
            rule.update(parameters, released, memory, step);
            double before = (double) (step.number() - 1);
            double fresh = 1 - Math.min(decay, (1 + before) / (10 + before));
            for (int i = 0; i < average.length; i++) {
                average[i] += fresh * (parameters[i] - average[i]);
            }
        }

        @Override
        public double[] learned(double[] parameters, double[][] memory) {
            return memory[rule.slots()];
        }
    }

    /**
     * m ← β₁m + (1-β₁)g, v ← β₂v + (1-β₂)g², p ← p - η·(m/(1-β₁ᵗ)) / (√(v/(1-β₂ᵗ)) + ε).
     *
     * <p>With a floor f the root is that of max(v/(1-β₂ᵗ) - Φ, f·Φ), Φ being the variance of the noise, which v has in it beside the
     * gradient's square. Tang, Shpilevskiy and Lécuyer, "DP-AdamBC: Your DP-Adam Is Actually DP-SGD (Unless You Apply Bias Correction)", AAAI
     * 2024 (arXiv:2312.14334), where the floor is a number γ' = f·Φ, and ε is left out.
     */
    private static void adam(
            double[] parameters,
            double[] gradient,
            double[][] memory,
            Step step,
            double beta1,
            double beta2,
            double epsilon,
            double noiseFloor) {
        remember(gradient, memory, beta1, beta2);
        double[] mean = memory[0];
        double[] square = memory[1];
        double unbias = Math.sqrt(share(beta2, step));
        double noise = noiseFloor > 0 ? step.noiseVariance() : 0;
        for (Segment tensor : step.segments()) {
            double size = step.learningRate() * tensor.rate() / share(beta1, step);
            for (int i = tensor.begin(); i < tensor.end(); i++) {
                double root = Math.sqrt(square[i]) / unbias;
                if (noise > 0) {
                    root = Math.sqrt(Math.max(root * root - noise, noiseFloor * noise));
                }
                parameters[i] -= size * mean[i] / (root + epsilon);
            }
        }
    }

    private static void remember(double[] gradient, double[][] memory, double beta1, double beta2) {
        double[] mean = memory[0];
        double[] square = memory[1];
        for (int i = 0; i < gradient.length; i++) {
            mean[i] = beta1 * mean[i] + (1 - beta1) * gradient[i];
            square[i] = beta2 * square[i] + (1 - beta2) * gradient[i] * gradient[i];
        }
    }

    /** How much of a moving average that began at zero is made of gradients: 1 - βᵗ. */
    private static double share(double beta, Step step) {
        return 1 - StrictMath.pow(beta, (double) step.number());
    }

    private static void requireMoments(double beta1, double beta2, double epsilon) {
        require(beta1 >= 0 && beta1 < 1, "beta1 must be in [0, 1), got ", beta1);
        require(beta2 >= 0 && beta2 < 1, "beta2 must be in [0, 1), got ", beta2);
        require(epsilon > 0 && epsilon < 1, "epsilon must be in (0, 1), got ", epsilon);
    }

    private static void requireFloor(double noiseFloor) {
        require(noiseFloor >= 0 && noiseFloor <= 1, "noise floor must be in [0, 1], got ", noiseFloor);
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
