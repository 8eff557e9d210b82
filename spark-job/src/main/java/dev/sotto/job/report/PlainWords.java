package dev.sotto.job.report;

import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.train.ClippingGroups;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.report.PrivacyReport.Chain;
import dev.sotto.job.report.PrivacyReport.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The promise and its limits in words, the same in every report. */
final class PlainWords {
    private PlainWords() {}

    /** Whose contribution is hidden. */
    static String unit(PrivacyUnit unit) {
        if (unit instanceof PrivacyUnit.Column column) {
            return "all rows that share a value of " + column.name() + ", at most " + column.maxRows()
                    + " of them used";
        }
        return "one row of the table";
    }

    /** How one unit's gradient was shortened. */
    static String clipping(PrivacyReport.Phase phase) {
        Clipping clipping = phase.clipping();
        String factor =
                switch (clippingName(clipping)) {
                    case "abadi" -> "min(1, R/x)";
                    case "auto-s" -> "R/(x + 0.01)";
                    default -> "R/x";
                };
        String bound = Figures.exact(phase.plan().clipping().bound());
        List<ClippingGroups.Group> groups = phase.groups().list();
        if (groups.isEmpty()) {
            return clippingName(clipping) + ": a gradient of norm x times " + factor + ", R = " + bound;
        }
        var bounds =
                groups.stream().mapToDouble(group -> group.clipping().bound()).summaryStatistics();
        return "%s in %d groups: a group of norm x times %s, R %s; then the whole to %s, which is the root of the sum of their squares"
                .formatted(
                        clippingName(clipping),
                        groups.size(),
                        factor,
                        bounds.getMin() == bounds.getMax()
                                ? "= " + Figures.number(bounds.getMin())
                                : "from " + Figures.number(bounds.getMin()) + " to " + Figures.number(bounds.getMax()),
                        bound);
    }

    /** What learned, phase by phase. */
    static String trained(PrivacyReport.Mechanism mechanism) {
        return mechanism.phases().stream().map(phase -> phase.trained().words()).collect(Collectors.joining("; then "));
    }

    /** How noisy gradients moved it, phase by phase. */
    static String optimizer(PrivacyReport.Mechanism mechanism) {
        return mechanism.phases().stream().map(PrivacyReport.Phase::optimizer).collect(Collectors.joining("; then "));
    }

    /** As it is typed in a run file. */
    static String clippingName(Clipping clipping) {
        if (clipping instanceof Clipping.Abadi) {
            return "abadi";
        }
        return clipping instanceof Clipping.AutoS ? "auto-s" : "auto-v";
    }

    static List<String> promised(PrivacyUnit unit) {
        return List.of(
                "Take any table, and add or remove one privacy unit: " + unit(unit) + ". The probability of any"
                        + " outcome of the training changes by at most the factor e^epsilon, delta apart.",
                "This holds against an adversary who sees everything that is released: the final model, every"
                        + " checkpoint and so every noisy gradient, the optimizer's state, this report, the ledger, the"
                        + " settings and the default logs.",
                "It holds whatever else the adversary knows, now or later, and whatever is done with the released"
                        + " model afterwards.");
    }

    /** What the figures for a person with several rows are, where one row is the privacy unit. */
    static String several(double delta) {
        return "One row is what this run hides. Whoever has several rows in the table is protected less: at the same delta = "
                + Figures.number(delta) + " only as far as stated here, which grows faster than the number of rows."
                + " These are upper bounds, and not tight ones. If people have several rows, train with"
                + " privacy-unit-column instead, which hides all rows of a person as one.";
    }

    /** What no bound is known for and epsilon therefore does not count: said wherever epsilon is; empty if that is nothing. */
    static Optional<String> leftOut(RowIndependence independence) {
        return independence == RowIndependence.EXACT
                ? Optional.empty()
                : Optional.of("not counting what one unit's presence moves of others' gradients by rounding"
                        + " (row-independence rounding)");
    }

    /** What is said beside an epsilon that promises little; empty below. */
    static Optional<String> weak(double epsilon) {
        return epsilon <= PrivacySettings.WEAK_EPSILON
                ? Optional.empty()
                : Optional.of("WEAK: an epsilon above " + Figures.number(PrivacySettings.WEAK_EPSILON)
                        + " promises little. Treat the model nearly as you treat the table itself.");
    }

    /** What the epsilon is made of, where it is not of this run alone or not what was asked for. */
    static List<String> chain(Chain chain) {
        List<String> sentences = new ArrayList<>();
        if (!chain.runs().isEmpty()) {
            sentences.add("Epsilon is that of the whole chain: of this run, which by itself costs "
                    + Figures.epsilon(chain.own()) + ", and of the runs that its seed model came from ("
                    + String.join(", ", chain.runs()) + ").");
        }
        Double asked = chain.asked();
        if (asked != null && chain.passesWhatWasAsked()) {
            sentences.add("The run was resumed and costs epsilon " + Figures.epsilon(chain.own()) + ", more than the "
                    + Figures.number(asked) + " that was asked for: steps of a lost driver are charged twice.");
        }
        if (chain.stepsLeftOut() > 0) {
            sentences.add("The run was resumed, and ended " + Figures.count(chain.stepsLeftOut())
                    + " steps early to keep the epsilon that was asked for.");
        }
        return sentences;
    }

    private static List<String> declaredApart(@Nullable Chain chain) {
        return chain == null || chain.apart().isEmpty()
                ? List.of()
                : List.of("The seed model was trained on private tables before (runs "
                        + String.join(", ", chain.apart())
                        + "). That no privacy unit of theirs is in this run's table is the user's declaration; where it is wrong,"
                        + " epsilon is too small.");
    }

    static List<String> declaredPublic() {
        return List.of(
                "The number of privacy units is the one that was declared; the run did not count them. If whoever declared it"
                        + " counted this very table, read \"remove one privacy unit\" as \"replace its rows by nothing, with the"
                        + " declared number as it is\": the same epsilon holds.",
                "The number of privacy units, the table's columns, the set of labels, the settings of the run and the"
                        + " seed model are taken as public. The promise does not cover them.");
    }

    /** What stands outside of the promise: what the user has declared, and what holds of every run. */
    static List<String> notPromised(PrivacyReport report) {
        List<String> all = new ArrayList<>(declaredPublic(report.evaluation()));
        all.addAll(declaredApart(report.chain()));
        all.addAll(limits(report.mechanism().unit(), report.mechanism().independence()));
        return all;
    }

    private static List<String> declaredPublic(@Nullable Evaluation evaluation) {
        return evaluation == null
                ? List.of()
                : List.of("The user declared that the rows measured on may be published (eval-table-is-public): "
                        + evaluation.table()
                        + ". What was measured on them has no noise and is not charged, so nobody in them is protected; the"
                        + " declaration was not checked.");
    }

    private static List<String> limits(PrivacyUnit unit, RowIndependence independence) {
        String whoElse = unit instanceof PrivacyUnit.Row
                ? "A person with several rows is not hidden by what is promised for one row; what such a person gets is"
                        + " told apart, and is much less."
                : "Facts about one person that stand in other persons' rows are not hidden by hiding that person's own.";
        return List.of(
                whoElse,
                "What is true of the population can be learned from the model, and may be true of a person who took no"
                        + " part: that is the model's purpose, not a leak.",
                independence == RowIndependence.EXACT
                        ? "That one unit's gradient is the same to the last bit whatever other units are beside it was tried"
                                + " on every executor and is not proven of the kernels (docs/privacy-argument.md)."
                        : "Gradients were computed in the fewest batches, in floating point: one unit's presence can move the"
                                + " last bits of another's gradient. No bound on that is proven, and epsilon does not count it: where"
                                + " it was measured it took about a thousandth off the noise multiplier at 1,000 units a step"
                                + " (docs/privacy-argument.md).",
                "The promise is about the table's rows as they are read. What made them beforehand, such as a program's query or"
                        + " a database's view, was not looked into.",
                "Side channels are outside the promise: timing, memory, storage access patterns.",
                "So is a malicious operator of the cluster: executors' memory, the shuffle and the sampling key are"
                        + " inside the trust boundary.",
                "So is the privacy of the data that the seed model was pre-trained on.");
    }
}
