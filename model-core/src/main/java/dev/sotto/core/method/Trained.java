package dev.sotto.core.method;

import dev.sotto.core.folder.Slot;
import java.io.Serializable;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which parameters are trained, by rules; all others stay bit-equal to the seed model's.
 *
 * @param part what kind of parameters
 * @param layers which layers of the backbone
 * @param names which names of the backbone's parameters: a pattern in which {@code *} stands for any characters
 * @param keyBiases whether the key biases of softmax attention are among the biases. They add the same number to all scores of a
 *     query, which softmax takes out again: their gradient is zero, and training them would add noise to numbers that nothing reads
 * @param addedBiases whether a model without biases is given some, which begin at zero and so change nothing at first (BiTFiT-Add in
 *     Bu, Wang, Zha, Karypis, "Differentially Private Bias-Term Fine-Tuning of Foundation Models", ICML 2024)
 * @param addition what is added to maps of the backbone and trained; null if nothing is
 */
public record Trained(
        Part part, Layers layers, String names, boolean keyBiases, boolean addedBiases, @Nullable Addition addition)
        implements Serializable {
    /** Every bias term of the model but key biases, and the head's weights. */
    public static final Trained BIASES_AND_HEAD = of(Part.BIASES_AND_HEAD);
    /** Every bias term but key biases, the head's among them, and no weight. */
    public static final Trained BIASES = of(Part.BIASES);
    /** The head's weights and biases alone (linear probing). */
    public static final Trained HEAD = of(Part.HEAD);

    static final String ALL_NAMES = "*";

    /** A kind of parameters. */
    public enum Part {
        BIASES_AND_HEAD("biases and head"),
        BIASES("biases"),
        NORMS_AND_HEAD("norms and head"),
        NORMS("norms"),
        HEAD("head");

        private final String words;

        Part(String words) {
            this.words = words;
        }

        private boolean hasBiases() {
            return this == BIASES_AND_HEAD || this == BIASES;
        }

        private boolean hasNorms() {
            return this == NORMS_AND_HEAD || this == NORMS;
        }

        /** Whether weights of the head learn. */
        public boolean hasHead() {
            return this == BIASES_AND_HEAD || this == NORMS_AND_HEAD || this == HEAD;
        }
    }

    /**
     * A run of layers, numbered from 0 as in the names of their parameters.
     *
     * @param first the first of them
     * @param last the last of them
     */
    public record Layers(int first, int last) implements Serializable {
        /** Every layer, and what is in none. */
        public static final Layers ALL = new Layers(0, Integer.MAX_VALUE);

        private static final Pattern NUMBER = Pattern.compile("(?<=\\.)[0-9]+(?=\\.)");

        public Layers {
            if (!(first >= 0 && last >= first)) {
                throw new IllegalArgumentException("Layers " + first + " to " + last
                        + " are none: layers count from 0, and the last is not before the first. Try 6-11.");
            }
        }

        /** The layer that a parameter is in: the first number in its name. */
        static OptionalInt of(String name) {
            var number = NUMBER.matcher(name);
            return number.find() ? OptionalInt.of(Integer.parseInt(number.group())) : OptionalInt.empty();
        }

        private boolean hold(String name) {
            OptionalInt layer = of(name);
            return equals(ALL) || (layer.isPresent() && layer.getAsInt() >= first && layer.getAsInt() <= last);
        }
    }

    /** All parameters of one kind. */
    public static Trained of(Part part) {
        return new Trained(part, Layers.ALL, ALL_NAMES, false, false, null);
    }

    /** The same, with the backbone's parameters in these layers only. */
    public Trained inLayers(Layers some) {
        return new Trained(part, some, names, keyBiases, addedBiases, addition);
    }

    /** The same, with the backbone's parameters of these names only. */
    public Trained named(String pattern) {
        return new Trained(part, layers, pattern, keyBiases, addedBiases, addition);
    }

    /** The same with key biases, too. */
    public Trained withKeyBiases() {
        return new Trained(part, layers, names, true, addedBiases, addition);
    }

    /** The same in a model that is given biases where it has none. */
    public Trained withAddedBiases() {
        return new Trained(part, layers, names, keyBiases, true, addition);
    }

    /** The same with something added to maps. */
    public Trained with(Addition added) {
        return new Trained(part, layers, names, keyBiases, addedBiases, added);
    }

    /** All parameters of a model: its own, and behind each map the factors of what is added to it and not yet there. */
    public List<Slot> withAdded(List<Slot> own) {
        Set<String> there = own.stream().map(Slot::name).collect(Collectors.toSet());
        return own.stream()
                .flatMap(slot -> Stream.concat(
                        Stream.of(slot), added(slot).stream().filter(factor -> !there.contains(factor.name()))))
                .distinct() // what maps share comes with each of them
                .toList();
    }

    /** What is added to a map: all of it, or nothing where the rules leave out a part. */
    private List<Slot> added(Slot slot) {
        List<Slot> factors = addition == null ? List.of() : addition.factors(slot);
        return factors.stream().allMatch(factor -> chosen(factor.name())) ? factors : List.of();
    }

    /** Whether a parameter is trained. */
    public boolean trains(Slot slot) {
        return switch (slot.role()) {
            case FROZEN, MAP, TRANSPOSED_MAP, STATISTIC, CONSTANT -> false;
            case FACTOR, ADAPTER -> addition != null && addition.owns(slot.name()) && chosen(slot.name());
            case HEAD_WEIGHT -> part.hasHead();
            case HEAD_BIAS -> part.hasHead() || part.hasBiases();
            case BIAS -> part.hasBiases() && chosen(slot.name());
            case KEY_BIAS -> part.hasBiases() && keyBiases && chosen(slot.name());
            case NORM_WEIGHT -> part.hasNorms() && chosen(slot.name());
            case NORM_BIAS -> (part.hasNorms() || part.hasBiases()) && chosen(slot.name());
        };
    }

    private boolean chosen(String name) {
        boolean isShared = addition != null && addition.shares(name);
        return isShared || (layers.hold(name) && glob(names).matcher(name).matches());
    }

    /** A pattern of names, in which {@code *} stands for any characters. */
    static Pattern glob(String names) {
        return Pattern.compile(Pattern.quote(names).replace("*", "\\E.*\\Q"));
    }

    /** The rules, for people to read. */
    public String words() {
        StringBuilder words = new StringBuilder(part.words);
        if (!layers.equals(Layers.ALL)) {
            words.append(", layers ").append(layers.first()).append(" to ").append(layers.last());
        }
        if (!names.equals(ALL_NAMES)) {
            words.append(", named ").append(names);
        }
        if (keyBiases) {
            words.append(", key biases too");
        }
        if (addedBiases) {
            words.append(", biases added");
        }
        if (addition != null) {
            words.append(", ").append(addition.words());
        }
        return words.toString();
    }
}
