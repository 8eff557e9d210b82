package dev.sotto.job.cli;

import dev.sotto.core.method.Grouping;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.job.config.ClippingFunction;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.PrivacySettings.Duration;
import dev.sotto.job.config.PrivacySettings.Noise;
import dev.sotto.job.config.PrivacySettings.Sampling;
import dev.sotto.job.config.Texts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that make the guarantee. */
final class PrivacyOptions {
    /** The least noise multiplier the mechanism is exact for. */
    private static final double LEAST_NOISE = 0.1;

    private static final double LEAST_NORM = 1e-6;
    private static final double MOST_NORM = 1e6;

    @Option(
            names = "--units",
            paramLabel = "<N>",
            description = {
                "The number N of privacy units, persons or rows: declared, never counted, since an exact count that is printed"
                        + " tells whether one unit is there. Public, >= 1. Changes the guarantee's description and, with"
                        + " --batch-size and --epochs, the noise. Required.",
                "A round number near the truth does as well as the truth. sotto check-table counts, for your eyes alone."
            })
    @Nullable
    Long units;

    @Option(
            names = "--no-usable-count",
            description = {
                "Leave out the one noisy count of units with a usable row, which is made before the first step, charged within"
                        + " epsilon (training needs some three hundredths more noise) and reported. It ends a run with exit"
                        + " code 3 where it is further from --units than a quarter of them or six times its noise: a"
                        + " column misread as a whole shows in nothing else. Changes the guarantee."
            })
    boolean noUsableCount;

    @Option(
            names = "--epsilon",
            paramLabel = "<nats>",
            description = {
                "The privacy loss to keep within, together with --delta: unitless, > 0. Changes the guarantee. The noise"
                        + " multiplier is calibrated to it.",
                "1 is strong, 3 usual, 8 weak; above 10 the promise means little."
            })
    @Nullable
    Double epsilon;

    @Option(
            names = "--delta",
            paramLabel = "<probability>",
            description = {
                "The probability with which the loss may exceed epsilon: in (0, 1/N) for N privacy units. Changes the"
                        + " guarantee. Required unless --non-private.",
                "Take a power of ten well below 1/N: 1e-6 for 100,000 patients."
            })
    @Nullable
    Double delta;

    @Option(
            names = "--noise-multiplier",
            paramLabel = "<sigma>",
            description = {
                "Instead of --epsilon: noise standard deviation over sensitivity, unitless, >= 0.1. Changes the"
                        + " guarantee; epsilon is then reported.",
                "Find one for a target with: sotto accountant calibrate --help"
            })
    @Nullable
    Double noiseMultiplier;

    @Option(
            names = "--non-private",
            description = {
                "No noise at all, for comparison on data that is public: the result and its report say NOT PRIVATE."
            })
    boolean nonPrivate;

    @Option(
            names = "--batch-size",
            paramLabel = "<units>",
            description = {
                "Privacy units in a step, in expectation: > 0 and at most N; each unit is drawn independently, so real"
                        + " batches vary. Changes the guarantee. Either this or --sampling-probability is required.",
                "Larger ones drown less in noise: start near sqrt(N) times 4, and double it while you can wait."
            })
    @Nullable
    Double batchSize;

    @Option(
            names = "--sampling-probability",
            paramLabel = "<q>",
            description = {"Instead of --batch-size: the probability of a unit in a step, in (0, 1]. batch-size / N."})
    @Nullable
    Double samplingProbability;

    @Option(
            names = "--steps",
            paramLabel = "<count>",
            description = {
                "Steps of the optimizer, >= 1 and at most 10 million. Changes the guarantee: more steps need more noise for the same epsilon."
                        + " Either this or --epochs is required."
            })
    @Nullable
    Long steps;

    @Option(
            names = "--epochs",
            paramLabel = "<count>",
            description = {
                "Instead of --steps: how often a unit is drawn in expectation, > 0; steps = epochs * N / batch-size,"
                        + " rounded up. 3 to 20 are usual."
            })
    @Nullable
    Double epochs;

    @Option(
            names = "--clipping",
            paramLabel = "<function>",
            description = {
                "How one unit's gradient of norm x is shortened to at most R: abadi, min(1, R/x); auto-s, R/(x + 0.01);"
                        + " auto-v, R/x. The guarantee is the same for all.",
                "auto-s needs no tuning of R. Default: auto-s."
            })
    ClippingFunction clipping = ClippingFunction.AUTO_S;

    @Option(
            names = "--clipping-norm",
            paramLabel = "<R>",
            description = {
                "The bound R on one unit's gradient, in gradient units, in [1e-6, 1e6]. The noise grows with it, so it does not"
                        + " change the guarantee. With auto-s and auto-v only its product with the learning rate"
                        + " matters (with adam, not even that): leave it. Default: 1."
            })
    double clippingNorm = 1;

    @ArgGroup(validate = false)
    GroupOptions groups = new GroupOptions();

    @Option(
            names = "--row-independence",
            paramLabel = "<how>",
            description = {
                "How strictly one unit's gradient is computed from that unit alone. exact: to the last bit, so that epsilon"
                        + " leaves nothing out; each executor tries in passes of how many rows its kernels allow that."
                        + " rounding: with the fewest passes; one unit's presence may move the last bits of others'"
                        + " gradients, which epsilon does not count. Changes the guarantee.",
                "Take rounding only where exact is too slow, as with few rows a task on a GPU. Default: exact."
            })
    RowIndependence rowIndependence = RowIndependence.EXACT;

    @Option(
            names = "--insecure-seed",
            paramLabel = "<number>",
            description = {
                "For tests: fixed keys for sampling and noise, so that a run can be repeated bit by bit. Whoever knows"
                        + " the seed can take the noise away: the report says NOT PRIVATE. Default: fresh keys from"
                        + " the operating system."
            })
    @Nullable
    Long insecureSeed;

    /** The settings these options make; null if a fault stands in the way. */
    @Nullable
    PrivacySettings settings(Faults faults) {
        Long declared = faults.required(
                "units",
                units,
                "It is the public number of privacy units, and a run does not count them: an exact count tells whether one"
                        + " unit is there. Give a number that you would publish, such as units: 250000; sotto check-table"
                        + " counts, for your eyes alone.");
        faults.atLeastOne("units", units, "It is the public number of privacy units in the table.");
        Noise noise = noise(faults);
        Sampling sampling = sampling(faults);
        Duration duration = duration(faults);
        if (!(clippingNorm >= LEAST_NORM && clippingNorm <= MOST_NORM)) {
            faults.add(
                    "clipping-norm",
                    "it must be between %s and %s, found %s: it bounds what one unit can change, and the noise grows with it. 1 is a good value."
                            .formatted(Texts.number(LEAST_NORM), Texts.number(MOST_NORM), Texts.number(clippingNorm)));
        }
        Grouping grouping = groups.grouping(faults);
        if (declared == null || noise == null || sampling == null || duration == null) {
            return null;
        }
        var settings = new PrivacySettings(
                declared,
                !noUsableCount,
                noise,
                clipping,
                clippingNorm,
                grouping,
                sampling,
                duration,
                rowIndependence,
                insecureSeed);
        if (faults.isEmpty()) {
            faults.addAll(settings.faults());
        }
        return settings;
    }

    private @Nullable Noise noise(Faults faults) {
        faults.positive(
                "epsilon",
                epsilon,
                "No finite amount of noise gives it. 1 is strong, 3 usual, 8 weak; for a run without noise on public"
                        + " data pass non-private.");
        if (delta != null && !(delta > 0 && delta < 1)) {
            faults.add(
                    "delta",
                    ("it must be above 0 and below 1, found %s. It is the probability with which the loss may exceed"
                                    + " epsilon: take one well below 1 / number of privacy units, such as 1e-6.")
                            .formatted(Texts.number(delta)));
        }
        if (noiseMultiplier != null && !(noiseMultiplier >= LEAST_NOISE && noiseMultiplier <= 1e6)) {
            faults.add(
                    "noise-multiplier",
                    ("it must be between %s and 1e6, found %s. Below, the promise means nothing (epsilon in the"
                                    + " hundreds); for a run without noise on public data pass non-private.")
                            .formatted(Texts.number(LEAST_NOISE), Texts.number(noiseMultiplier)));
        }
        if (nonPrivate) {
            String why = "A run is private or it is not: leave out one of the two.";
            faults.notBoth("non-private", true, "epsilon", epsilon, why);
            faults.notBoth("non-private", true, "noise-multiplier", noiseMultiplier, why);
            return new Noise.None();
        }
        faults.notBoth(
                "epsilon",
                epsilon,
                "noise-multiplier",
                noiseMultiplier,
                "Each follows from the other: give the target or the noise, not both.");
        if (epsilon == null && noiseMultiplier == null && !faults.has("epsilon") && !faults.has("noise-multiplier")) {
            faults.add(
                    "epsilon",
                    "neither epsilon nor noise-multiplier is given, so nothing says how private the result must be."
                            + " Give epsilon: 3 to start with.");
        }
        Double given = faults.required("delta", delta, "Epsilon means nothing without it. Take 1e-6, or below 1/N.");
        if (given == null) {
            return null;
        }
        if (epsilon != null) {
            return new Noise.Target(epsilon, given);
        }
        return noiseMultiplier == null ? null : new Noise.Multiplier(noiseMultiplier, given);
    }

    private @Nullable Sampling sampling(Faults faults) {
        faults.positive("batch-size", batchSize, "It is the expected number of privacy units in a step.");
        if (samplingProbability != null && !(samplingProbability > 0 && samplingProbability <= 1)) {
            faults.add(
                    "sampling-probability",
                    "it must be above 0 and at most 1, found %s. It is batch-size over the number of units."
                            .formatted(Texts.number(samplingProbability)));
        }
        faults.notBoth(
                "batch-size",
                batchSize,
                "sampling-probability",
                samplingProbability,
                "Each follows from the other: keep one.");
        if (batchSize != null) {
            return new Sampling.BatchSize(batchSize);
        }
        if (samplingProbability != null) {
            return new Sampling.Probability(samplingProbability);
        }
        faults.required("batch-size", null, "Give the expected number of privacy units in a step, such as 512.");
        return null;
    }

    private @Nullable Duration duration(Faults faults) {
        faults.atLeastOne("steps", steps, "A run without steps learns nothing.");
        faults.positive("epochs", epochs, "A run without steps learns nothing.");
        faults.notBoth("steps", steps, "epochs", epochs, "Each follows from the other: keep one.");
        if (steps != null) {
            return new Duration.Steps(steps);
        }
        if (epochs != null) {
            return new Duration.Epochs(epochs);
        }
        faults.required("steps", null, "Give the length of the run as steps or as epochs, such as epochs: 5.");
        return null;
    }
}
