package dev.sotto.core.checkpoint;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.engine.SafetensorsWriter;
import dev.sotto.core.family.Task;
import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.model.SeedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A prefix in the layout of {@code peft} 0.21: of each of its positions one row, in which each layer's keys stand before its values; and the
 * head, under the names of its modules. Under transformers 5.18 peft computes it for the families that take keys and values of earlier
 * positions, which ALBERT and DistilBERT do not.
 */
final class PeftPrefix {
    private static final Set<String> FAMILIES = Set.of("bert", "roberta", "xlm-roberta", "camembert", "gpt2", "llama");
    private static final String ROWS = "prompt_embeddings";
    private static final String WRAPPER = "base_model.";

    private final SeedModel seed;
    private final List<BiasLayout.Entry> parts; // keys and values, layer by layer
    private final List<BiasLayout.Entry> head;
    private final int length;
    private final int width;

    private PeftPrefix(SeedModel seed) {
        this.seed = seed;
        List<BiasLayout.Entry> all = seed.layout().entries();
        parts = all.stream().filter(each -> isOfPrefix(each.name())).toList();
        head = all.stream().filter(each -> !isOfPrefix(each.name())).toList();
        length = parts.get(0).shape().get(0);
        width = parts.get(0).shape().get(1);
    }

    private static boolean isOfPrefix(String name) {
        return name.endsWith(Prefix.KEYS) || name.endsWith(Prefix.VALUES);
    }

    /** Whether this layout has a place for all that a model learned: for a prefix of every layer and the head. */
    static boolean holds(SeedModel seed) {
        return seed.spec().addition() instanceof Prefix prefix
                && FAMILIES.contains(seed.family())
                && seed.spec().task() != Task.MASKED_PROMPT // a head that peft knows no wrapper for
                && seed.slots().stream()
                        .filter(slot -> slot.role() == Slot.Role.ADAPTER)
                        .allMatch(slot -> isOfPrefix(slot.name()))
                && seed.trainedSlots().stream()
                        .allMatch(slot ->
                                slot.role() == Slot.Role.ADAPTER || slot.role().isHead())
                && seed.architecture().slots().stream()
                        .flatMap(slot -> prefix.factors(slot).stream())
                        .allMatch(factor -> seed.layout().find(factor.name()).isPresent());
    }

    static PeftPrefix of(SeedModel seed) {
        return new PeftPrefix(seed);
    }

    List<SafetensorsWriter.Content> contents(float[] trained) {
        float[] rows = new float[length * parts.size() * width];
        for (int part = 0; part < parts.size(); part++) {
            for (int position = 0; position < length; position++) {
                System.arraycopy(
                        trained,
                        parts.get(part).offset() + position * width,
                        rows,
                        (position * parts.size() + part) * width,
                        width);
            }
        }
        List<SafetensorsWriter.Content> contents = new ArrayList<>();
        contents.add(SafetensorsWriter.Content.floats(ROWS, shape(), rows));
        for (BiasLayout.Entry entry : head) {
            float[] values = new float[entry.size()];
            entry.of(trained).get(values);
            contents.add(SafetensorsWriter.Content.floats(WRAPPER + entry.name(), entry.shape(), values));
        }
        return contents;
    }

    private List<Integer> shape() {
        return List.of(length, parts.size() * width);
    }

    JsonObject config() {
        Config model = seed.folder().config();
        int queries = model.integer("num_attention_heads", model.integer("n_head", 1));
        JsonObject config = new JsonObject();
        config.addProperty("peft_type", "PREFIX_TUNING");
        config.addProperty(
                "task_type",
                switch (seed.spec().task()) {
                    case CAUSAL_LM -> "CAUSAL_LM";
                    case TOKEN_CLASSIFICATION -> "TOKEN_CLS";
                    case CLASSIFICATION, MULTI_LABEL, REGRESSION, MASKED_PROMPT -> "SEQ_CLS";
                });
        config.addProperty("base_model_name_or_path", seed.path().getFileName().toString());
        config.addProperty("num_virtual_tokens", length);
        config.addProperty("num_layers", parts.size() / 2);
        config.addProperty("num_attention_heads", model.integer("num_key_value_heads", queries));
        config.addProperty("token_dim", width);
        config.addProperty("encoder_hidden_size", width);
        config.addProperty("num_transformer_submodules", 1);
        config.addProperty("prefix_projection", false);
        config.addProperty("inference_mode", true);
        config.add("modules_to_save", JsonNull.INSTANCE); // the task's type says which
        return config;
    }

    /**
     * What an adapter says of a model's trained parameters.
     *
     * @return laid out by {@code seed.layout()}; of a head that it does not hold, what the model begins with
     * @throws ModelException if it is of another kind or size, or holds what would not learn
     */
    float[] read(PeftSettings settings, Safetensors weights) throws IOException {
        settings.requirePrefix(length);
        float[] values = seed.initial();
        Set<String> left = new TreeSet<>(weights.tensors().keySet());
        float[] rows = tensor(settings.file(), weights, ROWS, shape());
        left.remove(ROWS);
        for (int part = 0; part < parts.size(); part++) {
            for (int position = 0; position < length; position++) {
                parts.get(part).of(values).put(position * width, rows, (position * parts.size() + part) * width, width);
            }
        }
        for (BiasLayout.Entry entry : head) {
            String name = WRAPPER + entry.name();
            if (left.remove(name)) {
                entry.of(values).put(tensor(settings.file(), weights, name, entry.shape()));
            }
        }
        if (!left.isEmpty()) {
            throw wrong(settings.file(), "holds " + left.iterator().next() + ", which would not learn here");
        }
        return values;
    }

    private static float[] tensor(Path file, Safetensors weights, String name, List<Integer> shape) throws IOException {
        Safetensors.Tensor tensor = weights.tensors().get(name);
        if (tensor == null || !tensor.shape().equals(shape)) {
            throw wrong(
                    file,
                    "has " + name + " of shape "
                            + Stream.ofNullable(tensor)
                                    .map(found -> found.shape().toString())
                                    .findFirst()
                                    .orElse("none")
                            + " where " + shape
                            + " is expected");
        }
        return weights.floats(name);
    }

    private static ModelException wrong(Path file, String what) {
        return new ModelException.Unsupported(
                "The adapter of " + file + " " + what + ". It is of another model, length or number of labels.");
    }
}
