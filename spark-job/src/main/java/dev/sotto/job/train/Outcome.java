package dev.sotto.job.train;

import dev.sotto.core.train.TrainState;
import dev.sotto.job.predict.Measured;
import java.util.Optional;

/**
 * What a run ended with: public, all of it.
 *
 * @param before on the public table with the seed model's parameters; empty without a public table
 * @param after on the public table with the trained ones
 */
record Outcome(TrainState state, Optional<Measured> before, Optional<Measured> after) {}
