package dev.sotto.job.train;

import dev.sotto.core.checkpoint.Provenance;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.config.DataSettings.Target;
import dev.sotto.job.report.PrivacyReport;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A run that has ended well: public, all of it.
 *
 * @param provenance what the trained model has learned from, this run included
 * @param state which has learned the trained parameters, laid out by the seed model
 */
public record Finished(SeedModel seed, Target target, TrainState state, Provenance provenance, PrivacyReport report) {

    /** Writes the trained parameters as a delta on the seed model. */
    public void writeDelta(Path file) throws IOException {
        Results.writeDelta(seed, state.learned(), target, provenance, file);
    }
}
