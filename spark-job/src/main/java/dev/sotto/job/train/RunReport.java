package dev.sotto.job.train;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.History;
import dev.sotto.accountant.ledger.Standing;
import dev.sotto.accountant.rdp.RdpAccountant;
import dev.sotto.accountant.report.GroupPrivacy;
import dev.sotto.accountant.report.TradeOff;
import dev.sotto.core.checkpoint.Provenance;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.train.Phases;
import dev.sotto.core.train.Recipe;
import dev.sotto.job.Build;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.OptimizerSettings;
import dev.sotto.job.config.Phase;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.Texts;
import dev.sotto.job.config.TrainSettings;
import dev.sotto.job.predict.Measured;
import dev.sotto.job.report.PrivacyReport;
import dev.sotto.job.report.PrivacyReport.Guarantee;
import dev.sotto.job.report.PrivacyReport.Learning;
import dev.sotto.job.report.PrivacyReport.Mechanism;
import dev.sotto.job.report.PrivacyReport.Run;
import dev.sotto.job.report.PrivacyReport.Several;
import dev.sotto.job.report.PrivacyReport.Spent;
import dev.sotto.job.store.DataLedger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The privacy report of a finished run, put together from what was planned and what happened. */
final class RunReport {
    private static final List<Integer> SEVERAL = List.of(2, 5, 10);
    private static final List<Double> FALSE_ALARMS = List.of(0.001, 0.01, 0.1);

    private RunReport() {}

    static PrivacyReport of(
            Run run,
            TrainSettings settings,
            PreparedRun prepared,
            Attempt attempt,
            EpsilonCurve curve,
            Outcome outcome,
            Accountant accountant,
            Optional<DataLedger> ledger) {
        return new PrivacyReport(
                run,
                guarantee(settings, prepared, attempt, curve, accountant),
                new Mechanism(
                        phases(prepared, settings),
                        attempt.drawnBefore() + attempt.draws(prepared.costs().steps()),
                        asked(settings.privacy().noise()),
                        1 + attempt.earlier().size(),
                        attempt.drawnBefore(),
                        settings.data().unit(),
                        prepared.costs()
                                .count()
                                .map(count -> new PrivacyReport.Usable(
                                        count.noise(),
                                        outcome.usable().isPresent()
                                                ? outcome.usable().getAsLong()
                                                : null))
                                .orElse(null),
                        settings.privacy().rowIndependence()),
                learning(settings, prepared.model().seed()),
                evaluation(settings, prepared.model().seed(), outcome),
                ledger.map(kept -> ledger(kept, settings.privacy().noise().delta()))
                        .orElse(null),
                chain(settings, prepared.costs(), attempt, prepared.ancestry(), accountant),
                software(),
                Map.of()); // until they are written
    }

    /** Null where the epsilon is of this run alone, in one piece. */
    private static PrivacyReport.@Nullable Chain chain(
            TrainSettings settings, Costs costs, Attempt attempt, Ancestry ancestry, Accountant accountant) {
        if (!settings.privacy().isPrivate()
                || (ancestry.equals(Ancestry.NONE) && attempt.earlier().isEmpty())) {
            return null;
        }
        PrivacySettings.Noise noise = settings.privacy().noise();
        return new PrivacyReport.Chain(
                ancestry.runs(),
                ancestry.apart().stream().map(Provenance.Link::run).toList(),
                accountant.epsilon(attempt.event(costs), noise.delta()).upper(),
                asked(noise),
                costs.steps() - attempt.end(costs.steps()));
    }

    /** The epsilon that was asked for; null if the noise was given. */
    private static @Nullable Double asked(PrivacySettings.Noise noise) {
        return noise instanceof PrivacySettings.Noise.Target target ? target.epsilon() : null;
    }

    private static Guarantee guarantee(
            TrainSettings settings, PreparedRun prepared, Attempt attempt, EpsilonCurve curve, Accountant accountant) {
        PrivacySettings privacy = settings.privacy();
        if (!prepared.costs().plans().get(0).isPrivate()) {
            return new Guarantee.NotPrivate("The run was asked for without noise (non-private).");
        }
        if (privacy.insecureSeed() != null) {
            return new Guarantee.NotPrivate(
                    "The run's keys came from a fixed seed (insecure-seed): whoever knows it can take the noise off again.");
        }
        double delta = privacy.noise().delta();
        Ancestry ancestry = prepared.ancestry();
        DpEvent event = ancestry.with(attempt.event(prepared.costs()));
        Bounds epsilon = accountant.epsilon(event, delta);
        if (epsilon.upper() == Double.POSITIVE_INFINITY) {
            return new Guarantee.NotPrivate("A run that the seed model came from (one of "
                    + String.join(", ", ancestry.runs()) + ") was not private, and its data counts as this run's.");
        }
        return new Guarantee.Private(
                epsilon.lower() > 0
                        ? "privacy loss distribution"
                        : "Rényi differential privacy", // which has no lower bound
                epsilon,
                delta,
                new RdpAccountant().epsilon(event, delta).upper(),
                attacker(accountant, event),
                curve.points().entrySet().stream()
                        .map(point -> new Spent(point.getKey(), point.getValue()))
                        .toList(),
                several(settings.data().unit(), accountant, event, delta));
    }

    private static PrivacyReport.Attacker attacker(Accountant accountant, DpEvent event) {
        List<Double> misses = TradeOff.falseNegativesAtLeast(accountant, event, FALSE_ALARMS);
        return new PrivacyReport.Attacker(
                (1 + accountant.delta(event, 0).upper()) / 2,
                IntStream.range(0, misses.size())
                        .mapToObj(i -> new PrivacyReport.Test(FALSE_ALARMS.get(i), 1 - misses.get(i)))
                        .toList());
    }

    /** Whoever may have several rows is told what they get; where a person is the unit there is nothing to tell. */
    private static List<Several> several(PrivacyUnit unit, Accountant accountant, DpEvent event, double delta) {
        if (!(unit instanceof PrivacyUnit.Row)) {
            return List.of();
        }
        return SEVERAL.stream()
                .map(rows -> new Several(rows, GroupPrivacy.epsilonUpper(accountant, event, delta, rows)))
                .toList();
    }

    private static List<PrivacyReport.Phase> phases(PreparedRun prepared, TrainSettings settings) {
        return IntStream.range(0, settings.phases().size())
                .mapToObj(i -> {
                    Recipe recipe = prepared.phases().list().get(i);
                    Phase asked = settings.phases().get(i);
                    return new PrivacyReport.Phase(
                            recipe.plan(),
                            recipe.groups(),
                            asked.trained(),
                            recipe.learning()
                                    .size(prepared.model().seed().layout().size()),
                            rule(recipe.optimizer()) + ", " + rates(recipe.schedule()) + body(asked.optimizer())
                                    + average(recipe.optimizer()));
                })
                .toList();
    }

    private static Learning learning(TrainSettings settings, SeedModel seed) {
        return new Learning(
                settings.data().table().uri(),
                settings.model().uri(),
                sha256(seed),
                seed.family(),
                seed.layout().size(),
                seed.parameters(),
                settings.model().mode().precision(),
                settings.data().target().names(),
                maxLength(settings.data().input()));
    }

    private static @Nullable Integer maxLength(Input input) {
        if (input instanceof Input.Text text) {
            return text.maxLength();
        }
        return input instanceof Input.Words words ? words.maxLength() : null;
    }

    private static String rule(Optimizer optimizer) {
        if (optimizer instanceof Optimizer.Averaged averaged) {
            return rule(averaged.rule());
        }
        if (optimizer instanceof Optimizer.Sgd sgd) {
            return "sgd, " + (sgd.nesterov() ? "Nesterov's " : "") + "momentum " + Texts.number(sgd.momentum())
                    + decay(sgd.weightDecay());
        }
        if (optimizer instanceof Optimizer.Adam adam) {
            return "adam" + moments(adam.beta1(), adam.beta2(), adam.epsilon()) + decay(adam.weightDecay())
                    + correction(adam.noiseFloor());
        }
        if (optimizer instanceof Optimizer.AdamW adamW) {
            return "adamw" + moments(adamW.beta1(), adamW.beta2(), adamW.epsilon()) + decay(adamW.weightDecay())
                    + correction(adamW.noiseFloor());
        }
        Optimizer.Lamb lamb = (Optimizer.Lamb) optimizer;
        return "lamb" + moments(lamb.beta1(), lamb.beta2(), lamb.epsilon()) + decay(lamb.weightDecay());
    }

    private static String correction(double noiseFloor) {
        return noiseFloor == 0
                ? ""
                : ", the noise's variance taken out of the mean square down to " + Texts.number(noiseFloor) + " of it";
    }

    private static String moments(double beta1, double beta2, double epsilon) {
        return ", beta1 " + Texts.number(beta1) + ", beta2 " + Texts.number(beta2) + ", epsilon "
                + Texts.number(epsilon);
    }

    private static String decay(double weightDecay) {
        return weightDecay == 0 ? "" : ", weight decay " + Texts.number(weightDecay);
    }

    private static String rates(Schedule schedule) {
        if (schedule instanceof Schedule.Constant constant) {
            return height(constant.rate(), constant.warmup());
        }
        if (schedule instanceof Schedule.Linear linear) {
            return height(linear.rate(), linear.warmup()) + ", falling to 0 in a line";
        }
        Schedule.Cosine cosine = (Schedule.Cosine) schedule;
        return height(cosine.rate(), cosine.warmup()) + ", falling to 0 along half a cosine";
    }

    private static String height(double rate, long warmup) {
        return "learning rate " + Texts.number(rate) + (warmup == 0 ? "" : " after " + warmup + " steps of warm-up");
    }

    private static String body(OptimizerSettings settings) {
        Double rate = settings.learningRateBody();
        return rate == null ? "" : "; that of the body " + Texts.number(rate);
    }

    private static String average(Optimizer optimizer) {
        return optimizer instanceof Optimizer.Averaged averaged
                ? "; the result is the exponential moving average of the parameters, decay " + averaged.decay()
                : "";
    }

    /** The update rules and their learning rates, and of several phases what learns in each: by these a run knows its own checkpoints again. */
    static String words(Phases phases, List<Phase> asked) {
        return IntStream.range(0, asked.size())
                .mapToObj(i -> words(phases.list().get(i), asked.get(i).optimizer())
                        + (asked.size() == 1
                                ? ""
                                : ", of " + asked.get(i).trained().words()))
                .collect(Collectors.joining("; then "));
    }

    private static String words(Recipe recipe, OptimizerSettings settings) {
        Double body = settings.learningRateBody();
        return recipe.optimizer() + ", " + recipe.schedule() + (body == null ? "" : ", body " + body);
    }

    /** What is clipped apart, phase by phase; empty where that follows from the plans. */
    static String groups(List<Phase> asked) {
        return IntStream.range(0, asked.size())
                .filter(i -> !asked.get(i).privacy().groupsInWords().isEmpty())
                .mapToObj(i -> (asked.size() == 1 ? "" : "; phase " + (i + 1))
                        + asked.get(i).privacy().groupsInWords())
                .collect(Collectors.joining());
    }

    /** Of the seed model's weights. */
    static String sha256(SeedModel seed) {
        try {
            return seed.sha256();
        } catch (IOException cannotRead) {
            throw new UncheckedIOException(cannotRead);
        }
    }

    private static PrivacyReport.@Nullable Evaluation evaluation(
            TrainSettings settings, SeedModel seed, Outcome outcome) {
        var table = settings.data().evalTable();
        if (table == null) {
            return null;
        }
        Measured before = outcome.before().orElseThrow();
        Measured after = outcome.after().orElseThrow();
        return new PrivacyReport.Evaluation(
                table.description(),
                after.rows(),
                settings.model().newHead() || seed.beginsHead(),
                before.figures(),
                after.figures(),
                after.byClass().orElse(null));
    }

    private static PrivacyReport.LedgerState ledger(DataLedger ledger, double delta) {
        Optional<Standing> standing = ledger.standing();
        History history = ledger.history();
        return new PrivacyReport.LedgerState(
                ledger.settings().uri(),
                ledger.runs(),
                history.lines(),
                history.head(),
                ledger.spent(delta),
                delta,
                standing.map(each -> new PrivacyReport.Limit(
                                each.budget().epsilon(), each.budget().delta(), each.counted(), each.left()))
                        .orElse(null));
    }

    private static Map<String, String> software() {
        var software = new TreeMap<String, String>();
        Build.versions().forEach((name, version) -> software.put(name.toString(), version.toString()));
        software.put("java", Runtime.version().toString());
        return software;
    }
}
