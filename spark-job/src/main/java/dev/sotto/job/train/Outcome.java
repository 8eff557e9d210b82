package dev.sotto.job.train;

import dev.sotto.core.train.TrainState;
import dev.sotto.job.predict.Measured;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a run ended with: public, all of it.
 *
 * @param usable units that were counted, with noise; empty where this attempt did not count
 * @param before on the public table with the seed model's parameters; empty without a public table
 * @param after on the public table with the trained ones
 * @param kept where the state is kept until the results are written; empty for a run that writes none
 */
record Outcome(
        TrainState state,
        OptionalLong usable,
        Optional<Measured> before,
        Optional<Measured> after,
        Optional<FinalState> kept) {}
