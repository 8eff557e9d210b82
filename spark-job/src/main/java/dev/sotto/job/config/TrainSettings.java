package dev.sotto.job.config;

import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Verbalizer;
import dev.sotto.core.method.Trained;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything one training run was asked to do, checked: made by the command line from options and run file, read by
 * the driver. Every field is public knowledge; nothing here depends on a private row.
 *
 * @param model what is asked of it in the first phase
 * @param privacy that of the first phase: what it says of units, noise, counting, independence and keys holds for the run
 * @param optimizer that of the first phase
 * @param phases all of them, in their order: at least one
 */
public record TrainSettings(
        DataSettings data,
        ModelSettings model,
        PrivacySettings privacy,
        OptimizerSettings optimizer,
        ComputeSettings compute,
        OutputSettings output,
        List<Phase> phases) {
    public TrainSettings {
        phases = List.copyOf(phases);
    }

    /** A run in one phase. */
    public TrainSettings(
            DataSettings data,
            ModelSettings model,
            PrivacySettings privacy,
            OptimizerSettings optimizer,
            ComputeSettings compute,
            OutputSettings output) {
        this(data, model, privacy, optimizer, compute, output, List.of(new Phase(model.trained(), privacy, optimizer)));
    }

    /** The same with another target. */
    public TrainSettings with(DataSettings.Target target) {
        return new TrainSettings(data.with(target), model, privacy, optimizer, compute, output, phases);
    }

    /** The same run in these phases, of which its own settings are the first. */
    public TrainSettings in(List<Phase> parts) {
        return new TrainSettings(data, model, privacy, optimizer, compute, output, parts);
    }

    /** What is asked of the seed model in the first phase, by no prompt. */
    public ModelSpec modelSpec() {
        return modelSpec(0, null);
    }

    /**
     * What is asked of the seed model in a phase.
     *
     * @param phase from 0
     * @param verbalizer how it is asked, if that is by a prompt
     */
    public ModelSpec modelSpec(int phase, @Nullable Verbalizer verbalizer) {
        List<Trained> others = new ArrayList<>();
        for (int i = 0; i < phases.size(); i++) {
            if (i != phase) {
                others.add(phases.get(i).trained());
            }
        }
        return new ModelSpec(
                data.target().task(), data.target().outputs(), phases.get(phase).trained(), verbalizer, others);
    }
}
