package dev.sotto.job.train;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.Calibration;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.train.Recipe;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.ClippingFunction;
import dev.sotto.job.config.OptimizerSettings;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.Texts;
import dev.sotto.job.config.TrainSettings;

/** From what was asked for to what will run, and what that needs of noise. */
final class Recipes {

    /** The least that the integer guard allows; a target that needs less gets this, and spends less than it may. */
    private static final double LEAST_NOISE = 0.1;

    private Recipes() {}

    static Recipe of(TrainSettings settings, Microbatches.Limit limit, Accountant accountant) {
        var plan = plan(settings.privacy(), accountant);
        return new Recipe(
                plan,
                optimizer(settings.optimizer()),
                schedule(settings.optimizer(), plan.steps()),
                limit,
                settings.privacy().rowIndependence());
    }

    private static PrivacyPlan plan(PrivacySettings privacy, Accountant accountant) {
        long units = privacy.units();
        double q = privacy.sampling().probability(units);
        long steps = privacy.duration().steps(q);
        return new PrivacyPlan(
                units, q, steps, noiseMultiplier(privacy.noise(), q, steps, accountant), clipping(privacy));
    }

    private static double noiseMultiplier(PrivacySettings.Noise noise, double q, long steps, Accountant accountant) {
        if (noise instanceof PrivacySettings.Noise.Target target) {
            return Math.max(LEAST_NOISE, calibrated(target, q, steps, accountant));
        }
        return noise instanceof PrivacySettings.Noise.Multiplier given ? given.sigma() : 0;
    }

    private static double calibrated(PrivacySettings.Noise.Target target, double q, long steps, Accountant accountant) {
        try {
            return Calibration.noiseMultiplier(accountant, target.epsilon(), target.delta(), q, steps);
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

    private static Clipping clipping(PrivacySettings privacy) {
        double bound = privacy.clippingNorm();
        ClippingFunction function = privacy.clippingFunction();
        return switch (function) {
            case ABADI -> new Clipping.Abadi(bound);
            case AUTO_S -> new Clipping.AutoS(bound);
            case AUTO_V -> new Clipping.AutoV(bound);
        };
    }

    private static Optimizer optimizer(OptimizerSettings settings) {
        double decay = settings.weightDecay();
        double epsilon = Optimizer.Adam.defaults().epsilon();
        if (settings.method() instanceof OptimizerSettings.Method.Adam adam) {
            return new Optimizer.Adam(adam.beta1(), adam.beta2(), epsilon, decay);
        }
        if (settings.method() instanceof OptimizerSettings.Method.AdamW adamW) {
            return new Optimizer.AdamW(adamW.beta1(), adamW.beta2(), epsilon, decay);
        }
        return new Optimizer.Sgd(((OptimizerSettings.Method.Sgd) settings.method()).momentum(), decay);
    }

    private static Schedule schedule(OptimizerSettings settings, long steps) {
        return switch (settings.schedule().shape()) {
            case CONSTANT -> new Schedule.Constant(settings.learningRate());
            case LINEAR ->
                new Schedule.Linear(settings.learningRate(), settings.schedule().warmupSteps(), steps);
        };
    }
}
