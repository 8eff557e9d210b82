package dev.sotto.job.cli;

import dev.sotto.core.optim.Optimizer;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.OptimizerSettings;
import dev.sotto.job.config.OptimizerSettings.Schedule;
import dev.sotto.job.config.Texts;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how noisy gradients move the parameters. */
final class OptimizerOptions {
    /** A step moves each number by about the learning rate, of numbers that are about 1 at most. */
    private static final double HIGHEST_OF_ADAM = 1;

    /** A step moves by the learning rate times a gradient, which the clipping norm may make small. */
    private static final double HIGHEST_OF_SGD = 1e6;

    enum Rule {
        SGD,
        ADAM,
        ADAMW,
        LAMB;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--optimizer",
            paramLabel = "<rule>",
            description = {
                "sgd, adam, adamw or lamb, whose steps are shares of each tensor's own length: a tensor that begins at zero, as"
                        + " many biases do, grows slowly with it. Default: adam."
            })
    Rule optimizer = Rule.ADAM;

    @Option(
            names = "--learning-rate",
            paramLabel = "<rate>",
            description = {
                "> 0, at most 1 with adam, adamw and lamb. Biases want about ten times what full fine-tuning does: with adam start at 5e-3 and try a factor"
                        + " of 3 either way, on public data; each try on private data is a run of its own in the"
                        + " ledger. Default: 5e-3."
            })
    double learningRate = 5e-3;

    @Option(
            names = "--learning-rate-body",
            paramLabel = "<rate>",
            description = {
                "That of the trained parameters that are not the head's, in the range of learning-rate, which is then the head's"
                        + " alone; the schedule is the same for both. Default: learning-rate."
            })
    @Nullable
    Double learningRateBody;

    @Option(
            names = "--momentum",
            paramLabel = "<m>",
            description = {"Of sgd, in [0, 1). Default: 0."})
    @Nullable
    Double momentum;

    @Option(
            names = "--nesterov",
            description = {"Of sgd with a momentum above 0: Nesterov's, which looks ahead."})
    boolean nesterov;

    @Option(
            names = "--beta1",
            paramLabel = "<b>",
            description = {"Of adam, adamw and lamb: decay of the mean gradient, in [0, 1). Default: 0.9."})
    @Nullable
    Double beta1;

    @Option(
            names = "--beta2",
            paramLabel = "<b>",
            description = {"Of adam, adamw and lamb: decay of the mean squared gradient, in [0, 1). Default: 0.999."})
    @Nullable
    Double beta2;

    @Option(
            names = "--noise-correction",
            paramLabel = "<share>",
            description = {
                "Of adam and adamw: takes the noise's variance, which is public, out of the mean squared gradient, and leaves at least"
                        + " this share of that variance, in (0, 1] (DP-AdamBC). Steps become larger, most at a small share: at 0.01 up to"
                        + " ten times those that noise alone would give. Default: the variance stays in."
            })
    @Nullable
    Double noiseCorrection;

    @Option(
            names = "--weight-decay",
            paramLabel = "<w>",
            description = {"Pull towards zero, in [0, 1). Default: 0."})
    double weightDecay = 0;

    @Option(
            names = "--schedule",
            paramLabel = "<shape>",
            description = {
                "The learning rate over the run: constant, or down to 0 behind the last step, linear or cosine. Default: linear."
            })
    Schedule.Shape schedule = Schedule.Shape.LINEAR;

    @Option(
            names = "--warmup-steps",
            paramLabel = "<steps>",
            description = {
                "Steps over which the learning rate first rises from 0, whatever the schedule, >= 0 and fewer than the run's. Default: 0."
            })
    long warmupSteps = 0;

    @Option(
            names = "--ema-decay",
            paramLabel = "<decay>",
            description = {
                "The result is an exponential moving average of the parameters over the steps, in (0, 1): 0.99 averages over about the last"
                        + " 100 (early steps over fewer: decay (1 + t) / (10 + t) after t steps, where that is smaller). The average is"
                        + " exported, and measured after training. Default: the result is where the last step ends."
            })
    @Nullable
    Double emaDecay;

    /** The settings these options make; null if a fault stands in the way. */
    @Nullable
    OptimizerSettings settings(Faults faults) {
        checkRate("learning-rate", learningRate, faults);
        if (learningRateBody != null) {
            checkRate("learning-rate-body", learningRateBody, faults);
        }
        double largest = Math.max(learningRate, learningRateBody == null ? learningRate : learningRateBody);
        if (!(weightDecay >= 0 && weightDecay < 1) || weightDecay * largest > 1) {
            faults.add(
                    "weight-decay",
                    "it must be at least 0 and below 1, and its product with the learning rate at most 1, found %s: a step would pull"
                                    .formatted(Texts.number(weightDecay))
                            + " numbers past zero. 0 turns it off; 0.01 is usual.");
        }
        if (warmupSteps < 0) {
            faults.add("warmup-steps", "it must be at least 0, found %d. 0 turns it off.".formatted(warmupSteps));
        }
        if (emaDecay != null && !(emaDecay > 0 && emaDecay < 1)) {
            faults.add(
                    "ema-decay",
                    "it must be above 0 and below 1, found %s: at 1 the seed model would be the result. 0.99 or 0.999 is usual; left"
                                    .formatted(Texts.number(emaDecay))
                            + " out, nothing is averaged.");
        }
        checkMoments(faults);
        return faults.isEmpty()
                ? new OptimizerSettings(
                        averaged(rule()), learningRate, learningRateBody, new Schedule(schedule, warmupSteps))
                : null;
    }

    private void checkRate(String option, double rate, Faults faults) {
        double highest = optimizer == Rule.SGD ? HIGHEST_OF_SGD : HIGHEST_OF_ADAM;
        if (!(rate > 0 && rate <= highest)) {
            faults.add(
                    option,
                    "it must be above 0 and at most %s with %s, found %s: above, the first steps throw away what the model knows. %s"
                            .formatted(
                                    Texts.number(highest),
                                    optimizer,
                                    Texts.number(rate),
                                    optimizer == Rule.SGD ? "Try 0.1." : "5e-3 is a good start."));
        }
    }

    private void checkMoments(Faults faults) {
        faults.inRange("momentum", momentum, 0, 1, "0 turns it off.");
        faults.inRange("beta1", beta1, 0, 1, "0.9 is usual.");
        faults.inRange("beta2", beta2, 0, 1, "0.999 is usual.");
        if (noiseCorrection != null && !(noiseCorrection > 0 && noiseCorrection <= 1)) {
            faults.add(
                    "noise-correction",
                    "it must be above 0 and at most 1, found %s: it is the least share of the noise's variance that is left, without which"
                                    .formatted(Texts.number(noiseCorrection))
                            + " steps would have no bound. Leave it out to correct nothing.");
        }
        String chosen = "optimizer: " + optimizer;
        if (optimizer == Rule.SGD) {
            String why = "sgd has no such decay: leave it out, or choose adam.";
            faults.notBoth("beta1", beta1, chosen, optimizer, why);
            faults.notBoth("beta2", beta2, chosen, optimizer, why);
        } else {
            faults.notBoth(
                    "momentum", momentum, chosen, optimizer, "Its momentum is beta1: leave it out, or choose sgd.");
        }
        if (optimizer == Rule.SGD || optimizer == Rule.LAMB) {
            faults.notBoth(
                    "noise-correction",
                    noiseCorrection,
                    chosen,
                    optimizer,
                    "It corrects Adam's mean squared gradient: leave it out, or choose adam or adamw.");
        }
        if (nesterov && optimizer != Rule.SGD) {
            faults.add(
                    "nesterov", "it contradicts " + chosen + ". It is a momentum of sgd: leave it out, or choose sgd.");
        } else if (nesterov && (momentum == null || momentum == 0)) {
            faults.add(
                    "nesterov",
                    "without a momentum it does nothing. Give momentum, 0.9 for instance, or leave it out.");
        }
    }

    private Optimizer rule() {
        Optimizer.Adam usual = Optimizer.Adam.defaults();
        double mean = beta1 == null ? usual.beta1() : beta1;
        double square = beta2 == null ? usual.beta2() : beta2;
        double floor = noiseCorrection == null ? 0 : noiseCorrection;
        return switch (optimizer) {
            case SGD -> new Optimizer.Sgd(momentum == null ? 0 : momentum, weightDecay, nesterov);
            case ADAM -> new Optimizer.Adam(mean, square, usual.epsilon(), weightDecay, floor);
            case ADAMW -> new Optimizer.AdamW(mean, square, usual.epsilon(), weightDecay, floor);
            case LAMB ->
                new Optimizer.Lamb(mean, square, Optimizer.Lamb.defaults().epsilon(), weightDecay);
        };
    }

    private Optimizer averaged(Optimizer rule) {
        return emaDecay == null ? rule : new Optimizer.Averaged(rule, emaDecay);
    }
}
