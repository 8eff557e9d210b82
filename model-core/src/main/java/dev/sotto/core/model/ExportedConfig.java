package dev.sotto.core.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sotto.core.family.Architecture;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.family.Verbalizer;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.PadToken;
import dev.sotto.core.folder.Slot;
import java.util.List;

/** The configuration of a trained model: the seed folder's, with the new head's class and label names. */
final class ExportedConfig {
    private ExportedConfig() {}

    static JsonObject of(
            ModelFolder folder, Architecture architecture, ModelSpec spec, List<Slot> slots, List<String> labels) {
        JsonObject config = folder.hasConfig() ? folder.config().copy() : new JsonObject();
        config.addProperty("model_type", architecture.family());
        JsonArray classes = new JsonArray();
        classes.add(architecture.exportedClass());
        config.add("architectures", classes);
        architecture.exportedSettings().forEach(config::addProperty);
        if (architecture.readsLastToken()) {
            PadToken.of(folder).ifPresent(token -> token.addTo(config));
        }
        if (spec.task() != Task.CAUSAL_LM) {
            addLabels(config, spec, labels);
        }
        config.remove(Verbalizer.KEY); // of a seed that was asked in another way
        if (spec.verbalizer() != null) {
            config.add(Verbalizer.KEY, spec.verbalizer().json());
        }
        SavedAdapters.describe(config, folder, spec.addition(), slots);
        for (String key : List.of("dtype", "torch_dtype")) {
            if (config.has(key)) {
                config.addProperty(key, "float32"); // a narrower type would round the trained parameters
            }
        }
        return config;
    }

    private static void addLabels(JsonObject config, ModelSpec spec, List<String> labels) {
        if (labels.size() != spec.outputs()) {
            throw new IllegalArgumentException("Got " + labels.size() + " label names for " + spec.outputs()
                    + " outputs: the model would name its answers wrongly. Give one name for each output.");
        }
        JsonObject names = new JsonObject();
        JsonObject indices = new JsonObject();
        for (int i = 0; i < labels.size(); i++) {
            names.addProperty(Integer.toString(i), labels.get(i));
            indices.addProperty(labels.get(i), i);
        }
        config.add("id2label", names);
        config.add("label2id", indices);
        config.remove("num_labels"); // transformers counts the names
        config.addProperty(
                "problem_type",
                switch (spec.task()) {
                    case CLASSIFICATION -> "single_label_classification";
                    case MULTI_LABEL -> "multi_label_classification";
                    case REGRESSION -> "regression";
                    case MASKED_PROMPT, TOKEN_CLASSIFICATION, CAUSAL_LM -> null; // their classes know one loss
                });
    }
}
