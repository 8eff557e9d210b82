package dev.sotto.job.config;

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
        OutputSettings output) {}
