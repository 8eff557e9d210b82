package dev.sotto.job.cli;

import dev.sotto.job.config.Faults;
import dev.sotto.job.config.RunFile;
import dev.sotto.job.config.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Fills the options that the command line left open from a run file. The file's values take the way that command line
 * values take, through the same option definitions, so that both mean the same.
 */
final class RunFileMerge {
    /** Lists of name=value, which a run file may have as a mapping, too. */
    private static final Set<String> PAIRS = Set.of(DataOptions.LABELS, GroupOptions.SHARES);

    /** Ways to say the same: one of them on the command line takes the place of all of them in the file. */
    private static final List<Set<String>> ALTERNATIVES = List.of(
            Set.of("epsilon", "noise-multiplier", "non-private"),
            Set.of("batch-size", "sampling-probability"),
            Set.of("steps", "epochs"));

    private final CommandSpec command;
    private final ParseResult commandLine;

    RunFileMerge(CommandSpec command, ParseResult commandLine) {
        this.command = command;
        this.commandLine = commandLine;
    }

    /** Sets the open options; unknown keys and values that do not fit become faults. */
    void apply(RunFile file, Faults faults) {
        CommandLine scratch = new CommandLine(new TrainOptions());
        Parsing.collectErrors(scratch);
        List<String> arguments = new ArrayList<>();
        file.entries().forEach((key, value) -> {
            OptionSpec option = scratch.getCommandSpec().findOption("--" + key);
            if (key.equals(PhaseList.KEY)) {
                if (!(value instanceof RunFile.Value.Mappings)) {
                    faults.add(
                            key,
                            "it takes a list of phases, each with settings of its own. Write it as '%s: [{method: head, epochs: 1}, {method:"
                                            .formatted(key)
                                    + " bitfit, epochs: 4}]'.");
                }
            } else if (option == null) {
                faults.add(key, "the run file has no such key. %s".formatted(hint(key, scratch)));
            } else if (!isDecidedByCommandLine(key)) {
                take(key, option, value, arguments, faults);
            }
        });
        ParseResult parsed = scratch.parseArgs(arguments.toArray(String[]::new));
        parsed.errors().forEach(error -> Parsing.addFault(error, faults));
        Parsing.addEmpty(parsed, faults);
        for (OptionSpec option : parsed.matchedOptions()) {
            command.findOption(option.longestName()).setValue(option.getValue());
        }
    }

    private boolean isDecidedByCommandLine(String key) {
        return alternatives(key).stream().anyMatch(name -> commandLine.hasMatchedOption("--" + name));
    }

    /** A key, and other ways to say what it says. */
    static Set<String> alternatives(String key) {
        return ALTERNATIVES.stream()
                .filter(names -> names.contains(key))
                .findFirst()
                .orElse(Set.of(key));
    }

    private void take(String key, OptionSpec option, RunFile.Value value, List<String> arguments, Faults faults) {
        if (option.isMultiValue()) {
            takeMany(key, option, value, faults);
        } else if (!(value instanceof RunFile.Value.Scalar scalar)) {
            faults.add(key, "it takes one value, found several. Write it as '%s: value'.".formatted(key));
        } else if (option.typeInfo().isBoolean()) {
            takeFlag(key, scalar.text(), arguments, faults);
        } else {
            arguments.add("--" + key + "=" + scalar.text());
        }
    }

    /** Lists and mappings go straight in: no separator, hence nothing to escape. */
    private void takeMany(String key, OptionSpec option, RunFile.Value value, Faults faults) {
        OptionSpec mine = command.findOption("--" + key);
        if (option.typeInfo().isMap()) {
            if (value instanceof RunFile.Value.Options mapping) {
                mine.setValue(mapping.options());
            } else {
                faults.add(
                        key, "it takes a mapping of names to values. Write it as '%s: {header: true}'.".formatted(key));
            }
        } else if (value instanceof RunFile.Value.Items list) {
            mine.setValue(list.items());
        } else if (value instanceof RunFile.Value.Options mapping && PAIRS.contains(key)) {
            mine.setValue(mapping.options().entrySet().stream()
                    .map(each -> each.getKey() + "=" + each.getValue())
                    .toList());
        } else {
            faults.add(key, "it takes a list. Write it as '%s: [first, second]'.".formatted(key));
        }
    }

    private static void takeFlag(String key, String text, List<String> arguments, Faults faults) {
        if (text.equals("true")) {
            arguments.add("--" + key);
        } else if (!text.equals("false")) {
            faults.add(key, "it must be true or false, found '%s'. Leave it out for false.".formatted(text));
        }
    }

    private static String hint(String key, CommandLine scratch) {
        TreeSet<String> known = new TreeSet<>();
        scratch.getCommandSpec()
                .options()
                .forEach(option -> known.add(option.longestName().substring(2)));
        return Texts.nearest(key, known)
                .map(near -> "Did you mean " + near + "?")
                .orElse("See all keys with: sotto train --help");
    }
}
