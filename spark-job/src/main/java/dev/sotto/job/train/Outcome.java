package dev.sotto.job.train;

import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.step.Evaluation;
import java.util.Optional;

/**
 * What a run ended with: public, all of it.
 *
 * @param before on the public table with the seed model's parameters; empty without a public table
 * @param after on the public table with the trained ones
 */
record Outcome(Recipe recipe, TrainState state, Optional<Evaluation> before, Optional<Evaluation> after) {}
