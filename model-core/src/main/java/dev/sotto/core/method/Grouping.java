package dev.sotto.core.method;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which trained parameters are clipped together, by their names.
 *
 * @param by what makes a group
 * @param shares of groups by their names, each &gt; 0 and finite: a group's bound is to that of another as their shares are; 1 where none
 *     is given. With {@link By#NAMED} the names are patterns, in which {@code *} stands for any characters, and alone for whatever no other
 *     names
 */
public record Grouping(By by, Map<String, Double> shares) {
    /** All that is trained is one group. */
    public static final Grouping JOINT = new Grouping(By.JOINT, Map.of());

    /** The group of what is not the head's. */
    public static final String BACKBONE = "backbone";
    /** The group of the head. */
    public static final String HEAD = "head";

    private static final String OTHERS = "*";

    /** A numbered part of a model, or one within it that is numbered too: stages.0.layers.1, layers.0.blocks.1, features.3.0. */
    private static final Pattern BLOCK =
            Pattern.compile("(?:[^.]+\\.)*?[0-9]+(?:\\.(?:\\w*(?:layers|blocks)\\.)?[0-9]+)?(?=\\.)");

    /** What makes a group. */
    public enum By {
        /** Nothing: all is one. */
        JOINT,
        /** A module, with all of its own parameters, and what is added to its map. */
        LAYER,
        /** A transformer layer or residual block; the head; and what is in neither. */
        BLOCK,
        /** The head, and what is not the head's. */
        HEAD_AND_BODY,
        /** A pattern of names. */
        NAMED;

        /** As it is typed. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Parameters that are clipped together.
     *
     * @param fraction of the whole bound that is theirs; the squares of all groups' fractions add up to 1
     */
    public record Group(String name, double fraction, List<BiasLayout.Entry> parameters) {
        public Group {
            parameters = List.copyOf(parameters);
        }
    }

    public Grouping {
        shares = Collections.unmodifiableMap(new TreeMap<>(shares));
        shares.forEach((name, share) -> {
            if (!(share > 0 && share < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        "The share of " + name + " must be finite and > 0, got " + share + ": it would not learn.");
            }
        });
    }

    /**
     * The groups of a model's trained parameters, each in one of them.
     *
     * @param head names of the parameters that are the head's
     * @throws IllegalArgumentException if a named group is empty, or a parameter is in two of them, or in none
     */
    public List<Group> groups(BiasLayout layout, Set<String> head) {
        Map<String, List<BiasLayout.Entry>> members = layout.entries().stream()
                .collect(Collectors.groupingBy(
                        each -> groupOf(each.name(), head), LinkedHashMap::new, Collectors.toList()));
        if (by == By.NAMED) {
            requireNoEmpty(members.keySet(), layout);
        }
        double length = Math.sqrt(members.keySet().stream()
                .mapToDouble(each -> share(each) * share(each))
                .sum());
        return members.entrySet().stream()
                .map(each -> new Group(each.getKey(), share(each.getKey()) / length, each.getValue()))
                .toList();
    }

    private double share(String group) {
        return shares.getOrDefault(group, 1.0);
    }

    private String groupOf(String name, Set<String> head) {
        return switch (by) {
            case JOINT -> OTHERS;
            case LAYER -> layer(name);
            case BLOCK -> head.contains(name) ? HEAD : block(name);
            case HEAD_AND_BODY -> head.contains(name) ? HEAD : BACKBONE;
            case NAMED -> pattern(name);
        };
    }

    private static String layer(String name) {
        return Lora.mapOf(name).orElseGet(() -> name.substring(0, Math.max(0, name.lastIndexOf('.'))));
    }

    private static String block(String name) {
        Matcher block = BLOCK.matcher(name);
        return block.lookingAt() ? block.group() : OTHERS;
    }

    private String pattern(String name) {
        List<String> named = shares.keySet().stream()
                .filter(each ->
                        !each.equals(OTHERS) && Trained.glob(each).matcher(name).matches())
                .toList();
        if (named.size() > 1) {
            throw new IllegalArgumentException("Parameter " + name + " is in the groups " + String.join(" and ", named)
                    + ", and can be clipped with one only. Make the patterns narrower.");
        }
        if (named.isEmpty() && !shares.containsKey(OTHERS)) {
            throw new IllegalArgumentException("Parameter " + name
                    + " learns and is in no group. Name it, or add the group *, of whatever no other names.");
        }
        return named.isEmpty() ? OTHERS : named.get(0);
    }

    private void requireNoEmpty(Set<String> found, BiasLayout layout) {
        List<String> names =
                layout.entries().stream().map(BiasLayout.Entry::name).toList();
        for (String group : shares.keySet()) {
            if (!found.contains(group)) {
                throw new IllegalArgumentException(
                        group.equals(OTHERS)
                                ? "The group * is of whatever no other names, and nothing is left for it. Leave it out."
                                : "The group " + group + " matches no parameter that learns. Name one of these, or a"
                                        + " pattern of theirs: " + TrainedRules.nearest(group, names) + ".");
            }
        }
    }
}
