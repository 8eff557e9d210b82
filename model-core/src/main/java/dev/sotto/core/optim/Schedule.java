package dev.sotto.core.optim;

import java.io.Serializable;

/** The learning rate of each step; steps count from 0. Every step is paid for in privacy, so none has rate zero. */
public sealed interface Schedule extends Serializable {

    /** The learning rate of a step, &gt; 0. */
    double learningRate(long step);

    /**
     * Up in a line from rate/warmup at step 0 to the full rate at step warmup - 1, then the same rate at every step.
     *
     * @param rate finite, &gt; 0
     * @param warmup number of warm-up steps, ≥ 0
     */
    record Constant(double rate, long warmup) implements Schedule {
        public Constant {
            requireRate(rate);
            requireWarmup(warmup, Long.MAX_VALUE);
        }

        public Constant(double rate) {
            this(rate, 0);
        }

        @Override
        public double learningRate(long step) {
            return step < warmup ? warming(rate, step, warmup) : rate;
        }
    }

    /**
     * Up in a line from rate/warmup at step 0 to the full rate at step warmup - 1, full at step warmup, then down in a
     * line that would reach zero at step {@code steps}, one after the last.
     *
     * @param rate the peak, finite, &gt; 0
     * @param warmup number of warm-up steps, in [0, steps)
     * @param steps number of steps of the run
     */
    record Linear(double rate, long warmup, long steps) implements Schedule {
        public Linear {
            requireRate(rate);
            requireWarmup(warmup, steps);
        }

        @Override
        public double learningRate(long step) {
            requireStep(step, steps);
            return step < warmup ? warming(rate, step, warmup) : rate * (steps - step) / (steps - warmup);
        }
    }

    /**
     * Up in a line from rate/warmup at step 0 to the full rate at step warmup - 1, full at step warmup, then down along half a cosine that
     * would reach zero at step {@code steps}, one after the last. Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm
     * Restarts", ICLR 2017, formula (5) without restarts: (1 + cos πx)/2, here as sin²(π(1 - x)/2), which rounds to zero nowhere.
     *
     * @param rate the peak, finite, &gt; 0
     * @param warmup number of warm-up steps, in [0, steps)
     * @param steps number of steps of the run
     */
    record Cosine(double rate, long warmup, long steps) implements Schedule {
        public Cosine {
            requireRate(rate);
            requireWarmup(warmup, steps);
        }

        @Override
        public double learningRate(long step) {
            requireStep(step, steps);
            if (step < warmup) {
                return warming(rate, step, warmup);
            }
            double sine = StrictMath.sin(Math.PI / 2 * (steps - step) / (steps - warmup));
            return rate * sine * sine;
        }
    }

    private static double warming(double rate, long step, long warmup) {
        return rate * (step + 1) / warmup;
    }

    private static void requireWarmup(long warmup, long steps) {
        if (warmup < 0 || warmup >= steps) {
            throw new IllegalArgumentException(
                    "Warm-up must be in [0, " + steps + "), the number of steps, got " + warmup + ".");
        }
    }

    private static void requireStep(long step, long steps) {
        if (step < 0 || step >= steps) {
            throw new IllegalArgumentException("Step " + step + " is not in a schedule of " + steps + " steps.");
        }
    }

    private static void requireRate(double rate) {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("The learning rate must be finite and > 0, got " + rate + ".");
        }
    }
}
