package dev.sotto.job.config;

import dev.sotto.core.model.ModelSpec;

/**
 * Everything one training run was asked to do, checked: made by the command line from options and run file, read by
 * the driver. Every field is public knowledge; nothing here depends on a private row.
 */
public record TrainSettings(
        DataSettings data,
        ModelSettings model,
        PrivacySettings privacy,
        OptimizerSettings optimizer,
        ComputeSettings compute,
        OutputSettings output) {

    /** What is asked of the seed model. */
    public ModelSpec modelSpec() {
        return new ModelSpec(data.target().task(), data.target().outputs(), model.trained());
    }
}
