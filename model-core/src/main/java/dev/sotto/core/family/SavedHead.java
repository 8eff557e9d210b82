package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.Trained;
import org.jspecify.annotations.Nullable;

/**
 * What a Hugging Face configuration says of the head that was saved with the model.
 *
 * @param verbalizer how a model that was trained here is asked for a class; null if it is not
 */
record SavedHead(Task task, int outputs, @Nullable Verbalizer verbalizer) {
    private static final int OUTPUTS_IF_NOT_SAID = 2; // as in transformers

    private SavedHead(Task task, int outputs) {
        this(task, outputs, null);
    }

    static SavedHead of(Config config) {
        int outputs = outputs(config);
        String savedClass = config.texts("architectures").stream().findFirst().orElse("");
        if (savedClass.endsWith("ForMaskedLM") && config.has(Verbalizer.KEY)) {
            Verbalizer verbalizer = Verbalizer.of(config);
            return new SavedHead(Task.MASKED_PROMPT, verbalizer.words().size(), verbalizer);
        }
        if (savedClass.endsWith("ForTokenClassification")) {
            return new SavedHead(Task.TOKEN_CLASSIFICATION, outputs);
        }
        if (savedClass.endsWith("LMHeadModel") || savedClass.endsWith("ForCausalLM")) {
            return new SavedHead(Task.CAUSAL_LM, 1);
        }
        String problem = config.text("problem_type", outputs == 1 ? "regression" : "single_label_classification");
        return switch (problem) {
            case "regression" -> new SavedHead(Task.REGRESSION, outputs);
            case "single_label_classification" -> new SavedHead(Task.CLASSIFICATION, outputs);
            case "multi_label_classification" -> new SavedHead(Task.MULTI_LABEL, outputs);
            default ->
                throw new ModelException.Unsupported(config.path() + " says \"problem_type\": \"" + problem
                        + "\"; built are regression, single_label_classification and multi_label_classification, and the"
                        + " loss would differ. Use a model for one of these.");
        };
    }

    /** How many the configuration names or counts. */
    static int outputs(Config config) {
        return config.has("id2label")
                ? config.keysOf("id2label").size()
                : config.integer("num_labels", OUTPUTS_IF_NOT_SAID);
    }

    ModelSpec spec(Trained trained) {
        return new ModelSpec(task, outputs, trained, verbalizer);
    }
}
