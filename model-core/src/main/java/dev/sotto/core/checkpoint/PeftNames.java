package dev.sotto.core.checkpoint;

import dev.sotto.core.folder.MemoryNames;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.Lora;
import dev.sotto.core.model.SeedModel;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the tensors of a model are called in an adapter of it.
 *
 * @param head the modules that the trained head is made of, which are saved as they are
 * @param updated the maps that have an update
 */
record PeftNames(List<String> head, List<String> updated) {
    static final String WRAPPER = "base_model.model.";

    static PeftNames of(SeedModel seed) {
        List<String> head = seed.trainedSlots().stream()
                .filter(slot -> slot.role().isHead())
                .map(slot -> slot.name().substring(0, slot.name().indexOf('.')))
                .distinct()
                .toList();
        var names = new PeftNames(head, List.of());
        List<String> updated = seed.trainedSlots().stream()
                .map(Slot::name)
                .filter(name -> !names.isSavedWhole(name))
                .flatMap(name -> Lora.mapOf(name).stream())
                .distinct()
                .toList();
        return new PeftNames(head, updated);
    }

    /**
     * Whether peft takes a tensor for one of a module that is saved as it is: beside the head that is every module whose name ends with
     * that of the head's (DistilBERT's {@code pre_classifier}), and no update can be put on it.
     */
    boolean isSavedWhole(String tensor) {
        return head.stream().anyMatch(module -> tensor.contains(module + "."));
    }

    /** A tensor's name inside the wrapper; a map with an update is inside the module that adds it. */
    String inside(String tensor) {
        int end = tensor.lastIndexOf('.');
        boolean isMaps = updated.contains(tensor.substring(0, end));
        return MemoryNames.of(isMaps ? tensor.substring(0, end) + ".base_layer" + tensor.substring(end) : tensor);
    }

    /** All that a tensor may be called: by modules as they are in memory, as checkpoints have them, and of modules that are saved. */
    Stream<String> all(String tensor) {
        int end = tensor.lastIndexOf('.');
        return Stream.of(
                        inside(tensor),
                        tensor,
                        tensor.substring(0, end) + ".modules_to_save" + tensor.substring(end),
                        tensor.substring(0, end) + ".original_module" + tensor.substring(end))
                .distinct()
                .map(WRAPPER::concat);
    }
}
