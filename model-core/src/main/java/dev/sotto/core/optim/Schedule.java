package dev.sotto.core.optim;

import java.io.Serializable;

/** The learning rate of each step; steps count from 0. Every step is paid for in privacy, so none has rate zero. */
public sealed interface Schedule extends Serializable {

    /** The learning rate of a step, &gt; 0. */
    double learningRate(long step);

    /**
     * The same rate at every step.
     *
     * @param rate finite, &gt; 0
     */
    record Constant(double rate) implements Schedule {
        public Constant {
            requireRate(rate);
        }

        @Override
        public double learningRate(long step) {
            return rate;
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
            if (warmup < 0 || warmup >= steps) {
                throw new IllegalArgumentException(
                        "Warm-up must be in [0, " + steps + "), the number of steps, got " + warmup + ".");
            }
        }

        @Override
        public double learningRate(long step) {
            if (step < 0 || step >= steps) {
                throw new IllegalArgumentException("Step " + step + " is not in a schedule of " + steps + " steps.");
            }
            return step < warmup ? rate * (step + 1) / warmup : rate * (steps - step) / (steps - warmup);
        }
    }

    private static void requireRate(double rate) {
        if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("The learning rate must be finite and > 0, got " + rate + ".");
        }
    }
}
