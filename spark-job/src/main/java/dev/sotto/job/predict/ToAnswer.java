package dev.sotto.job.predict;

import dev.sotto.core.batch.ImageSettings;
import dev.sotto.core.batch.PromptTemplate;
import dev.sotto.core.checkpoint.BiasDelta;
import dev.sotto.core.checkpoint.DeltaPurpose;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.family.Verbalizer;
import dev.sotto.core.model.SavedModel;
import dev.sotto.core.model.SeedModel;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.AnswerSettings;
import dev.sotto.job.config.Input;
import dev.sotto.job.data.Encodings;
import dev.sotto.job.data.RowEncoding;
import dev.sotto.job.step.ModelRef;
import dev.sotto.job.store.ModelFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * Which models answer and what they read, found out and checked on the driver before the table is read.
 *
 * @param all the models; they share one folder
 * @param input the columns that they read: lists of words where they label words
 * @param encoding how rows are given to them
 */
record ToAnswer(List<Answers> all, Input input, RowEncoding encoding) {

    /** A model as it says of itself. */
    private record Named(String name, ModelSpec spec, List<String> labels, @Nullable Path delta) {}

    /**
     * Models that choose an answer, for a table of predictions.
     *
     * @throws SottoException if a model or delta cannot be read or writes texts, or a delta is of another seed
     */
    static ToAnswer of(AnswerSettings settings, Configuration hadoop) {
        return of(settings.model(), settings.deltas(), settings.input(), hadoop);
    }

    /** The same of these models alone. */
    static ToAnswer of(String model, List<AnswerSettings.NamedDelta> deltas, Input asked, Configuration hadoop) {
        ToAnswer models = toMeasure(model, deltas, asked, hadoop);
        if (models.write()) {
            throw new SottoException(
                    ExitCode.MODEL,
                    model + " is a language model, which writes instead of choosing an answer, with: sotto generate");
        }
        return models;
    }

    /**
     * Models that are to be measured, which may be language models.
     *
     * @throws SottoException if a model or delta cannot be read, or a delta is of another seed
     */
    static ToAnswer toMeasure(AnswerSettings settings, Configuration hadoop) {
        return toMeasure(settings.model(), settings.deltas(), settings.input(), hadoop);
    }

    private static ToAnswer toMeasure(
            String model, List<AnswerSettings.NamedDelta> deltas, Input asked, Configuration hadoop) {
        Path folder = ModelFiles.onThisMachine(model, hadoop);
        try {
            List<Named> named = named(deltas, folder, hadoop);
            Input input = input(asked, named);
            RowEncoding encoding = encoding(input, named, folder);
            return new ToAnswer(answers(named, model, folder, encoding), input, encoding);
        } catch (IllegalArgumentException unusable) {
            throw SottoException.of(ExitCode.MODEL, unusable);
        } catch (IOException cannotRead) {
            throw new SottoException(
                    ExitCode.MODEL,
                    "The model " + model + " or one of its deltas cannot be read: " + cannotRead.getMessage()
                            + ". Check that the files are whole.",
                    cannotRead);
        }
    }

    private static List<Named> named(List<AnswerSettings.NamedDelta> deltas, Path folder, Configuration hadoop)
            throws IOException {
        if (deltas.isEmpty()) {
            SavedModel saved = SavedModel.of(folder);
            return List.of(new Named("", saved.spec(), saved.labels(), null));
        }
        List<Named> named = new ArrayList<>();
        for (AnswerSettings.NamedDelta delta : deltas) {
            Path file = ModelFiles.delta(delta.uri(), hadoop);
            DeltaPurpose purpose = BiasDelta.purpose(file);
            named.add(new Named(delta.name(), purpose.spec(), purpose.labels(), file));
        }
        return named;
    }

    /** Whether they write behind prompts. */
    boolean write() {
        return all.stream().anyMatch(model -> model.model().spec().task() == Task.CAUSAL_LM);
    }

    /** One table is read for all, so either all of the models are of a kind that reads it in its own way, or none. */
    private static boolean areAll(Task task, List<Named> models) {
        long some = models.stream().filter(model -> model.spec().task() == task).count();
        if (some > 0 && some < models.size()) {
            throw new IllegalArgumentException("Some of the deltas are for " + task
                    + " and others not, and they read the table in different ways. Run them apart.");
        }
        return some > 0;
    }

    private static RowEncoding encoding(Input input, List<Named> models, Path folder) {
        if (areAll(Task.CAUSAL_LM, models)) {
            return Encodings.completions(prompts(input), folder);
        }
        if (!areAll(Task.MASKED_PROMPT, models)) {
            return Encodings.rows(input, folder);
        }
        List<String> templates = models.stream()
                .flatMap(model -> Stream.ofNullable(model.spec().verbalizer()))
                .map(Verbalizer::template)
                .distinct()
                .toList();
        if (templates.size() > 1 || !(input instanceof Input.Text text)) {
            throw new IllegalArgumentException("The models are asked by prompts, " + templates
                    + ": one table of texts is put into one of them at a time. Run them apart, with --text-column.");
        }
        PromptTemplate template = PromptTemplate.of(templates.get(0));
        if (template.hasPair() != (text.pairColumn() != null)) {
            throw new IllegalArgumentException("The model's prompt is '" + template + "', which has a place for "
                    + (template.hasPair()
                            ? "a second text: give --pair-column."
                            : "one text: leave --pair-column out."));
        }
        return Encodings.prompts(text, template, folder);
    }

    private static Input.Text prompts(Input asked) {
        if (asked instanceof Input.Text text && text.pairColumn() == null) {
            return text;
        }
        throw new IllegalArgumentException("The model is a language model: the text column is the prompt, the label"
                + " column what follows it. Give --text-column alone.");
    }

    private static Input input(Input asked, List<Named> models) {
        if (!areAll(Task.TOKEN_CLASSIFICATION, models)) {
            return asked;
        }
        if (asked instanceof Input.Text text && text.pairColumn() == null) {
            return new Input.Words(text.column(), text.maxLength());
        }
        throw new IllegalArgumentException("The model labels words, which are to be in one column as a list. Give it as"
                + " --text-column alone.");
    }

    /** The seed is opened, and its hash computed, once for all deltas of a kind. */
    private static List<Answers> answers(List<Named> models, String uri, Path folder, RowEncoding encoding)
            throws IOException {
        Map<ModelSpec, SeedModel> seeds = new HashMap<>();
        try {
            List<Answers> all = new ArrayList<>();
            for (Named named : models) {
                SeedModel seed = seeds.computeIfAbsent(named.spec(), spec -> opened(folder, spec));
                all.add(answers(named, uri, seed, encoding));
            }
            return List.copyOf(all);
        } finally {
            seeds.values().forEach(SeedModel::close);
        }
    }

    private static SeedModel opened(Path folder, ModelSpec spec) {
        SeedModel seed = SeedModel.open(folder, spec);
        try {
            seed.requireFinite();
            return seed;
        } catch (RuntimeException e) {
            seed.close();
            throw e;
        }
    }

    private static Answers answers(Named named, String uri, SeedModel seed, RowEncoding encoding) throws IOException {
        if (encoding instanceof RowEncoding.Image images) {
            int height = images.settings().height();
            seed.requireImages(ImageSettings.CHANNELS, height, images.settings().width());
        } else {
            seed.requireRoom(encoding.layout().longest());
        }
        float[] trained = named.delta() == null ? seed.initial() : BiasDelta.read(named.delta(), seed);
        return new Answers(named.name(), new ModelRef(uri, named.spec()), named.labels(), trained);
    }
}
