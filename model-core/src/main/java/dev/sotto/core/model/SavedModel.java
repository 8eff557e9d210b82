package dev.sotto.core.model;

import dev.sotto.core.family.Families;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.SavedLabels;
import dev.sotto.core.family.Task;
import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.method.Trained;
import java.nio.file.Path;
import java.util.List;

/**
 * A model that was trained before, here or elsewhere, to answer as it is.
 *
 * @param spec what its configuration says of its head
 * @param labels names of its outputs by index, from its {@code id2label}; as transformers does, {@code LABEL_0} and on where it has none
 */
public record SavedModel(ModelSpec spec, List<String> labels) {
    public SavedModel {
        labels = List.copyOf(labels);
    }

    /**
     * What a folder's model answers.
     *
     * @throws ModelException if the folder cannot be read, or its head was not saved with it or is not built: a head that begins
     *     anew would answer at random
     */
    public static SavedModel of(Path path) {
        ModelSpec spec = spec(path, Trained.HEAD);
        try (SeedModel seed = SeedModel.open(path, spec)) {
            if (!seed.architecture().keepsHead() || !seed.begun().isEmpty()) {
                throw new ModelException.Unsupported(path + " holds no trained head that is built here"
                        + (seed.begun().isEmpty() ? "" : " (it lacks " + String.join(", ", seed.begun()) + ")")
                        + ", so it has no answers. Give a fine-tuned model, or its seed with a delta.");
            }
            return new SavedModel(computable(spec), labels(seed.folder().config(), spec));
        }
    }

    /**
     * The folder's own task and outputs.
     *
     * @param trained what is to be trained of it
     * @throws ModelException if its configuration contradicts itself, or its head is for a task that is not built here
     */
    public static ModelSpec spec(Path path, Trained trained) {
        try (ModelFolder folder = ModelFolder.openWithOrWithoutWeights(path)) {
            return Families.of(folder).asSaved(folder, trained);
        } catch (IllegalArgumentException misfit) {
            throw new ModelException.Unsupported(path.resolve("config.json") + ": " + misfit.getMessage()
                    + " Let its problem_type and its id2label (or num_labels) agree.");
        }
    }

    /** A language model's head may be its embeddings, with nothing in it to train; norms are what every one has. */
    private static ModelSpec computable(ModelSpec spec) {
        return spec.task() == Task.CAUSAL_LM || spec.task() == Task.MASKED_PROMPT
                ? new ModelSpec(spec.task(), spec.outputs(), Trained.of(Trained.Part.NORMS), spec.verbalizer())
                : spec;
    }

    private static List<String> labels(Config config, ModelSpec spec) {
        return spec.task() == Task.CAUSAL_LM
                ? List.of("LABEL_0")
                : SavedLabels.of(config).names();
    }
}
