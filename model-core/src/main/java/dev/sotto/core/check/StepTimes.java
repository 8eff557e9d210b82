package dev.sotto.core.check;

/**
 * Seconds that the parts of a training step take on one machine.
 *
 * @param row its gradient, clipped and added up, on one core
 * @param features what the head is given of a row, on one core: once a run where the head learns alone, else 0
 * @param sum of one slot: packed, unpacked and added to another
 * @param noise drawn for all numbers
 * @param update of the parameters by what was released
 * @param cores that were busy meanwhile
 */
public record StepTimes(double row, double features, double sum, double noise, double update, int cores) {}
