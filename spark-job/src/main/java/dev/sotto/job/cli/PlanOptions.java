package dev.sotto.job.cli;

import dev.sotto.job.config.Faults;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.PrivacySettings.Duration;
import dev.sotto.job.config.PrivacySettings.Sampling;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.Texts;
import dev.sotto.job.config.TrainSettings;
import dev.sotto.job.plan.Wanted;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a plan is asked beside what the run is. */
final class PlanOptions {
    private static final int MOST_CELLS = 400; // some minutes of accounting
    private static final int MOST_CORES = 1_000_000;

    @Option(
            names = "--grid-batch-sizes",
            split = ",",
            paramLabel = "<units>",
            description =
                    "Batch sizes to compare, in units a step: each > 0 and at most N. Default: 1/4, 1/2, 1, 2 and 4 times the run's,"
                            + " as far as there are units.")
    List<Double> batchSizes = List.of();

    @Option(
            names = "--grid-epochs",
            split = ",",
            paramLabel = "<count>",
            description = "Numbers of epochs to compare, each > 0. Default: 1/2, 1, 2 and 4 times the run's.")
    List<Double> epochs = List.of();

    @Option(
            names = "--cores",
            paramLabel = "<count>",
            description =
                    "Cores of all executors together, >= 1, for which times are told. They are measured on this machine, with as many of"
                            + " its cores busy as it has of these. Default: this machine's.")
    @Nullable
    Integer cores;

    @Option(
            names = "--tokens",
            paramLabel = "<count>",
            description =
                    "Tokens of a row in the mean, >= 1, for which times are told. Default: max-length, the most. Of no use with images.")
    @Nullable
    Integer tokens;

    @Option(
            names = "--rows-per-unit",
            paramLabel = "<count>",
            description =
                    "Rows of a privacy unit in the mean, >= 1 and at most --max-rows-per-unit, for which times are told. Default: the most.")
    @Nullable
    Double rowsPerUnit;

    @Option(
            names = "--no-probe",
            description =
                    "Compute no made-up rows: time and memory are left out, and the plan is there in a few seconds.")
    boolean noProbe;

    @Option(names = "--json", description = "Print one JSON document instead (docs/formats.md).")
    boolean json;

    @Option(
            names = "--svg",
            paramLabel = "<file>",
            description = "Also draw the grid into this file, which is replaced.")
    @Nullable
    Path svg;

    /**
     * What is asked; of use only if no fault was found.
     *
     * @param settings of the run; null if they have a fault
     */
    Wanted wanted(@Nullable TrainSettings settings, Faults faults) {
        batchSizes.forEach(size ->
                faults.positive("grid-batch-sizes", size, "It is an expected number of privacy units in a step."));
        epochs.forEach(count -> faults.positive("grid-epochs", count, "A run without steps learns nothing."));
        atMost("cores", cores, MOST_CORES, "It is the number of cores of all executors together.", faults);
        faults.atLeastOne("tokens", tokens, "It is how many tokens a row has in the mean.");
        if (batchSizes.size() * (long) Math.max(1, epochs.size()) > MOST_CELLS
                || epochs.size() * (long) Math.max(1, batchSizes.size()) > MOST_CELLS) {
            faults.add(
                    "grid-batch-sizes",
                    "with grid-epochs that is more than %d settings, each of which is accounted for. Give fewer."
                            .formatted(MOST_CELLS));
        }
        if (settings != null && faults.isEmpty()) {
            grid(settings.privacy(), faults);
            rows(settings.data().unit(), faults);
        }
        return new Wanted(batchSizes, epochs, cores, tokens, rowsPerUnit, !noProbe);
    }

    private void grid(PrivacySettings privacy, Faults faults) {
        double most = batchSizes.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        if (most > privacy.units()) {
            faults.add(
                    "grid-batch-sizes",
                    "%s is more than the %d privacy units there are, so each would be drawn with a probability above 1. Give at most %d."
                            .formatted(Texts.number(most), privacy.units(), privacy.units()));
            return;
        }
        double least = batchSizes.stream()
                .mapToDouble(Double::doubleValue)
                .min()
                .orElse(privacy.sampling().probability(privacy.units()) * privacy.units());
        double longest = epochs.stream().mapToDouble(Double::doubleValue).max().orElse(0);
        var cell = privacy.with(new Sampling.BatchSize(least), new Duration.Epochs(longest));
        if (longest > 0 && cell.steps() > PrivacySettings.MOST_STEPS) {
            faults.add(
                    "grid-epochs",
                    "%s with a batch size of %s are %s steps, and at most %s are taken. Give fewer epochs, or larger batch sizes."
                            .formatted(
                                    Texts.number(longest),
                                    Texts.number(least),
                                    Texts.number((double) cell.steps()),
                                    Texts.number(PrivacySettings.MOST_STEPS)));
        }
    }

    private void rows(PrivacyUnit unit, Faults faults) {
        int most = unit instanceof PrivacyUnit.Column column ? column.maxRows() : 1;
        if (rowsPerUnit != null && !(rowsPerUnit >= 1 && rowsPerUnit <= most)) {
            faults.add(
                    "rows-per-unit",
                    "it must be at least 1 and at most %d, the rows that are used of a unit, found %s."
                            .formatted(most, Texts.number(rowsPerUnit)));
        }
    }

    private static void atMost(String option, @Nullable Integer value, int most, String why, Faults faults) {
        faults.inRange(option, value == null ? null : value.doubleValue(), 1, 1.0 + most, why);
    }
}
