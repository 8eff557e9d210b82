package dev.sotto.core.method;

import dev.sotto.core.folder.MemoryNames;
import dev.sotto.core.folder.Slot;
import java.util.List;
import java.util.Optional;

/**
 * A linear map inside the backbone.
 *
 * @param name in the checkpoint, without {@code .weight}
 * @param pixels whether it is a convolution of 1 x 1
 */
record LinearMap(String name, int out, int in, boolean pixels) {
    private static final String WEIGHT = ".weight";

    /** The map that a weight is of, if one of the names is its own: whole or its last parts; {@code *} stands for any characters. */
    static Optional<LinearMap> of(Slot weight, List<String> names) {
        if (!weight.role().isMap()) {
            return Optional.empty();
        }
        String name = nameOf(weight);
        if (names.stream().noneMatch(each -> isNamed(name, each) || isNamed(MemoryNames.of(name), each))) {
            return Optional.empty();
        }
        int first = weight.shape().get(0);
        int second = weight.shape().get(1);
        boolean pixels = weight.shape().size() == 4;
        return Optional.of(
                weight.role() == Slot.Role.MAP
                        ? new LinearMap(name, first, second, pixels)
                        : new LinearMap(name, second, first, pixels));
    }

    /** The name of the map that a weight is of. */
    static String nameOf(Slot weight) {
        return weight.name().substring(0, weight.name().length() - WEIGHT.length());
    }

    private static boolean isNamed(String name, String target) {
        return Trained.glob(target).matcher(name).matches()
                || Trained.glob("*." + target).matcher(name).matches();
    }

    /** The shape of a weight beside its own. */
    List<Integer> shape(int rows, int columns) {
        return pixels ? List.of(rows, columns, 1, 1) : List.of(rows, columns);
    }
}
