package dev.sotto.core.method;

import dev.sotto.core.folder.Slot;
import dev.sotto.core.folder.WhenMissing;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Trained keys and values of some positions before those of a text, in every layer of a model of text. Li and Liang, "Prefix-Tuning:
 * Optimizing Continuous Prompts for Generation", ACL 2021 (arXiv:2101.00190), section 4.2, without the network that the paper makes them
 * by (4.3): its weights are millions, shared by all positions, of which each unit would have a gradient to be clipped and noised, for
 * 2 · length numbers a feature that are all that is kept in the end.
 *
 * <p>As in the paper's program and in peft the text's own positions count from the prefix's end. Keys and values begin near zero (normal,
 * standard deviation 0.02): each layer's attention then mixes in vectors of next to no length, so that the model answers nearly as it
 * did, but not exactly.
 *
 * @param length positions, &gt; 0
 */
public record Prefix(int length) implements Addition {

    private static final String INSIDE = ".prefix.";

    /** Behind the name of the map that makes a layer's keys: [length, features of the keys]. */
    public static final String KEYS = INSIDE + "keys";
    /** The same for its values. */
    public static final String VALUES = INSIDE + "values";

    /** One map for queries, keys and values. */
    private static final String JOINED = "attn.c_attn";

    /** The names that families of text have for what makes keys. */
    private static final List<String> KEY_MAPS = List.of(
            "attention.self.key", "albert_layers.*.attention.key", "attention.k_lin", JOINED, "self_attn.k_proj");

    public Prefix {
        if (length < 1) {
            throw new IllegalArgumentException("The length of a prefix must be at least 1, got " + length + ".");
        }
    }

    @Override
    public String words() {
        return "a prefix of length " + length;
    }

    @Override
    public List<Slot> factors(Slot slot) {
        return keyMap(slot)
                .map(map -> Stream.of(KEYS, VALUES)
                        .map(part -> new Slot(
                                map.name() + part,
                                List.of(length, map.name().endsWith(JOINED) ? map.out() / 3 : map.out()),
                                Slot.Role.ADAPTER,
                                WhenMissing.NORMAL))
                        .toList())
                .orElse(List.of());
    }

    @Override
    public Optional<String> placeOf(String parameter) {
        return Stream.of(KEYS, VALUES)
                .filter(parameter::endsWith)
                .map(part -> parameter.substring(0, parameter.length() - part.length()))
                .findFirst();
    }

    /** Positions of the prefix among a model's parameters; 0 if there is none. */
    public static int lengthAmong(List<Slot> slots) {
        return slots.stream()
                .filter(slot -> slot.role() == Slot.Role.ADAPTER && slot.name().endsWith(KEYS))
                .mapToInt(slot -> slot.shape().get(0))
                .findFirst()
                .orElse(0);
    }

    /** The map that a parameter is the weight of, if it makes the keys of attention in a model of text. */
    static Optional<LinearMap> keyMap(Slot slot) {
        return LinearMap.of(slot, KEY_MAPS);
    }
}
