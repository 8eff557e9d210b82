package dev.sotto.job.step;

import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.pass.ComputeMode;
import java.io.Serializable;

/** Which model a task computes with, and how: an address, never the weights themselves. */
public record ModelRef(String uri, ModelSpec spec, ComputeMode mode) implements Serializable {

    /** One that computes in the usual way. */
    public ModelRef(String uri, ModelSpec spec) {
        this(uri, spec, ComputeMode.USUAL);
    }
}
