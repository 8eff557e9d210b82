package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A model of text on an {@link Encoder}.
 *
 * @param family as in {@code model_type}
 * @param scripts the resources with what it computes besides the encoder
 * @param slots every parameter, in the model's order
 * @param settings constants of the script besides the encoder's
 * @param unused how the names begin of tensors that this model computes the same without
 */
record EncoderModel(
        String family,
        Encoder encoder,
        List<String> scripts,
        TextHead head,
        List<Slot> slots,
        Map<String, Object> settings,
        List<String> unused,
        TextInputs text)
        implements TextArchitecture {

    EncoderModel {
        scripts = List.copyOf(scripts);
        slots = List.copyOf(slots);
        settings = Map.copyOf(settings);
        unused = List.copyOf(unused);
    }

    /**
     * One that is asked for the word in the place of a mask.
     *
     * @param name what its classes in transformers begin with
     * @throws ModelException if its words are not scored by their embeddings
     */
    static EncoderModel ofPrompts(
            String family,
            Encoder encoder,
            String name,
            Config config,
            List<Slot> slots,
            Map<String, Object> settings,
            Verbalizer verbalizer,
            TextInputs text) {
        if (!config.flag("tie_word_embeddings", true)) {
            throw new ModelException.Unsupported(
                    config.path() + " says \"tie_word_embeddings\": false, and words are scored"
                            + " by their embeddings here: the outputs would differ. Choose a model that ties them, or another task.");
        }
        Map<String, Object> asked = new TreeMap<>(settings);
        asked.put("mask_id", verbalizer.maskId());
        asked.put("words", verbalizer.words());
        List<String> scripts =
                new ArrayList<>(encoder.prefix().equals("roberta") ? List.of("roberta_positions") : List.of());
        scripts.addAll(List.of("prompt", encoder.prefix() + "_prompt"));
        return new EncoderModel(
                family,
                encoder,
                scripts,
                TextHead.of(config, name + "ForMaskedLM"),
                slots,
                asked,
                List.of("cls.", "lm_head.", encoder.prefix() + ".pooler."),
                text);
    }

    @Override
    public List<String> resources() {
        return Stream.concat(Stream.of("stages", "encoder"), scripts.stream()).toList();
    }

    @Override
    public Map<String, Object> constants() {
        Map<String, Object> constants = new TreeMap<>(encoder.constants());
        constants.putAll(settings);
        return constants;
    }

    @Override
    public String currentName(String nameInFolder) {
        return encoder.currentName(nameInFolder);
    }

    /** Besides those of this model: what answers questions, and numbers that the script counts out itself. */
    @Override
    public boolean isUnused(String name) {
        return Stream.concat(Stream.of("qa_outputs.", encoder.prefix() + ".embeddings.position_ids"), unused.stream())
                .anyMatch(name::startsWith);
    }

    @Override
    public boolean keepsHead() {
        return head.kept();
    }

    @Override
    public String exportedClass() {
        return head.exportedClass();
    }
}
