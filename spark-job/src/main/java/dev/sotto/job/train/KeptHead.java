package dev.sotto.job.train;

import dev.sotto.core.folder.ModelException;
import dev.sotto.core.model.SeedModel;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.DataSettings.Target;
import dev.sotto.job.config.DeclaredLabels;
import dev.sotto.job.config.TrainSettings;
import dev.sotto.job.report.Console;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The head that a seed model brings. Its outputs mean what the seed's configuration calls them: labels of the same names take its
 * class numbers, in whichever order they were declared; labels of other names are refused unless a new head is asked for.
 */
final class KeptHead {
    private KeptHead() {}

    /**
     * The settings with the class numbers of the head that is kept.
     *
     * @throws SottoException if the head that would be kept is one for other labels
     */
    static TrainSettings matched(TrainSettings settings, SeedModel seed, Console console) {
        if (!(settings.data().target() instanceof Target.Labelled target) || target instanceof Target.Prompted) {
            return settings;
        }
        List<String> kept = savedOf(seed);
        if (kept.isEmpty() || settings.model().newHead()) {
            tellNew(settings, seed, console);
            return settings;
        }
        DeclaredLabels declared = target.labels();
        if (!declared.areNamed(kept)) {
            throw new SottoException(ExitCode.MODEL, others(seed, declared, kept));
        }
        console.say("The model's own head is kept, and with it its class numbers: " + numbered(kept) + ".");
        return settings.with(target.with(declared.inOrderOf(kept)));
    }

    private static List<String> savedOf(SeedModel seed) {
        try {
            return seed.keptLabels();
        } catch (ModelException unusable) {
            throw SottoException.of(ExitCode.MODEL, unusable);
        }
    }

    private static void tellNew(TrainSettings settings, SeedModel seed, Console console) {
        List<String> replaced = seed.replacedLabels();
        if (!replaced.isEmpty()) {
            console.say("The model's own head has " + replaced.size() + " outputs (" + shown(replaced) + "), and "
                    + settings.data().target().outputs() + " labels were declared: the head begins anew.");
        } else if (settings.model().newHead()) {
            console.say("The head begins anew, as new-head asks.");
        }
    }

    private static String others(SeedModel seed, DeclaredLabels declared, List<String> kept) {
        String pairs = IntStream.range(0, kept.size())
                .mapToObj(i -> declared.values().get(i) + "=" + kept.get(i))
                .collect(Collectors.joining(","));
        return "The head of " + seed.path()
                + " was trained for other labels than were declared, and would take them by their places."
                + " Its labels: " + shown(kept) + ". Declared: " + shown(declared.names())
                + ". No row was read and nothing was charged. If they mean the same, write each value with the model's own name, such as"
                + " labels: " + pairs
                + "; to begin the head anew, pass --new-head (in a run file new-head: true), which an archive's cannot.";
    }

    private static String numbered(List<String> names) {
        return shown(IntStream.range(0, names.size())
                .mapToObj(i -> i + " " + names.get(i))
                .toList());
    }

    private static String shown(List<String> names) {
        return names.stream().limit(20).collect(Collectors.joining(", "))
                + (names.size() > 20 ? ", and " + (names.size() - 20) + " more" : "");
    }
}
