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
import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.model.SeedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a model with low-rank updates or a prefix has learned, as a folder that Python's {@code peft} loads onto the seed model: its layout of version
 * 0.21 under transformers 5.18, in which some models of images bear other names in memory than in their checkpoint.
 */
public final class PeftAdapter {
    /** The file of what it learned. */
    public static final String WEIGHTS = "adapter_model.safetensors";

    private static final String SETTINGS = "adapter_config.json";

    private PeftAdapter() {}

    /** Whether its layout has a place for all that a model learned: for low-rank updates, biases and the head; or a prefix and the head. */
    public static boolean holds(SeedModel seed) {
        return PeftPrefix.holds(seed) || holdsUpdates(seed);
    }

    private static boolean holdsUpdates(SeedModel seed) {
        return seed.spec().addition() instanceof Lora
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
        if (PeftPrefix.holds(seed)) {
            PeftPrefix prefix = PeftPrefix.of(seed);
            write(prefix.contents(trained), prefix.config(), folder);
            return;
        }
        PeftNames names = PeftNames.of(seed);
        Stream<SafetensorsWriter.Content> changes = seed.learned(trained).stream()
                .filter(each -> !names.isSavedWhole(each.name()))
                .map(each -> each.named(names.inside(each.name())));
        Stream<SafetensorsWriter.Content> whole =
                seed.contents(trained).stream().filter(each -> names.isSavedWhole(each.name()));
        List<SafetensorsWriter.Content> all = Stream.concat(changes, whole)
                .map(each -> each.named(PeftNames.WRAPPER + each.name()))
                .toList();
        write(all, config(seed, names), folder);
    }

    private static void write(List<SafetensorsWriter.Content> weights, JsonObject settings, Path folder)
            throws IOException {
        SafetensorsWriter.write(folder.resolve(WEIGHTS), Map.of("format", "pt"), weights);
        Files.writeString(
                folder.resolve(SETTINGS),
                new GsonBuilder().setPrettyPrinting().serializeNulls().create().toJson(settings) + "\n");
    }

    /**
     * What an adapter that was made here or by {@code peft} says of a model's trained parameters.
     *
     * @param seed of which the adapter's maps, and no others, have updates of its rank and alpha; or with a prefix of its length
     * @return laid out by {@code seed.layout()}; of parameters that it does not hold, what the model begins with
     * @throws ModelException if it cannot be read, is of another kind, does not fit the model, or holds what would not learn
     */
    public static float[] read(Path folder, SeedModel seed) {
        boolean isPrefix = seed.spec().addition() instanceof Prefix;
        if (isPrefix && !PeftPrefix.holds(seed)) {
            throw new ModelException.Unsupported(
                    "The adapter in " + folder + " is to begin a prefix of " + seed.path()
                            + ", and peft's layout has a place for one of every layer and a head, in BERT, RoBERTa, GPT-2 and Llama"
                            + " alone. Choose method: prefix without train-layers and train-names, or begin without peft-adapter.");
        }
        PeftSettings settings = PeftSettings.read(folder.resolve(SETTINGS));
        if (seed.spec().addition() instanceof Lora lora) {
            settings.require(lora);
        } else if (!isPrefix) {
            throw new IllegalStateException("Only a model with low-rank updates or a prefix begins with an adapter.");
        }
        try (Safetensors weights = Safetensors.open(folder.resolve(WEIGHTS))) {
            return isPrefix
                    ? PeftPrefix.of(seed).read(settings, weights)
                    : new PeftReader(folder, weights, seed).values();
        } catch (ModelException told) {
            throw told;
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new ModelException.Damaged(
                    "The adapter's " + folder.resolve(WEIGHTS) + " cannot be read: " + unreadable.getMessage()
                            + " Save it again with save_pretrained.",
                    unreadable);
        }
    }

    private static JsonObject config(SeedModel seed, PeftNames names) {
        if (!(seed.spec().addition() instanceof Lora lora)) {
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
        config.add(
                "target_modules",
                array(names.updated().stream().map(MemoryNames::of).toList()));
        config.add("modules_to_save", names.head().isEmpty() ? JsonNull.INSTANCE : array(names.head()));
        return config;
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
