package dev.sotto.job.config;

import dev.sotto.core.method.Trained;

/**
 * A part of a run: most runs have one.
 *
 * @param trained which parameters learn in it
 * @param privacy how long it is, how many units a step draws and how a gradient is clipped; the rest is that of the run
 * @param optimizer how noisy gradients move the parameters
 */
public record Phase(Trained trained, PrivacySettings privacy, OptimizerSettings optimizer) {}
