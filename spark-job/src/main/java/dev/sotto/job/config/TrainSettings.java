package dev.sotto.job.config;

import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Verbalizer;
import org.jspecify.annotations.Nullable;

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

    /** The same with another target. */
    public TrainSettings with(DataSettings.Target target) {
        return new TrainSettings(data.with(target), model, privacy, optimizer, compute, output);
    }

    /**
     * What is asked of the seed model.
     *
     * @param verbalizer how it is asked, if that is by a prompt
     */
    public ModelSpec modelSpec(@Nullable Verbalizer verbalizer) {
        return new ModelSpec(data.target().task(), data.target().outputs(), model.trained(), verbalizer);
    }
}
