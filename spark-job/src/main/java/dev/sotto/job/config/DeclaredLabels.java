package dev.sotto.job.config;

import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The labels that were declared, by class number.
 *
 * @param names what the model's outputs are called
 * @param values what the label column holds for each: the name, unless something else was declared
 */
public record DeclaredLabels(List<String> names, List<String> values) {
    /** A value and its name; a label that compares, such as {@code <=50K}, is no pair. */
    private static final Pattern PAIR = Pattern.compile("(.*[^=<>!~ ]) *= *([^= ]|[^= ][^=]*[^= ])");

    public DeclaredLabels {
        names = List.copyOf(names);
        values = List.copyOf(values);
        if (names.size() != values.size()) {
            throw new IllegalArgumentException(
                    "There are " + names.size() + " names for " + values.size() + " values: each value needs one.");
        }
    }

    /** Labels that stand in the column as they are called. */
    public DeclaredLabels(List<String> names) {
        this(names, names);
    }

    /** Labels as they are typed: all as names, or all as {@code value=name}. */
    public static DeclaredLabels read(List<String> typed, Faults faults) {
        List<String> stripped = typed.stream().map(String::strip).toList();
        List<Matcher> matchers = stripped.stream().map(PAIR::matcher).toList();
        long pairs = matchers.stream().filter(Matcher::matches).count();
        if (pairs > 0 && pairs < stripped.size()) {
            faults.add(
                    "labels",
                    "some are value=name and others are not: %s. Write all of them so, or none."
                            .formatted(String.join(", ", stripped)));
        }
        DeclaredLabels read = pairs > 0 && pairs == stripped.size()
                ? new DeclaredLabels(parts(matchers, 2), parts(matchers, 1))
                : new DeclaredLabels(stripped);
        if (read.names.contains("")) {
            faults.add("labels", "one of them is empty, and no row has it. Leave it out.");
        }
        if (hasTwice(read.values) || hasTwice(read.names)) {
            faults.add("labels", "one of them is declared twice, so its class number is not defined. Keep each once.");
        }
        return read;
    }

    private static List<String> parts(List<Matcher> matchers, int group) {
        return matchers.stream().map(pair -> pair.group(group).strip()).toList();
    }

    private static boolean hasTwice(List<String> texts) {
        return new HashSet<>(texts).size() < texts.size();
    }

    /** Whether these are its names, in any order. */
    public boolean areNamed(List<String> others) {
        return others.size() == names.size() && new HashSet<>(others).equals(new HashSet<>(names));
    }

    /** The same labels with other class numbers: the order of these names, which are theirs. */
    public DeclaredLabels inOrderOf(List<String> others) {
        return new DeclaredLabels(
                others,
                others.stream().map(name -> values.get(names.indexOf(name))).toList());
    }
}
