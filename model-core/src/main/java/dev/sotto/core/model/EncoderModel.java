package dev.sotto.core.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A model of text on an {@link Encoder}, whose script has the name of the encoder's prefix.
 *
 * @param family as in {@code model_type}
 * @param slots every parameter, in the model's order
 * @param settings constants of the script besides the encoder's
 * @param unused how the names begin of tensors that this model computes the same without
 */
record EncoderModel(
        String family,
        Encoder encoder,
        TextHead head,
        List<Slot> slots,
        Map<String, Object> settings,
        List<String> unused,
        TextInputs text)
        implements TextArchitecture {

    EncoderModel {
        slots = List.copyOf(slots);
        settings = Map.copyOf(settings);
        unused = List.copyOf(unused);
    }

    @Override
    public List<String> resources() {
        return List.of("encoder", encoder.prefix());
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
