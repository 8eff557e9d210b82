package dev.sotto.job.cli;

import dev.sotto.job.config.ComputeSettings;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.HandedOver;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.RunFile;
import dev.sotto.job.config.TrainSettings;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The options of {@code sotto train} for a program that trains: the same names, defaults, checks and help texts. */
public final class ProgramOptions {

    private static final CommandSpec DECLARED = new CommandLine(new TrainOptions()).getCommandSpec();

    private ProgramOptions() {}

    /**
     * The settings of a run on rows that a program hands over; null if a fault stands in the way.
     *
     * @param values by option name without dashes; what is not given has its default
     */
    public static @Nullable TrainSettings settings(HandedOver rows, Map<String, RunFile.Value> values, Faults faults) {
        return options(values, faults).settings(rows, faults);
    }

    /** What is read of each row, by the same options. */
    public static Reading reading(Map<String, RunFile.Value> values, Faults faults) {
        TrainOptions options = options(values, faults);
        return new Reading(options.data.input(faults), options.compute.settings(faults));
    }

    /**
     * What is read of a row, and how much at once.
     *
     * @param input null if a fault stands in the way
     */
    public record Reading(@Nullable Input input, ComputeSettings compute) {}

    /** The options' names without dashes. */
    public static Set<String> names() {
        return DECLARED.options().stream()
                .map(option -> option.longestName().substring(2))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What the help says of an option. */
    public static String help(String option) {
        return String.join(" ", DECLARED.findOption("--" + option).description());
    }

    private static TrainOptions options(Map<String, RunFile.Value> values, Faults faults) {
        var options = new TrainOptions();
        var command = new CommandLine(options);
        new RunFileMerge(command.getCommandSpec(), command.parseArgs()).apply(new RunFile(values), faults);
        return options;
    }
}
