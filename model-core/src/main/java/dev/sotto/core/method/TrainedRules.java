package dev.sotto.core.method;

import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.Slot;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Whether each rule of what is trained matches something: with one that does not, another model is trained than was meant. */
public final class TrainedRules {
    private static final int NAMES_SHOWN = 10;

    private TrainedRules() {}

    /**
     * Checks the rules of layers, names and what is added.
     *
     * @throws ModelException if one of them matches no parameter of the body, or layers are named that are not there
     */
    public static void check(Path folder, Trained trained, List<Slot> own) {
        if (trained.addition() instanceof Lora lora) {
            checkUpdates(folder, lora, own);
        } else if (trained.addition() instanceof Adapter adapter) {
            checkAdapters(folder, adapter, adapter.bottleneck(), own);
        } else if (trained.addition() instanceof Compacter compacter) {
            checkAdapters(folder, compacter, compacter.bottleneck(), own);
            checkBlocks(folder, compacter, own);
        } else if (trained.addition() instanceof Prefix prefix) {
            checkPrefix(folder, prefix, own);
        }
        Trained all = trained.inLayers(Trained.Layers.ALL).named(Trained.ALL_NAMES);
        if (trained.equals(all)) {
            return;
        }
        List<Slot> slots = all.withAdded(own);
        List<String> body = names(all, slots);
        if (body.isEmpty()) {
            throw wrong("Which layers or names of the body learn was chosen (" + trained.words()
                    + "), and nothing in the body of " + folder
                    + " learns with it. Leave train-layers and train-names out, or choose biases+head.");
        }
        if (!trained.layers().equals(Trained.Layers.ALL)) {
            checkLayers(folder, trained.layers(), body);
        }
        if (names(all.named(trained.names()), slots).isEmpty()) {
            boolean keys =
                    !names(all.withKeyBiases().named(trained.names()), slots).isEmpty();
            throw wrong("train-names " + trained.names() + " matches no parameter of " + folder + " that would learn"
                    + (keys ? " but key biases, which do with train-key-biases." : ".")
                    + " Name one of these, or a pattern of"
                    + " theirs: " + nearest(trained.names(), body) + ".");
        }
        if (names(trained, slots).isEmpty()) {
            throw wrong("train-layers and train-names together match no parameter of " + folder + ": what is named "
                    + trained.names() + " is in other layers than "
                    + trained.layers().first() + " to "
                    + trained.layers().last() + ". Leave one of the two out.");
        }
        boolean addsNothing =
                trained.withAdded(own).stream().noneMatch(slot -> slot.role().isAdded() && trained.trains(slot));
        if (trained.addition() != null && addsNothing) {
            throw wrong("With train-layers and train-names as they are, nothing is added to any map of " + folder
                    + ": what is added is added whole, and a part of each is left out (" + trained.words()
                    + "). Widen them, or choose a method that adds nothing.");
        }
    }

    private static void checkUpdates(Path folder, Lora lora, List<Slot> own) {
        List<Slot> maps = own.stream().filter(slot -> slot.role().isMap()).toList();
        if (maps.isEmpty()) {
            throw wrong("LoRA adds to linear maps, and of the model in " + folder + " none is known."
                    + " Choose another method, such as bitfit.");
        }
        // of the names for queries and values, which are those of several families, one that fits is enough
        List<List<String>> wanted = lora.targets().equals(Lora.QUERIES_AND_VALUES)
                ? List.of(lora.targets())
                : lora.targets().stream().map(List::of).toList();
        for (List<String> names : wanted) {
            if (maps.stream().allMatch(map -> LinearMap.of(map, names).isEmpty())) {
                throw wrong("target-modules names " + String.join(", ", names) + ", and no linear map of " + folder
                        + " is called so. Name one of these, or a pattern of theirs: "
                        + nearest(
                                names.get(0),
                                maps.stream().map(LinearMap::nameOf).toList()) + ".");
            }
        }
        for (Slot map : maps) {
            lora.largestRank(map).filter(most -> most < lora.rank()).ifPresent(most -> {
                throw wrong("rank is " + lora.rank() + ", and " + LinearMap.nameOf(map) + " of " + folder + " is a map "
                        + map.shape() + ", whose updates have at most rank " + most
                        + ": a larger one would add noise and nothing else. Set rank to at most " + most + ".");
            });
        }
    }

    private static void checkAdapters(Path folder, Addition adapters, int bottleneck, List<Slot> own) {
        List<LinearMap> maps =
                own.stream().flatMap(slot -> Adapter.mapBefore(slot).stream()).toList();
        if (maps.isEmpty()) {
            throw wrong("Adapters stand behind the output maps of attention and feed-forward, and the model in "
                    + folder + " has neither. Choose another method, such as bitfit.");
        }
        for (LinearMap map : maps) {
            if (bottleneck > map.out()) {
                throw wrong("bottleneck is " + bottleneck + ", and " + map.name() + " of " + folder + " has "
                        + map.out()
                        + " outputs: an adapter wider than what it reads is no bottleneck, and each of its"
                        + " numbers gets noise. Set bottleneck to at most " + map.out() + ".");
            }
        }
        checkSaved(folder, adapters, own);
    }

    private static void checkPrefix(Path folder, Prefix prefix, List<Slot> own) {
        if (own.stream().allMatch(slot -> Prefix.keyMap(slot).isEmpty())) {
            throw wrong("A prefix is of keys and values before those of a text, and the model in " + folder
                    + " is none of text whose attention is known. Choose another method, such as bitfit.");
        }
        checkSaved(folder, prefix, own);
    }

    /** What the folder holds already is trained on, with the shapes that it has. */
    private static void checkSaved(Path folder, Addition addition, List<Slot> own) {
        Map<String, Slot> saved = own.stream().collect(Collectors.toMap(Slot::name, slot -> slot));
        own.stream().flatMap(slot -> addition.factors(slot).stream()).forEach(wanted -> {
            Slot there = saved.getOrDefault(wanted.name(), wanted);
            if (!there.shape().equals(wanted.shape())) {
                throw wrong(folder + " holds such already, of which " + there.name() + " is " + there.shape()
                        + ", and with " + addition.words() + " it would be " + wanted.shape()
                        + ". Give the options that it has.");
            }
        });
    }

    /** A map of Compacter is made of blocks, phm-dim on each side, of low rank. */
    private static void checkBlocks(Path folder, Compacter compacter, List<Slot> own) {
        int n = compacter.phmDim();
        own.stream().flatMap(slot -> Adapter.mapBefore(slot).stream()).forEach(map -> {
            if (map.out() % n != 0) {
                throw wrong("phm-dim is " + n + ", and " + map.name() + " of " + folder + " has " + map.out()
                        + " outputs, which cannot be cut into " + n + " equal parts. Set phm-dim to a divisor of "
                        + map.out() + " and of the bottleneck.");
            }
            int largest = Math.min(compacter.bottleneck(), map.out()) / n;
            if (compacter.phmRank() > largest) {
                throw wrong("phm-rank is " + compacter.phmRank() + ", and the blocks of a map from " + map.out()
                        + " to "
                        + compacter.bottleneck() + " features have at most rank " + largest
                        + ": a larger one would add noise and nothing else. Set phm-rank to at most " + largest + ".");
            }
        });
    }

    private static void checkLayers(Path folder, Trained.Layers asked, List<String> body) {
        IntStream there = body.stream().flatMapToInt(name -> Trained.Layers.of(name).stream());
        int last = there.max().orElse(-1);
        if (last < 0) {
            throw wrong("train-layers is given, and no parameter of " + folder
                    + " that would learn is in a numbered layer." + " Leave it out.");
        } else if (asked.last() > last) {
            throw wrong("train-layers " + asked.first() + "-" + asked.last() + " names layers that " + folder
                    + " has not: its layers are 0 to " + last + ". Try " + Math.min(asked.first(), last) + "-" + last
                    + ".");
        }
    }

    private static List<String> names(Trained trained, List<Slot> slots) {
        return slots.stream()
                .filter(slot -> !slot.role().isHead() && trained.trains(slot))
                .map(Slot::name)
                .toList();
    }

    /** One name for each kind, those first that share most with the pattern. */
    static String nearest(String pattern, List<String> names) {
        Set<String> wanted = threes(pattern);
        ToIntFunction<String> shared = name -> {
            Set<String> common = threes(name);
            common.retainAll(wanted);
            return common.size();
        };
        return names.stream()
                .map(name -> name.replaceAll("\\.[0-9]+\\.", ".*."))
                .distinct()
                .sorted(Comparator.comparingInt(shared).reversed())
                .limit(NAMES_SHOWN)
                .collect(Collectors.joining(", "));
    }

    private static Set<String> threes(String text) {
        return IntStream.rangeClosed(0, text.length() - 3)
                .mapToObj(i -> text.substring(i, i + 3))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static ModelException wrong(String message) {
        return new ModelException.Unsupported(message);
    }
}
