package dev.sotto.job.predict;

import dev.sotto.core.batch.ImageSettings;
import dev.sotto.core.checkpoint.BiasDelta;
import dev.sotto.core.checkpoint.DeltaPurpose;
import dev.sotto.core.model.ModelSpec;
import dev.sotto.core.model.SavedModel;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.model.Task;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.AnswerSettings;
import dev.sotto.job.data.Encodings;
import dev.sotto.job.data.RowEncoding;
import dev.sotto.job.step.ModelRef;
import dev.sotto.job.store.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Which models answer and what they read, found out and checked on the driver before the table is read.
 *
 * @param all the models; they share one folder
 * @param encoding how rows are given to them
 */
record ToAnswer(List<Answers> all, RowEncoding encoding) {

    /** @throws SottoException if a model or delta cannot be read, or a delta is of another seed */
    static ToAnswer of(AnswerSettings settings, Configuration hadoop) {
        Path folder = ModelFiles.onThisMachine(settings.model(), hadoop);
        RowEncoding encoding = Encodings.rows(settings.input(), folder);
        List<Answers> all = new ArrayList<>();
        try {
            if (settings.deltas().isEmpty()) {
                SavedModel saved = SavedModel.of(folder);
                all.add(answers("", settings.model(), saved.spec(), saved.labels(), folder, null, encoding));
            }
            for (AnswerSettings.NamedDelta delta : settings.deltas()) {
                Path file = ModelFiles.delta(delta.uri(), hadoop);
                DeltaPurpose purpose = BiasDelta.purpose(file);
                all.add(answers(
                        delta.name(), settings.model(), purpose.spec(), purpose.labels(), folder, file, encoding));
            }
        } catch (IllegalArgumentException unusable) {
            throw SottoException.of(ExitCode.MODEL, unusable);
        } catch (IOException cannotRead) {
            throw new SottoException(
                    ExitCode.MODEL,
                    "The model " + settings.model() + " or one of its deltas cannot be read: " + cannotRead.getMessage()
                            + ". Check that the files are whole.",
                    cannotRead);
        }
        return new ToAnswer(List.copyOf(all), encoding);
    }

    private static Answers answers(
            String name,
            String uri,
            ModelSpec spec,
            List<String> labels,
            Path folder,
            @Nullable Path delta,
            RowEncoding encoding)
            throws IOException {
        if (spec.task() != Task.CLASSIFICATION && spec.task() != Task.REGRESSION) {
            throw new IllegalArgumentException((name.isEmpty() ? uri : "The delta " + name) + " is for " + spec.task()
                    + ", and only classes and numbers are predicted. A language model writes with: sotto generate");
        }
        try (SeedModel seed = SeedModel.open(folder, spec)) {
            if (encoding instanceof RowEncoding.Image images) {
                int height = images.settings().height();
                seed.requireImages(
                        ImageSettings.CHANNELS, height, images.settings().width());
            }
            float[] trained = delta == null ? seed.initial() : BiasDelta.read(delta, seed);
            return new Answers(name, new ModelRef(uri, spec), labels, trained);
        }
    }
}
