package dev.sotto.job.config;

import java.util.List;

/**
 * How the noisy gradients move the parameters. Post-processing: nothing here changes the guarantee.
 *
 * @param learningRate parameter units per unit of (normalised) gradient, &gt; 0
 * @param weightDecay per unit of learning rate, &gt;= 0
 */
public record OptimizerSettings(Method method, double learningRate, double weightDecay, Schedule schedule) {

    /** What does not go together with the number of steps of a run. */
    public List<Fault> faults(long steps) {
        return schedule.warmupSteps() < steps
                ? List.of()
                : List.of(new Fault(
                        "warmup-steps",
                        "they must be fewer than the run's steps, found %d of %d: the learning rate would never reach its height. A"
                                        .formatted(schedule.warmupSteps(), steps)
                                + " tenth of the steps is usual; 0 turns it off."));
    }

    /** The update rule. */
    public sealed interface Method {
        /** Gradient descent with momentum in [0, 1). */
        record Sgd(double momentum) implements Method {}

        /** Adam; weight decay is added to the gradient. */
        record Adam(double beta1, double beta2) implements Method {}

        /** Adam with decoupled weight decay. */
        record AdamW(double beta1, double beta2) implements Method {}
    }

    /**
     * The learning rate over the run.
     *
     * @param shape what follows the warm-up
     * @param warmupSteps steps over which the rate rises linearly from 0, &gt;= 0
     */
    public record Schedule(Shape shape, long warmupSteps) {
        /** Constant, or falling linearly to 0 at the last step. */
        public enum Shape {
            CONSTANT,
            LINEAR
        }
    }
}
