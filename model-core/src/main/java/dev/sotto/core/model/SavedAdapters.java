package dev.sotto.core.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.folder.WhenMissing;
import dev.sotto.core.method.Adapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Adapters in a model's folder. They cannot be merged into weights and transformers has no place for them: it would compute on without
 * them and say little. So {@code config.json} names them, and the weights are in a file that it does not find.
 */
final class SavedAdapters {
    private static final String KEY = "sotto_adapter";
    private static final String BOTTLENECK = "bottleneck";
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
        if (!folder.hasConfig() || !folder.config().has(KEY)) {
            return slots;
        }
        Config saved = folder.config().object(KEY).orElseThrow();
        Adapter adapter = new Adapter(saved.size(BOTTLENECK));
        Set<String> missing = new TreeSet<>(saved.texts(AFTER));
        List<Slot> all = new ArrayList<>();
        for (Slot slot : slots) {
            all.add(slot);
            List<Slot> factors = adapter.factors(slot);
            if (!factors.isEmpty() && missing.remove(map(factors.get(0)))) {
                factors.forEach(factor -> all.add(factor.orElse(WhenMissing.REFUSE)));
            }
        }
        if (!missing.isEmpty()) {
            throw new ModelException.Damaged(saved.path() + " says adapters stand behind " + String.join(", ", missing)
                    + ", and the model as configured has no such output maps: computing on would give other outputs. Take the"
                    + " file that was written with the weights.");
        }
        return all;
    }

    /** Says in a configuration which adapters there are among a model's parameters. */
    static void describe(JsonObject config, List<Slot> slots) {
        config.remove(KEY);
        JsonArray after = new JsonArray();
        JsonObject saved = new JsonObject();
        for (Slot slot : slots) {
            if (slot.role() == Slot.Role.ADAPTER && slot.name().endsWith(Adapter.DOWN)) {
                after.add(map(slot));
                saved.addProperty(BOTTLENECK, slot.shape().get(0));
            }
        }
        if (!after.isEmpty()) {
            saved.add(AFTER, after);
            config.add(KEY, saved);
        }
    }

    private static String map(Slot down) {
        return down.name().substring(0, down.name().length() - Adapter.DOWN.length());
    }
}
