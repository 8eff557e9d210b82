package dev.sotto.job.config;

import dev.sotto.core.optim.Optimizer;
import java.util.List;

/**
 * How the noisy gradients move the parameters. Post-processing: nothing here changes the guarantee.
 *
 * @param optimizer the update rule
 * @param learningRate parameter units per unit of (normalised) gradient, &gt; 0
 */
public record OptimizerSettings(Optimizer optimizer, double learningRate, Schedule schedule) {

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
