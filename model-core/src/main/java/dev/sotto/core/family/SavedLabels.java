package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a configuration calls the outputs of the head that was saved with it.
 *
 * @param names by index, from {@code id2label}; as transformers does, {@code LABEL_0} and on where it has none
 */
public record SavedLabels(List<String> names) {
    private static final String KEY = "id2label";

    public SavedLabels {
        names = List.copyOf(names);
    }

    /**
     * Reads them.
     *
     * @throws ModelException if some have no index, or an index no name: which output is whose would be a guess
     */
    public static SavedLabels of(Config config) {
        int outputs = SavedHead.outputs(config);
        return new SavedLabels(config.object(KEY)
                .map(names -> IntStream.range(0, outputs)
                        .mapToObj(i -> names.anyText(Integer.toString(i)))
                        .toList())
                .orElseGet(() -> placeholders(outputs)));
    }

    /** Whether nobody named them, so that they are known by their places alone. */
    public boolean arePlaceholders() {
        return names.equals(placeholders(names.size()));
    }

    private static List<String> placeholders(int outputs) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            names.add("LABEL_" + i);
        }
        return names;
    }
}
