package dev.sotto.job.config;

import dev.sotto.core.optim.Optimizer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the noisy gradients move the parameters. Post-processing: nothing here changes the guarantee.
 *
 * @param optimizer the update rule
 * @param learningRate parameter units per unit of (normalised) gradient, &gt; 0
 * @param learningRateBody that of what is not the head's; null: the same
 */
public record OptimizerSettings(
        Optimizer optimizer, double learningRate, @Nullable Double learningRateBody, Schedule schedule) {

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

    /** That there are not both body and head to learn, where their rates are told apart. */
    public List<Fault> faultOfBody(String why) {
        return learningRateBody == null
                ? List.of()
                : List.of(new Fault(
                        "learning-rate-body",
                        "it is the learning rate of what is not the head's, beside that of the head; " + why
                                + ". Leave it out, and give learning-rate alone."));
    }

    /**
     * The learning rate over the run.
     *
     * @param shape what follows the warm-up
     * @param warmupSteps steps over which the rate rises linearly from 0, &gt;= 0
     */
    public record Schedule(Shape shape, long warmupSteps) {
        /** Constant, or falling to 0 at the last step: linearly, or along half a cosine. */
        public enum Shape {
            CONSTANT,
            LINEAR,
            COSINE
        }
    }
}
