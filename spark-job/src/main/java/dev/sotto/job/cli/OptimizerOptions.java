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
        ADAMW
    }

    @Option(
            names = "--optimizer",
            paramLabel = "<rule>",
            description = {"sgd, adam or adamw. Default: adam."})
    Rule optimizer = Rule.ADAM;

    @Option(
            names = "--learning-rate",
            paramLabel = "<rate>",
            description = {
                "> 0, at most 1 with adam and adamw. Biases want about ten times what full fine-tuning does: with adam start at 5e-3 and try a factor"
                        + " of 3 either way, on public data; each try on private data is a run of its own in the"
                        + " ledger. Default: 5e-3."
            })
    double learningRate = 5e-3;

    @Option(
            names = "--momentum",
            paramLabel = "<m>",
            description = {"Of sgd, in [0, 1). Default: 0."})
    @Nullable
    Double momentum;

    @Option(
            names = "--beta1",
            paramLabel = "<b>",
            description = {"Of adam and adamw: decay of the mean gradient, in [0, 1). Default: 0.9."})
    @Nullable
    Double beta1;

    @Option(
            names = "--beta2",
            paramLabel = "<b>",
            description = {"Of adam and adamw: decay of the mean squared gradient, in [0, 1). Default: 0.999."})
    @Nullable
    Double beta2;

    @Option(
            names = "--weight-decay",
            paramLabel = "<w>",
            description = {"Pull towards zero, in [0, 1). Default: 0."})
    double weightDecay = 0;

    @Option(
            names = "--schedule",
            paramLabel = "<shape>",
            description = {"The learning rate over the run: constant, or linear down to 0. Default: linear."})
    Schedule.Shape schedule = Schedule.Shape.LINEAR;

    @Option(
            names = "--warmup-steps",
            paramLabel = "<steps>",
            description = {"Steps over which the learning rate of a linear schedule rises from 0, >= 0. Default: 0."})
    long warmupSteps = 0;

    /** The settings these options make; null if a fault stands in the way. */
    @Nullable
    OptimizerSettings settings(Faults faults) {
        double highest = optimizer == Rule.SGD ? HIGHEST_OF_SGD : HIGHEST_OF_ADAM;
        if (!(learningRate > 0 && learningRate <= highest)) {
            faults.add(
                    "learning-rate",
                    "it must be above 0 and at most %s with %s, found %s: above, the first steps throw away what the model knows. %s"
                            .formatted(
                                    Texts.number(highest),
                                    optimizer.name().toLowerCase(Locale.ROOT),
                                    Texts.number(learningRate),
                                    optimizer == Rule.SGD ? "Try 0.1." : "5e-3 is a good start."));
        }
        if (!(weightDecay >= 0) || weightDecay * learningRate > 1) {
            faults.add(
                    "weight-decay",
                    "it must be at least 0, and its product with the learning rate at most 1, found %s: a step would pull numbers past"
                                    .formatted(Texts.number(weightDecay))
                            + " zero. 0 turns it off; 0.01 is usual.");
        }
        if (warmupSteps < 0) {
            faults.add("warmup-steps", "it must be at least 0, found %d. 0 turns it off.".formatted(warmupSteps));
        }
        if (warmupSteps > 0 && schedule == Schedule.Shape.CONSTANT) {
            faults.add(
                    "warmup-steps",
                    "it contradicts schedule: constant, whose learning rate is the same from the first step on. Leave it"
                            + " out, or choose linear.");
        }
        checkMoments(faults);
        return faults.isEmpty()
                ? new OptimizerSettings(rule(), learningRate, new Schedule(schedule, warmupSteps))
                : null;
    }

    private void checkMoments(Faults faults) {
        faults.inRange("momentum", momentum, 0, 1, "0 turns it off.");
        faults.inRange("beta1", beta1, 0, 1, "0.9 is usual.");
        faults.inRange("beta2", beta2, 0, 1, "0.999 is usual.");
        if (optimizer == Rule.SGD) {
            String why = "sgd has no such decay: leave it out, or choose adam.";
            faults.notBoth("beta1", beta1, "optimizer: sgd", optimizer, why);
            faults.notBoth("beta2", beta2, "optimizer: sgd", optimizer, why);
        } else {
            faults.notBoth(
                    "momentum",
                    momentum,
                    "optimizer: adam or adamw",
                    optimizer,
                    "Adam's momentum is beta1: leave it out, or choose sgd.");
        }
    }

    private Optimizer rule() {
        Optimizer.Adam usual = Optimizer.Adam.defaults();
        double mean = beta1 == null ? usual.beta1() : beta1;
        double square = beta2 == null ? usual.beta2() : beta2;
        return switch (optimizer) {
            case SGD -> new Optimizer.Sgd(momentum == null ? 0 : momentum, weightDecay);
            case ADAM -> new Optimizer.Adam(mean, square, usual.epsilon(), weightDecay);
            case ADAMW -> new Optimizer.AdamW(mean, square, usual.epsilon(), weightDecay);
        };
    }
}
