package dev.sotto.job.cli;

import dev.sotto.job.config.Fault;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.Phase;
import dev.sotto.job.config.RunFile;
import dev.sotto.job.config.Texts;
import dev.sotto.job.config.TrainSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** What a run file says of a run's phases: each has the run's settings, and some of its own in their place. */
final class PhaseList {
    static final String KEY = "phases";

    private static final Set<String> DURATIONS = Set.of("steps", "epochs");

    /** What a phase may say for itself; all else is the run's. */
    private static final Set<String> OF_A_PHASE = ofAPhase();

    private final RunFile run;
    private final ParseResult typed;

    /** @param typed the command line, which wins over the file in every phase */
    PhaseList(RunFile run, ParseResult typed) {
        this.run = run;
        this.typed = typed;
    }

    private static Set<String> ofAPhase() {
        Set<String> names = new TreeSet<>(DURATIONS);
        names.addAll(Set.of("batch-size", "sampling-probability", "clipping", "clipping-norm"));
        Stream.of(new TrainedOptions(), new OptimizerOptions(), new GroupOptions())
                .flatMap(options -> new CommandLine(options).getCommandSpec().options().stream())
                .forEach(option -> names.add(name(option)));
        return names;
    }

    private static String name(OptionSpec option) {
        return option.longestName().substring(2);
    }

    /** The settings of the run; null if a fault stands in the way. */
    @Nullable
    TrainSettings settings(List<RunFile> phases, Faults faults) {
        List<Faults> found = new ArrayList<>();
        List<TrainSettings> settings = new ArrayList<>();
        for (RunFile phase : phases) {
            Faults ofPhase = new Faults();
            check(phase, ofPhase);
            TrainSettings made = settings(phase, ofPhase);
            if (made != null) {
                settings.add(made);
            }
            found.add(ofPhase);
        }
        tell(found, faults);
        if (!faults.isEmpty() || settings.size() < phases.size()) {
            return null;
        }
        List<Phase> all = settings.stream()
                .map(each -> new Phase(each.model().trained(), each.privacy(), each.optimizer()))
                .toList();
        long additions = all.stream()
                .map(phase -> phase.trained().addition())
                .filter(Objects::nonNull)
                .distinct()
                .count();
        if (additions > 1) {
            faults.add(
                    KEY,
                    "they add different things to the same maps. Give all phases with lora or adapter the same options of it: a map has one"
                            + " update, which each of them goes on with.");
            return null;
        }
        return settings.get(0).in(all);
    }

    private void check(RunFile phase, Faults faults) {
        phase.entries().keySet().stream()
                .filter(key -> !OF_A_PHASE.contains(key))
                .forEach(key -> {
                    boolean ofRun =
                            new CommandLine(new TrainOptions()).getCommandSpec().findOption("--" + key) != null;
                    faults.add(
                            key,
                            ofRun
                                    ? "a phase cannot have one of its own, since it holds for the whole run. Write it beside phases."
                                    : "a phase has no such key. "
                                            + Texts.nearest(key, OF_A_PHASE)
                                                    .map(near -> "Did you mean " + near + "?")
                                                    .orElse("It may have: " + String.join(", ", OF_A_PHASE) + "."));
                });
        if (Stream.concat(
                        phase.entries().keySet().stream(),
                        typed.matchedOptions().stream().map(PhaseList::name))
                .noneMatch(DURATIONS::contains)) {
            faults.add(
                    "steps",
                    "neither steps nor epochs is given, and a phase without steps learns nothing. Say how long it is, such as {method: bitfit,"
                            + " epochs: 3}.");
        }
    }

    private @Nullable TrainSettings settings(RunFile phase, Faults faults) {
        Map<String, RunFile.Value> merged = new LinkedHashMap<>(run.entries());
        merged.remove(KEY);
        phase.entries().keySet().forEach(key -> RunFileMerge.alternatives(key).forEach(merged::remove));
        phase.entries().forEach((key, value) -> {
            if (OF_A_PHASE.contains(key)) {
                merged.put(key, value);
            }
        });
        var options = new TrainOptions();
        CommandLine command = new CommandLine(options);
        Parsing.collectErrors(command);
        command.parseArgs();
        for (OptionSpec given : typed.matchedOptions()) {
            OptionSpec mine = command.getCommandSpec().findOption(given.longestName());
            if (mine != null) {
                mine.setValue(given.getValue());
            }
        }
        new RunFileMerge(command.getCommandSpec(), typed).apply(new RunFile(merged), faults);
        return options.settings(faults);
    }

    /** What is wrong with all phases alike is the run's fault, and told once. */
    private static void tell(List<Faults> found, Faults faults) {
        for (int i = 0; i < found.size(); i++) {
            for (Fault fault : found.get(i).list()) {
                boolean everywhere = found.size() > 1
                        && found.stream().allMatch(each -> each.list().contains(fault));
                String where = "phase " + (i + 1) + ", " + fault.option();
                if (!everywhere) {
                    faults.add(where, fault.message());
                } else if (i == 0) {
                    faults.add(fault.option(), fault.message());
                }
            }
        }
    }
}
