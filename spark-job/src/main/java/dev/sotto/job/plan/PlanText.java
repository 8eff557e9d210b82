package dev.sotto.job.plan;

import dev.sotto.core.check.StepTimes;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.job.config.Texts;
import dev.sotto.job.report.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A plan for people, line by line. */
public final class PlanText {
    private static final String CELL = "%-7s %11s %8s %9s %10s %9s %10s %9s %10s  %s";

    private final RunPlan plan;
    private final List<String> lines = new ArrayList<>();

    private PlanText(RunPlan plan) {
        this.plan = plan;
    }

    /** The lines. */
    public static List<String> lines(RunPlan plan) {
        var text = new PlanText(plan);
        text.model();
        text.promise();
        text.bytes();
        plan.estimate().ifPresent(text::estimate);
        plan.ledger().ifPresent(text::ledger);
        plan.remarks().forEach(remark -> text.line("note", remark));
        text.grid();
        text.best();
        return text.lines;
    }

    private void line(String what, String format, Object... values) {
        String said = values.length == 0 ? format : String.format(Locale.ROOT, format, values);
        lines.add(String.format(Locale.ROOT, "%-10s%s", what, said));
    }

    private void model() {
        line("plan", "No table was opened, no row was read, nothing was charged.");
        RunPlan.Model model = plan.model();
        line(
                "model",
                "%s (%s), %,d parameters; %,d are trained (%s)%s",
                model.uri(),
                model.family(),
                model.parameters(),
                model.d(),
                model.trained(),
                model.groups() > 1 ? ", clipped in " + model.groups() + " groups" : "");
    }

    private void promise() {
        RunPlan.Promise promise = plan.privacy();
        PrivacyPlan asked = plan.asked().plan();
        line(
                "run",
                "%s units (%s), batch size %s (sampling probability %s), %s epochs: %s steps",
                Figures.count(promise.units()),
                promise.unit(),
                Texts.number(plan.asked().batchSize()),
                Texts.number(asked.samplingProbability()),
                Texts.number(plan.asked().epochs()),
                Figures.count(asked.steps()));
        if (!asked.isPrivate()) {
            line("privacy", "NOT PRIVATE: without noise (non-private).");
            return;
        }
        line(
                "privacy",
                "noise multiplier %s, epsilon %s at delta %s%s%s%s",
                Texts.number(asked.noiseMultiplier()),
                Figures.epsilon(plan.asked().epsilon()),
                Texts.number(promise.delta()),
                promise.countNoise() == null
                        ? ""
                        : ", the count of usable units with noise " + Texts.number(promise.countNoise()) + " in it",
                plan.epsilonWithSeed() > plan.asked().epsilon()
                        ? "; with what the seed model had learned from such data "
                                + Figures.epsilon(plan.epsilonWithSeed())
                        : "",
                promise.isPrivate() ? "" : "; NOT PRIVATE, by a seed that is known (insecure-seed)");
        Signal signal = plan.asked().signal();
        line(
                "signal",
                "effective noise multiplier sigma/(qN) %s; signal to noise at most %s a step, %s over all steps",
                Sizes.ratio(signal.effectiveNoise()),
                Sizes.ratio(signal.perStep()),
                Sizes.ratio(signal.accumulated()));
    }

    private void bytes() {
        RunPlan.StepBytes bytes = plan.bytes();
        line(
                "bytes",
                "a step sends %s to each executor, and at most %s from each of %d slots to the driver",
                Sizes.bytes(bytes.parameters()),
                Sizes.bytes(bytes.sum()),
                bytes.slots());
    }

    private void estimate(RunPlan.Estimate estimate) {
        StepCost cost = estimate.cost();
        StepTimes times = cost.times();
        PrivacyPlan asked = plan.asked().plan();
        line(
                "time",
                "about %s a step (gradients %s, driver %s) on %d cores, %s for all steps%s",
                Sizes.seconds(cost.step(asked)),
                Sizes.seconds(cost.gradients(asked)),
                Sizes.seconds(cost.driver(asked)),
                cost.cores(),
                Sizes.seconds(cost.run(asked)),
                times.features() > 0 ? ", with what the head is given, computed once" : "");
        line(
                "",
                "%s a row of %s on one core, %s rows a unit; noise %s, update %s, a slot's sum %s",
                Sizes.seconds(times.row()),
                estimate.row(),
                Texts.number(cost.rowsPerUnit()),
                Sizes.seconds(times.noise()),
                Sizes.seconds(times.update()),
                Sizes.seconds(times.sum()));
        estimate.memory()
                .ifPresent(memory -> line(
                        "memory",
                        "a pass of %d rows, the longest, takes %s; weights %s an executor; so an executor of 4 tasks %s beside its heap",
                        memory.rows(),
                        Sizes.bytes(memory.pass()),
                        Sizes.bytes(memory.weights()),
                        Sizes.bytes(memory.ofExecutor(4))));
        line(
                "",
                "An estimate by made-up rows on this machine, with %d of its cores busy: other machines are faster or slower, and reading the table,"
                        + " the network and evaluation are not in it.",
                times.cores());
    }

    private void ledger(LedgerView ledger) {
        if (ledger instanceof LedgerView.Unread unread) {
            line("ledger", "could not be read; a run would end there. " + unread.why());
        } else if (ledger instanceof LedgerView.Read read) {
            var outlook = read.outlook();
            line(
                    "ledger",
                    "%s: epsilon %s before, %s",
                    read.uri(),
                    Figures.epsilon(read.spent()),
                    outlook.refusal()
                            .map(why -> "and the run would be REFUSED. " + why)
                            .orElse(Figures.epsilon(read.spentAfter()) + " after the run"));
            outlook.before()
                    .ifPresent(before -> line(
                            "",
                            "of its budget of epsilon %s at delta %s, %s is used before%s",
                            Texts.number(before.budget().epsilon()),
                            Texts.number(before.budget().delta()),
                            Figures.epsilon(before.counted()),
                            outlook.after()
                                    .map(after -> ", " + Figures.epsilon(after.counted()) + " after, and "
                                            + Texts.number(after.left()) + " is left"
                                            + (after.firstRunAlone() ? " (the run has it for itself)" : ""))
                                    .orElse("")));
        }
    }

    private void grid() {
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                CELL,
                "",
                "batch size",
                "epochs",
                "steps",
                "sigma",
                "epsilon",
                "sigma/(qN)",
                "S/N step",
                "worth",
                "time"));
        Optional<Cell> best = plan.best().stream().findFirst().map(LikelyBest::cell);
        for (Cell cell : plan.grid()) {
            lines.add(String.format(
                            Locale.ROOT,
                            CELL,
                            (cell.asked() ? "asked" : "")
                                    + (best.filter(cell::equals).isPresent() ? " *" : ""),
                            Texts.number(cell.batchSize()),
                            Texts.number(cell.epochs()),
                            Figures.count(cell.plan().steps()),
                            Texts.number(cell.plan().noiseMultiplier()),
                            Figures.epsilon(cell.epsilon()),
                            Sizes.ratio(cell.signal().effectiveNoise()),
                            Sizes.ratio(cell.signal().perStep()),
                            Sizes.ratio(cell.signal().effectiveSteps(LikelyBest.ALIGNMENT)),
                            Sizes.seconds(cell.seconds()))
                    .stripTrailing());
        }
        lines.add(String.format(
                Locale.ROOT,
                "S/N step: signal to noise of a step, at most qN/(sigma sqrt(d)); worth: steps without noise that the run is worth where the"
                        + " mean of clipped gradients is as long as %s of the clipping norm.",
                Texts.number(LikelyBest.ALIGNMENT)));
    }

    private void best() {
        lines.add("");
        List<LikelyBest> best = plan.best();
        if (best.isEmpty()) {
            return;
        }
        Cell cell = best.get(0).cell();
        line(
                "best",
                "Likely batch size %s, %s epochs (*): worth %s steps without noise of its %s. Of what comes within a tenth of the most, nothing takes fewer epochs,"
                        + " and with as many nothing is worth more.",
                Texts.number(cell.batchSize()),
                Texts.number(cell.epochs()),
                Sizes.ratio(cell.signal().effectiveSteps(best.get(0).alignment())),
                Figures.count(cell.plan().steps()));
        best.stream()
                .skip(1)
                .forEach(other -> line(
                        "",
                        "If the mean of clipped gradients were %s of the clipping norm: %s.",
                        Texts.number(other.alignment()),
                        other.cell().equals(cell)
                                ? "the same"
                                : "batch size " + Texts.number(other.cell().batchSize()) + ", "
                                        + Texts.number(other.cell().epochs()) + " epochs"));
        if (isAtTheEdge(cell)) {
            line("", "It is at the edge of what was compared: look further with --grid-batch-sizes and --grid-epochs.");
        }
        line(
                "",
                "A rule of thumb (docs/operations.md): how far gradients agree, the learning rate and the optimizer are not in it. Trying settings on"
                        + " private rows costs privacy; try them on public ones.");
    }

    private boolean isAtTheEdge(Cell cell) {
        return plan.grid().stream().noneMatch(each -> each.epochs() > cell.epochs())
                || plan.grid().stream().noneMatch(each -> each.batchSize() > cell.batchSize())
                || plan.grid().stream().noneMatch(each -> each.batchSize() < cell.batchSize());
    }
}
