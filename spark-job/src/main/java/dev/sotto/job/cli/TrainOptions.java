package dev.sotto.job.cli;

import dev.sotto.job.config.ComputeSettings;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.ModelSettings;
import dev.sotto.job.config.OptimizerSettings;
import dev.sotto.job.config.OutputSettings;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.TableOrigin;
import dev.sotto.job.config.TrainSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;

/** All options of a training run, group by group as the help shows them; each is also a key of the run file. */
final class TrainOptions {
    @ArgGroup(validate = false, order = 1, heading = "%nTables%n")
    TableOptions tables = new TableOptions();

    @ArgGroup(validate = false, order = 2, heading = "%nColumns%n")
    DataOptions data = new DataOptions();

    @ArgGroup(validate = false, order = 3, heading = "%nModel%n")
    ModelOptions model = new ModelOptions();

    @ArgGroup(validate = false, order = 4, heading = "%nPrivacy%n")
    PrivacyOptions privacy = new PrivacyOptions();

    @ArgGroup(validate = false, order = 5, heading = "%nOptimizer (post-processing: no effect on the guarantee)%n")
    OptimizerOptions optimizer = new OptimizerOptions();

    @ArgGroup(validate = false, order = 6, heading = "%nSpeed and memory%n")
    ComputeOptions compute = new ComputeOptions();

    @ArgGroup(validate = false, order = 7, heading = "%nOutput%n")
    OutputOptions output = new OutputOptions();

    /** The settings of the run; null if a fault stands in the way. */
    @Nullable
    TrainSettings settings(Faults faults) {
        faults.required("output", output.output, "Give a folder for the results, such as output: runs/first");
        return settings(tables.table(faults), faults);
    }

    /** The settings of a run on this table; null if a fault stands in the way. */
    @Nullable
    TrainSettings settings(@Nullable TableOrigin table, Faults faults) {
        DataSettings dataSettings = data.settings(table, tables.evaluation(faults), faults);
        ModelSettings modelSettings = model.settings(faults);
        PrivacySettings privacySettings = privacy.settings(faults);
        OptimizerSettings optimizerSettings = optimizer.settings(faults);
        ComputeSettings computeSettings = compute.settings(faults);
        OutputSettings outputSettings = output.settings(faults);
        if (optimizerSettings != null && privacySettings != null) {
            faults.addAll(optimizerSettings.faults(privacySettings.steps()));
        }
        if (modelSettings != null && dataSettings != null) {
            modelSettings.lacksHeadOrBody(dataSettings.target().task()).ifPresent(why -> {
                faults.addAll(optimizerSettings == null ? List.of() : optimizerSettings.faultOfBody(why));
                faults.addAll(privacySettings == null ? List.of() : privacySettings.faultOfGroups(why));
            });
        }
        if (privacySettings != null && privacySettings.noise() instanceof PrivacySettings.Noise.None) {
            faults.notBoth(
                    "noise-correction",
                    optimizer.noiseCorrection,
                    "non-private",
                    true,
                    "Without noise there is nothing to correct: leave it out.");
        }
        if (!faults.isEmpty()
                || dataSettings == null
                || modelSettings == null
                || privacySettings == null
                || optimizerSettings == null) {
            return null;
        }
        return new TrainSettings(
                dataSettings, modelSettings, privacySettings, optimizerSettings, computeSettings, outputSettings);
    }
}
