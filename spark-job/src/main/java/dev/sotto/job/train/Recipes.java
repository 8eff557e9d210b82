package dev.sotto.job.train;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.Calibration;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Grouping;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.optim.Segments;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.train.ClippingGroups;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.Span;
import dev.sotto.core.train.Subvector;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.ClippingFunction;
import dev.sotto.job.config.Fault;
import dev.sotto.job.config.OptimizerSettings;
import dev.sotto.job.config.Phase;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.Texts;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** From what was asked for to what will run, and what that needs of noise. */
public final class Recipes {

    /** The least that the integer guard allows; a target that needs less gets this, and spends less than it may. */
    public static final double LEAST_NOISE = 0.1;

    /** Of a count beside steps that cost less than anyone asks for. */
    private static final double LEAST_EPSILON = 0.01;

    private Recipes() {}

    /** What a run in one phase releases. */
    public static Costs costs(PrivacySettings privacy, ClippingGroups groups, Accountant accountant) {
        return costs(List.of(privacy), List.of(groups), accountant);
    }

    /**
     * What is released: the count takes its part of a target first, and the steps have what is left, with one noise multiplier for all.
     *
     * @param phases at least one
     * @param groups of each phase
     */
    static Costs costs(List<PrivacySettings> phases, List<ClippingGroups> groups, Accountant accountant) {
        PrivacySettings run = phases.get(0);
        if (run.noise() instanceof PrivacySettings.Noise.Target target) {
            return calibrated(phases, groups, target, accountant);
        }
        double sigma = run.noise() instanceof PrivacySettings.Noise.Multiplier given ? given.sigma() : 0;
        var steps = new Costs(plans(phases, groups, sigma), Optional.empty());
        double epsilon = accountant.epsilon(steps.ofAll(), run.noise().delta()).upper();
        return new Costs(steps.plans(), count(run, Math.max(LEAST_EPSILON, epsilon), accountant));
    }

    /** None where it was not wanted, or where nothing is promised that it could be charged to. */
    private static Optional<UsableCount> count(PrivacySettings privacy, double epsilon, Accountant accountant) {
        return privacy.usableCount() && epsilon < Double.POSITIVE_INFINITY
                ? Optional.of(
                        UsableCount.of(privacy.units(), epsilon, privacy.noise().delta(), accountant))
                : Optional.empty();
    }

    static Recipe of(Phase phase, SeedModel seed, ClippingGroups groups, Microbatches.Limit limit, PrivacyPlan plan) {
        return new Recipe(
                plan,
                learning(seed),
                groups,
                phase.optimizer().optimizer(),
                schedule(phase.optimizer(), plan.steps()),
                segments(phase.optimizer(), seed),
                limit,
                phase.privacy().rowIndependence());
    }

    /** Where what learns in this phase lies among all that is trained. */
    private static Subvector learning(SeedModel seed) {
        if (seed.learning().equals(seed.layout())) {
            return Subvector.WHOLE;
        }
        return new Subvector(seed.learning().entries().stream()
                .map(each -> span(seed.layout().find(each.name()).orElseThrow()))
                .toList());
    }

    /** The names of what learns in this phase and is the head's. */
    private static Set<String> head(SeedModel seed) {
        Set<String> head = new HashSet<>(seed.trainedHead());
        head.removeIf(name -> seed.learning().find(name).isEmpty());
        return head;
    }

    /** What of the model's gradient is clipped apart; one group of all is none. */
    static ClippingGroups groups(PrivacySettings privacy, SeedModel seed) {
        lacksHeadOrBody(seed).map(privacy::faultOfGroups).ifPresent(Recipes::refuse);
        List<Grouping.Group> groups;
        try {
            groups = privacy.clippingGroups().groups(seed.learning(), head(seed));
        } catch (IllegalArgumentException unfit) {
            throw refusal(new Fault("clipping-shares", String.valueOf(unfit.getMessage())));
        }
        return groups.size() <= 1
                ? ClippingGroups.JOINT
                : new ClippingGroups(groups.stream()
                        .map(each -> new ClippingGroups.Group(
                                each.name(),
                                clipping(privacy.clippingFunction(), each.fraction() * privacy.clippingNorm()),
                                each.parameters().stream().map(Recipes::span).toList()))
                        .toList());
    }

    private static Span span(BiasLayout.Entry tensor) {
        return new Span(tensor.offset(), tensor.offset() + tensor.size());
    }

    private static List<PrivacyPlan> plans(List<PrivacySettings> phases, List<ClippingGroups> groups, double sigma) {
        return IntStream.range(0, phases.size())
                .mapToObj(i -> plan(phases.get(i), groups.get(i), sigma))
                .toList();
    }

    /** Where groups are shortened before it, the whole is left as they make it. */
    private static PrivacyPlan plan(PrivacySettings phase, ClippingGroups groups, double sigma) {
        ClippingFunction ofWhole = groups.isJoint() ? phase.clippingFunction() : ClippingFunction.ABADI;
        return new PrivacyPlan(
                phase.units(), probability(phase), phase.steps(), sigma, clipping(ofWhole, phase.clippingNorm()));
    }

    private static double probability(PrivacySettings phase) {
        return phase.sampling().probability(phase.units());
    }

    private static Costs calibrated(
            List<PrivacySettings> phases,
            List<ClippingGroups> groups,
            PrivacySettings.Noise.Target target,
            Accountant accountant) {
        PrivacySettings run = phases.get(0);
        try {
            Optional<UsableCount> count = count(run, target.epsilon(), accountant);
            double sigma = Calibration.noiseMultiplier(
                    accountant,
                    target.epsilon(),
                    target.delta(),
                    phases.stream()
                            .map(phase -> new Calibration.Steps(probability(phase), phase.steps()))
                            .toList(),
                    count.map(UsableCount::event).stream().toList());
            return new Costs(plans(phases, groups, Math.max(LEAST_NOISE, sigma)), count);
        } catch (IllegalArgumentException | IllegalStateException impossible) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    String.format(
                            "No amount of noise was found that keeps epsilon %s at delta %s over %s (%s). Nothing was charged."
                                    + " Ask for a larger epsilon or delta, fewer steps or a smaller batch-size.",
                            Texts.number(target.epsilon()),
                            Texts.number(target.delta()),
                            phases.stream()
                                    .map(phase -> phase.steps() + " steps of sampling probability "
                                            + Texts.number(probability(phase)))
                                    .collect(Collectors.joining(" and ")),
                            impossible.getMessage()),
                    impossible);
        }
    }

    private static Clipping clipping(ClippingFunction function, double bound) {
        return switch (function) {
            case ABADI -> new Clipping.Abadi(bound);
            case AUTO_S -> new Clipping.AutoS(bound);
            case AUTO_V -> new Clipping.AutoV(bound);
        };
    }

    private static Schedule schedule(OptimizerSettings settings, long steps) {
        double rate = settings.learningRate();
        long warmup = settings.schedule().warmupSteps();
        return switch (settings.schedule().shape()) {
            case CONSTANT -> new Schedule.Constant(rate, warmup);
            case LINEAR -> new Schedule.Linear(rate, warmup, steps);
            case COSINE -> new Schedule.Cosine(rate, warmup, steps);
        };
    }

    /** The model's tensors, those of the body at their own learning rate. */
    private static Segments segments(OptimizerSettings settings, SeedModel seed) {
        Double ofBody = settings.learningRateBody();
        double body = ofBody == null ? 1 : ofBody / settings.learningRate();
        lacksHeadOrBody(seed).map(settings::faultOfBody).ifPresent(Recipes::refuse);
        Set<String> head = head(seed);
        return new Segments(seed.learning().entries().stream()
                .map(each -> new Segments.Segment(
                        each.offset(), each.offset() + each.size(), head.contains(each.name()) ? 1 : body))
                .toList());
    }

    /** Why not both the head and something else of a model learn, if that is so. */
    private static Optional<String> lacksHeadOrBody(SeedModel seed) {
        int head = head(seed).size();
        if (head > 0 && head < seed.learning().entries().size()) {
            return Optional.empty();
        }
        return Optional.of("of this model " + (head == 0 ? "nothing of a head" : "the head alone")
                + " learns with what train chooses");
    }

    private static void refuse(List<Fault> faults) {
        if (!faults.isEmpty()) {
            throw refusal(faults.get(0));
        }
    }

    private static SottoException refusal(Fault fault) {
        return new SottoException(ExitCode.SETTINGS, fault + " Nothing was charged.");
    }
}
