package dev.sotto.core.checkpoint;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.engine.SafetensorsWriter;
import dev.sotto.core.folder.MemoryNames;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Lora;
import dev.sotto.core.model.SeedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a model with low-rank updates has learned, as a folder that Python's {@code peft} loads onto the seed model: its layout of version
 * 0.21 under transformers 5.18, in which some models of images bear other names in memory than in their checkpoint.
 */
public final class PeftAdapter {
    /** The file of what it learned. */
    public static final String WEIGHTS = "adapter_model.safetensors";

    private static final String SETTINGS = "adapter_config.json";
    static final String WRAPPER = "base_model.model.";

    private PeftAdapter() {}

    /** Whether its layout has a place for all that a model learned: for low-rank updates, biases and the head. */
    public static boolean holds(SeedModel seed) {
        return seed.spec().trained().lora() != null
                && seed.trainedSlots().stream().noneMatch(slot -> slot.role() == Slot.Role.NORM_WEIGHT);
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
                folder.resolve(WEIGHTS),
                Map.of("format", "pt"),
                Stream.concat(changes, whole)
                        .map(each -> each.named(WRAPPER + each.name()))
                        .toList());
        Files.writeString(
                folder.resolve(SETTINGS),
                new GsonBuilder().setPrettyPrinting().serializeNulls().create().toJson(config(seed, head, updated))
                        + "\n");
    }

    /**
     * What an adapter of low-rank updates that was made here or by {@code peft} says of a model's trained parameters; of those that it
     * does not hold, what the model begins with.
     *
     * @param seed of which the adapter's maps, and no others, have updates of its rank and alpha
     * @return laid out by {@code seed.layout()}
     * @throws ModelException if it cannot be read, is of another kind, or does not fit the model and what of it is trained
     */
    public static float[] read(Path folder, SeedModel seed) {
        Lora lora = seed.spec().trained().lora();
        if (lora == null) {
            throw new IllegalStateException("Only a model with low-rank updates begins with an adapter of them.");
        }
        PeftSettings.read(folder.resolve(SETTINGS)).require(lora);
        List<String> head = head(seed);
        Set<String> updated = updated(seed, head);
        float[] values = seed.initial();
        try (Safetensors weights = Safetensors.open(folder.resolve(WEIGHTS))) {
            Set<String> left = new TreeSet<>(weights.tensors().keySet());
            for (Slot slot : seed.trainedSlots()) {
                Optional<String> found = names(slot.tensorName(), updated)
                        .filter(weights.tensors()::containsKey)
                        .findFirst();
                if (found.isPresent()) {
                    left.remove(found.get());
                    BiasLayout.Entry entry = seed.layout().find(slot.name()).orElseThrow();
                    float[] tensor = fitting(weights, found.get(), slot, folder);
                    entry.of(values)
                            .put(tensor, slot.whole() == null ? 0 : slot.whole().begin(), entry.size());
                } else if (slot.role() == Slot.Role.FACTOR) {
                    throw wrong(
                            folder,
                            "has no update of " + slot.name()
                                    + ", which would learn. Set target-modules (and train-layers)"
                                    + " to the maps that it has updates of");
                }
            }
            left.removeIf(name -> !name.contains(".lora_"));
            if (!left.isEmpty()) {
                throw wrong(
                        folder,
                        "holds " + left.iterator().next() + " (of " + left.size() + " tensors that nothing here"
                                + " begins with). Set target-modules to the maps that it has updates of; if they are, it is of"
                                + " another model");
            }
        } catch (IOException | IllegalArgumentException unreadable) {
            if (unreadable instanceof ModelException told) {
                throw told;
            }
            throw new ModelException.Damaged(
                    "The adapter's " + folder.resolve(WEIGHTS) + " cannot be read: " + unreadable.getMessage()
                            + " Save it again with save_pretrained.",
                    unreadable);
        }
        return values;
    }

    /** The names that a tensor may have in an adapter: of modules as they are now in memory, or as checkpoints have them. */
    private static Stream<String> names(String tensor, Set<String> updated) {
        int end = tensor.lastIndexOf('.');
        String inside = tensor.substring(0, end) + ".modules_to_save" + tensor.substring(end);
        return Stream.of(name(tensor, updated), tensor, inside).distinct().map(WRAPPER::concat);
    }

    private static float[] fitting(Safetensors weights, String name, Slot slot, Path folder) throws IOException {
        List<Integer> shape =
                Objects.requireNonNull(weights.tensors().get(name)).shape();
        if (!shape.equals(slot.tensorShape())) {
            throw wrong(
                    folder,
                    "has " + name + " of shape " + shape + " where " + slot.tensorShape()
                            + " is expected. It is of another model, rank or number of labels");
        }
        return weights.floats(name);
    }

    private static ModelException wrong(Path folder, String what) {
        return new ModelException.Unsupported("The adapter in " + folder + " " + what + ".");
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
        Lora lora = seed.spec().trained().lora();
        if (lora == null) {
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
