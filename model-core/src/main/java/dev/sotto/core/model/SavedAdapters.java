package dev.sotto.core.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.folder.WhenMissing;
import dev.sotto.core.method.Addition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Adapters in a model's folder. They cannot be merged into weights and transformers has no place for them: it would compute on without
 * them and say little. So {@code config.json} names them, and the weights are in a file that it does not find.
 */
final class SavedAdapters {
    private static final String KEY = "sotto_";
    private static final String AFTER = "after";

    private SavedAdapters() {}

    /** Whether some parameters are of adapters. */
    static boolean areAmong(List<Slot> slots) {
        return slots.stream().anyMatch(slot -> slot.role() == Slot.Role.ADAPTER);
    }

    /**
     * Parameters of a family's model, and behind them those of the adapters that a folder's configuration says are there.
     *
     * @throws ModelException if it names a map that can have none
     */
    static List<Slot> with(List<Slot> slots, ModelFolder folder) {
        List<Slot> all = slots;
        for (Map.Entry<String, Addition> saved : saved(folder).entrySet()) {
            Config settings = folder.config().object(saved.getKey()).orElseThrow();
            all = with(all, saved.getValue(), new TreeSet<>(settings.texts(AFTER)), settings);
        }
        return all;
    }

    private static List<Slot> with(List<Slot> slots, Addition addition, Set<String> missing, Config settings) {
        List<Slot> all = new ArrayList<>();
        Set<String> shared = new HashSet<>();
        for (Slot slot : slots) {
            all.add(slot);
            List<Slot> factors = addition.factors(slot);
            if (places(factors.stream(), addition).anyMatch(missing::remove)) {
                factors.stream()
                        .filter(factor -> !addition.shares(factor.name()) || shared.add(factor.name()))
                        .forEach(factor -> all.add(factor.orElse(WhenMissing.REFUSE)));
            }
        }
        if (!missing.isEmpty()) {
            throw new ModelException.Damaged(settings.path() + " says adapters stand behind "
                    + String.join(", ", missing)
                    + ", and the model as configured has no such output maps: computing on would give other outputs. Take the"
                    + " file that was written with the weights.");
        }
        return all;
    }

    /**
     * Says in a configuration which adapters there are among a model's parameters.
     *
     * @param folder where the model was, whose own adapters it has still
     * @param trained what was added to it; null if nothing was
     */
    static void describe(JsonObject config, ModelFolder folder, @Nullable Addition trained, List<Slot> slots) {
        Map<String, Addition> all = saved(folder);
        all.keySet().forEach(config::remove);
        if (trained != null) {
            all.put(KEY + AdditionJson.kind(trained), trained);
        }
        all.forEach((key, addition) -> {
            JsonArray after = new JsonArray();
            places(slots.stream().filter(slot -> slot.role() == Slot.Role.ADAPTER), addition)
                    .forEach(after::add);
            if (!after.isEmpty()) {
                JsonObject saved = AdditionJson.of(addition);
                saved.add(AFTER, after);
                config.add(key, saved);
            }
        });
    }

    private static Stream<String> places(Stream<Slot> slots, Addition addition) {
        return slots.flatMap(slot -> addition.placeOf(slot.name()).stream()).distinct();
    }

    /** What a folder's configuration says was added, by key. */
    private static Map<String, Addition> saved(ModelFolder folder) {
        Map<String, Addition> saved = new LinkedHashMap<>();
        if (folder.hasConfig()) {
            for (String kind : AdditionJson.KINDS) {
                String key = KEY + kind;
                if (folder.config().has(key)) {
                    Addition addition = folder.config()
                            .read(key, json -> AdditionJson.read(kind, json), "adapters as Sotto writes them");
                    saved.put(key, addition);
                }
            }
        }
        return saved;
    }
}
