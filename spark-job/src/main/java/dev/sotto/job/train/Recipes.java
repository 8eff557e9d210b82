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
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.ClippingFunction;
import dev.sotto.job.config.Fault;
import dev.sotto.job.config.OptimizerSettings;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.Texts;
import dev.sotto.job.config.TrainSettings;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** From what was asked for to what will run, and what that needs of noise. */
public final class Recipes {

    /** The least that the integer guard allows; a target that needs less gets this, and spends less than it may. */
    public static final double LEAST_NOISE = 0.1;

    /** Of a count beside steps that cost less than anyone asks for. */
    private static final double LEAST_EPSILON = 0.01;

    private Recipes() {}

    /** What is released: the count takes its part of a target first, and the steps have what is left. */
    public static Costs costs(PrivacySettings privacy, ClippingGroups groups, Accountant accountant) {
        double q = privacy.sampling().probability(privacy.units());
        long steps = privacy.steps();
        if (privacy.noise() instanceof PrivacySettings.Noise.Target target) {
            return calibrated(privacy, groups, target, q, steps, accountant);
        }
        double sigma = privacy.noise() instanceof PrivacySettings.Noise.Multiplier given ? given.sigma() : 0;
        var plan = plan(privacy, groups, q, steps, sigma);
        double epsilon =
                accountant.epsilon(plan.event(), privacy.noise().delta()).upper();
        return new Costs(plan, count(privacy, Math.max(LEAST_EPSILON, epsilon), accountant));
    }

    /** None where it was not wanted, or where nothing is promised that it could be charged to. */
    private static Optional<UsableCount> count(PrivacySettings privacy, double epsilon, Accountant accountant) {
        return privacy.usableCount() && epsilon < Double.POSITIVE_INFINITY
                ? Optional.of(
                        UsableCount.of(privacy.units(), epsilon, privacy.noise().delta(), accountant))
                : Optional.empty();
    }

    static Recipe of(
            TrainSettings settings, SeedModel seed, ClippingGroups groups, Microbatches.Limit limit, PrivacyPlan plan) {
        return new Recipe(
                plan,
                groups,
                settings.optimizer().optimizer(),
                schedule(settings.optimizer(), plan.steps()),
                segments(settings.optimizer(), seed),
                limit,
                settings.privacy().rowIndependence());
    }

    /** What of the model's gradient is clipped apart; one group of all is none. */
    static ClippingGroups groups(PrivacySettings privacy, SeedModel seed) {
        lacksHeadOrBody(seed).map(privacy::faultOfGroups).ifPresent(Recipes::refuse);
        List<Grouping.Group> groups;
        try {
            groups = privacy.clippingGroups().groups(seed.layout(), seed.trainedHead());
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

    /** Where groups are shortened before it, the whole is left as they make it. */
    private static PrivacyPlan plan(
            PrivacySettings privacy, ClippingGroups groups, double q, long steps, double sigma) {
        ClippingFunction ofWhole = groups.isJoint() ? privacy.clippingFunction() : ClippingFunction.ABADI;
        return new PrivacyPlan(privacy.units(), q, steps, sigma, clipping(ofWhole, privacy.clippingNorm()));
    }

    private static Costs calibrated(
            PrivacySettings privacy,
            ClippingGroups groups,
            PrivacySettings.Noise.Target target,
            double q,
            long steps,
            Accountant accountant) {
        try {
            Optional<UsableCount> count = count(privacy, target.epsilon(), accountant);
            double sigma = Calibration.noiseMultiplier(
                    accountant,
                    target.epsilon(),
                    target.delta(),
                    q,
                    steps,
                    count.map(UsableCount::event).stream().toList());
            return new Costs(plan(privacy, groups, q, steps, Math.max(LEAST_NOISE, sigma)), count);
        } catch (IllegalArgumentException | IllegalStateException impossible) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    String.format(
                            "No amount of noise was found that keeps epsilon %s at delta %s over %d steps of sampling"
                                    + " probability %s (%s). Nothing was charged. Ask for a larger epsilon or delta, fewer"
                                    + " steps or a smaller batch-size.",
                            Texts.number(target.epsilon()),
                            Texts.number(target.delta()),
                            steps,
                            Texts.number(q),
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
        Set<String> head = seed.trainedHead();
        return new Segments(seed.layout().entries().stream()
                .map(each -> new Segments.Segment(
                        each.offset(), each.offset() + each.size(), head.contains(each.name()) ? 1 : body))
                .toList());
    }

    /** Why not both the head and something else of a model learn, if that is so. */
    private static Optional<String> lacksHeadOrBody(SeedModel seed) {
        int head = seed.trainedHead().size();
        if (head > 0 && head < seed.layout().entries().size()) {
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
