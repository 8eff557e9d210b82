package dev.sotto.core.checkpoint;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.sotto.core.engine.SafetensorsWriter;
import dev.sotto.core.folder.MemoryNames;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.Lora;
import dev.sotto.core.model.SeedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a model with low-rank updates has learned, as a folder that Python's {@code peft} loads onto the seed model: its layout of version
 * 0.21 under transformers 5.18, in which some models of images bear other names in memory than in their checkpoint.
 */
public final class PeftAdapter {
    private static final String WRAPPER = "base_model.model.";

    private PeftAdapter() {}

    /** Whether its layout has a place for all that a model learned: for low-rank updates, biases and the head. */
    public static boolean holds(SeedModel seed) {
        return seed.spec().trained().addition() instanceof Lora
                && seed.trainedSlots().stream().noneMatch(slot -> slot.role() == Slot.Role.NORM_WEIGHT)
                && !seed.hasAdapters(); // peft would put it on the model without them
    }

    /**
     * Writes {@code adapter_config.json} and {@code adapter_model.safetensors}.
     *
     * @param trained laid out by {@code seed.layout()}
     * @param folder that exists
     * @throws IOException if it cannot be written
     */
    public static void write(SeedModel seed, float[] trained, Path folder) throws IOException {
        List<String> head = head(seed);
        Set<String> updated = updated(seed, head);
        Stream<SafetensorsWriter.Content> changes = seed.learned(trained).stream()
                .filter(each -> !isSavedWhole(each.name(), head))
                .map(each -> each.named(name(each.name(), updated)));
        Stream<SafetensorsWriter.Content> whole =
                seed.contents(trained).stream().filter(each -> isSavedWhole(each.name(), head));
        SafetensorsWriter.write(
                folder.resolve("adapter_model.safetensors"),
                Map.of("format", "pt"),
                Stream.concat(changes, whole)
                        .map(each -> each.named(WRAPPER + each.name()))
                        .toList());
        Files.writeString(
                folder.resolve("adapter_config.json"),
                new GsonBuilder().setPrettyPrinting().serializeNulls().create().toJson(config(seed, head, updated))
                        + "\n");
    }

    /** The modules that the head is made of. */
    private static List<String> head(SeedModel seed) {
        return seed.trainedSlots().stream()
                .filter(slot -> slot.role().isHead())
                .map(slot -> slot.name().substring(0, slot.name().indexOf('.')))
                .distinct()
                .toList();
    }

    /**
     * Whether peft takes a tensor for one of a module that is saved as it is: beside the head that is every module whose name ends with
     * that of the head's (DistilBERT's {@code pre_classifier}), and no update can be put on it.
     */
    private static boolean isSavedWhole(String tensor, List<String> head) {
        return head.stream().anyMatch(module -> tensor.contains(module + "."));
    }

    /** The maps that have an update. */
    private static Set<String> updated(SeedModel seed, List<String> head) {
        Set<String> maps = new TreeSet<>();
        for (Slot slot : seed.trainedSlots()) {
            if (slot.name().endsWith(Lora.A) && !isSavedWhole(slot.name(), head)) {
                maps.add(slot.name().substring(0, slot.name().length() - Lora.A.length()));
            }
        }
        return maps;
    }

    /** A map with an update is inside the module that adds it. */
    private static String name(String tensor, Set<String> updated) {
        int end = tensor.lastIndexOf('.');
        boolean isMaps = updated.contains(tensor.substring(0, end));
        return MemoryNames.of(isMaps ? tensor.substring(0, end) + ".base_layer" + tensor.substring(end) : tensor);
    }

    private static JsonObject config(SeedModel seed, List<String> head, Set<String> updated) {
        if (!(seed.spec().trained().addition() instanceof Lora lora)) {
            throw new IllegalStateException("Only a model with low-rank updates can be written as an adapter of them.");
        }
        boolean biases = seed.trainedSlots().stream()
                .anyMatch(slot -> slot.role().isBias() && !slot.role().isHead());
        boolean transposed = seed.slots().stream().anyMatch(slot -> slot.role() == Slot.Role.TRANSPOSED_MAP);
        JsonObject config = new JsonObject();
        config.addProperty("peft_type", "LORA");
        config.add("task_type", JsonNull.INSTANCE); // what is inside is not wrapped once more
        config.addProperty("base_model_name_or_path", seed.path().getFileName().toString());
        config.addProperty("r", lora.rank());
        config.addProperty("lora_alpha", lora.alpha());
        config.addProperty("lora_dropout", 0.0);
        config.addProperty("bias", biases ? "all" : "none");
        config.addProperty("fan_in_fan_out", transposed);
        config.addProperty("inference_mode", true);
        config.add("target_modules", array(updated.stream().map(MemoryNames::of).toList()));
        config.add("modules_to_save", head.isEmpty() ? JsonNull.INSTANCE : array(head));
        return config;
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
