package dev.sotto.job.cli;

import dev.sotto.core.method.Grouping;
import dev.sotto.core.method.Grouping.By;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.Texts;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what of a unit's gradient is clipped apart. */
final class GroupOptions {
    static final String SHARES = "clipping-shares";

    private static final double LEAST = 1e-6;
    private static final double MOST = 1e6;

    @Option(
            names = "--clipping-groups",
            paramLabel = "<by>",
            description = {
                "What of a unit's gradient is shortened apart, each group of parameters to a bound of its own, so that no group's"
                        + " length decides how much of another counts: joint (all is one group), layer (a module's own parameters),"
                        + " block (a transformer layer or residual block, by the number in the name; the head; the rest),"
                        + " head-and-body (two groups, backbone and head), or named (see clipping-shares). The root of the sum of"
                        + " the bounds' squares is clipping-norm: noise and guarantee are the same for all. Default: joint."
            })
    By groups = By.JOINT;

    @Option(
            names = "--" + SHARES,
            paramLabel = "<name=share>",
            split = ",",
            description = {
                "With clipping-groups head-and-body or named: what a group's bound is in proportion to the others', in [1e-6, 1e6];"
                        + " separated by commas, in a run file a mapping. head=3,backbone=1 gives the head three times the bound. Of"
                        + " named groups the names are patterns of parameters' names, in which * stands for any characters, and alone"
                        + " for whatever no other names; each parameter that learns has to be in one group. Default: all alike."
            })
    @Nullable
    List<String> shares;

    /** What these options choose; of use only if no fault was found. */
    Grouping grouping(Faults faults) {
        Map<String, Double> read = new TreeMap<>();
        if (shares != null && !faults.has(SHARES)) {
            shares.forEach(pair -> read(pair, read, faults));
        }
        if (faults.has(SHARES)) {
            return Grouping.JOINT;
        }
        if (groups == By.NAMED && read.isEmpty()) {
            faults.add(
                    "clipping-groups",
                    "named groups have their names from clipping-shares, which is missing. Give it, such as"
                            + " clipping-shares: {'*.attention.*': 1, '*': 2}.");
        } else if (groups == By.HEAD_AND_BODY
                && !Set.of(Grouping.HEAD, Grouping.BACKBONE).containsAll(read.keySet())) {
            faults.add(
                    SHARES,
                    "the groups of head-and-body are head and backbone, found %s. Name these, or choose clipping-groups: named."
                            .formatted(String.join(", ", read.keySet())));
        } else if (groups != By.NAMED && groups != By.HEAD_AND_BODY && shares != null) {
            faults.add(
                    SHARES,
                    "with clipping-groups: %s there are no groups that it could name. Leave it out, or choose head-and-body or named."
                            .formatted(groups));
        }
        return new Grouping(groups, read);
    }

    /** A pattern may itself have an equals sign; a share has none. */
    private static void read(String pair, Map<String, Double> read, Faults faults) {
        int equals = pair.lastIndexOf('=');
        String name = pair.substring(0, Math.max(0, equals)).strip();
        String text = pair.substring(equals + 1).strip();
        double share = number(text);
        if (equals < 0 || name.isEmpty()) {
            faults.add(SHARES, "'%s' is no name and share. Write name=share, such as head=3.".formatted(pair));
        } else if (!(share >= LEAST && share <= MOST)) {
            faults.add(
                    SHARES,
                    "that of %s must be a number between %s and %s, found %s: it is what the group's bound is in proportion to the others'."
                            .formatted(name, Texts.number(LEAST), Texts.number(MOST), text));
        } else if (read.put(name, share) != null) {
            faults.add(SHARES, "%s is named twice. Name each group once.".formatted(name));
        }
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException none) {
            return Double.NaN;
        }
    }
}
