package dev.sotto.job.step;

import dev.sotto.core.model.ModelSpec;
import java.io.Serializable;

/** Which model a task computes with: an address, never the weights themselves. */
public record ModelRef(String uri, ModelSpec spec) implements Serializable {}
