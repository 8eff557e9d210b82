package dev.sotto.job.cli;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.RunFile;
import dev.sotto.job.config.TrainSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code sotto train}: settings in, one training run. */
@Command(
        name = "train",
        sortOptions = false,
        customSynopsis = "sotto [Spark options] train [<run file>] [options]",
        header = "Trains a model's biases and head on a private table, with differential privacy.",
        description = {
            "",
            "Every option below can also stand in a YAML run file under its name without the dashes; what is given on"
                    + " the command line wins, also over another way of saying it in the file (--steps over epochs)."
                    + " Lists and mappings are written as YAML lists and mappings. Relative paths"
                    + " are taken from the current directory. All settings are checked before Spark starts.",
            "",
            "A run file may divide the run into phases, each with what it trains, how long, and how: a list under phases of mappings such"
                    + " as {method: head, epochs: 1} and {method: bitfit, epochs: 4, learning-rate: 2e-3}. What a phase does not say is what"
                    + " stands beside phases. All phases share one noise multiplier, one epsilon and one ledger entry.",
            "",
        },
        footer = {"", "Example: sotto --master 'local[*]' train run.yaml --epsilon 3"})
final class TrainCommand implements Callable<Integer> {
    private final Consumer<TrainSettings> run;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "<run file>", description = "YAML file with settings.")
    @Nullable
    Path runFile;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    boolean help;

    @Mixin
    TrainOptions options = new TrainOptions();

    /** @param run what is done with settings that have no fault */
    TrainCommand(Consumer<TrainSettings> run) {
        this.run = run;
    }

    @Override
    public Integer call() {
        run.accept(settings());
        return ExitCode.DONE.code();
    }

    private TrainSettings settings() {
        ParseResult typed = spec.commandLine().getParseResult();
        Faults faults = Parsing.faults(typed);
        RunFile file = runFile == null ? new RunFile(Map.of()) : read(runFile, faults);
        if (faults.has(PhaseList.KEY)) { // else what phases say would be told as missing
            throw new SottoException(ExitCode.SETTINGS, Parsing.told(faults));
        }
        TrainSettings settings = file.entries().get(PhaseList.KEY) instanceof RunFile.Value.Mappings phases
                ? new PhaseList(file, typed).settings(phases.list(), faults)
                : settings(file, typed, faults);
        if (settings == null) {
            throw new SottoException(ExitCode.SETTINGS, Parsing.told(faults));
        }
        return settings;
    }

    private @Nullable TrainSettings settings(RunFile file, ParseResult typed, Faults faults) {
        new RunFileMerge(spec, typed).apply(file, faults);
        return options.settings(faults);
    }

    static RunFile read(Path file, Faults faults) {
        byte[] yaml;
        try {
            yaml = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    String.format(
                            "The run file %s cannot be read (%s). Without it the settings are unknown: give the path"
                                    + " of a YAML file, taken from %s.",
                            file, e.getClass().getSimpleName(), Path.of("").toAbsolutePath()),
                    e);
        }
        try {
            return RunFile.parse(file.toString(), yaml, faults);
        } catch (IllegalArgumentException e) {
            throw new SottoException(ExitCode.SETTINGS, String.valueOf(e.getMessage()), e);
        }
    }
}
