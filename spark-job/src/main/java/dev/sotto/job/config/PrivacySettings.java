package dev.sotto.job.config;

import dev.sotto.core.method.Grouping;
import dev.sotto.core.train.RowIndependence;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is promised and what that needs.
 *
 * @param units the number of privacy units N, &gt; 0: public, declared and never counted
 * @param usableCount whether a noisy count of usable units, charged, is to confirm that
 * @param noise how much noise, said as a target or as a multiplier
 * @param clippingFunction how one unit's gradient is shortened
 * @param clippingNorm its bound R, in gradient units, &gt; 0
 * @param clippingGroups what of it is shortened apart from each other, within that bound
 * @param sampling how many units one step draws
 * @param duration how many steps
 * @param rowIndependence how strictly one unit's gradient is computed from that unit alone
 * @param insecureSeed a fixed key for tests: the run is then NOT PRIVATE; null draws keys from the operating system
 */
public record PrivacySettings(
        long units,
        boolean usableCount,
        Noise noise,
        ClippingFunction clippingFunction,
        double clippingNorm,
        Grouping clippingGroups,
        Sampling sampling,
        Duration duration,
        RowIndependence rowIndependence,
        @Nullable Long insecureSeed) {

    /** Ten million: planning for them takes seconds, and a step some 20 ms at the least. */
    public static final double MOST_STEPS = 1e7;

    /** Above this an epsilon promises little, which is said wherever it is. */
    public static final double WEAK_EPSILON = 10;

    /** Whether the result may be called private at all: noise was asked for, and no seed that others may know. */
    public boolean isPrivate() {
        return !(noise instanceof Noise.None) && insecureSeed == null;
    }

    /** That there are not both backbone and head to learn, where they are clipped apart. */
    public List<Fault> faultOfGroups(String why) {
        return clippingGroups.by() != Grouping.By.HEAD_AND_BODY
                ? List.of()
                : List.of(new Fault(
                        "clipping-groups",
                        "head-and-body clips what is the head's apart from what is not; " + why
                                + ". Leave it out: the one group is clipped as a whole."));
    }

    /** How gradients are clipped, by which a run knows its own checkpoints again; empty where that follows from the plan. */
    public String groupsInWords() {
        return clippingGroups.equals(Grouping.JOINT)
                ? ""
                : ", clipped by " + clippingFunction + " in groups: " + clippingGroups.by() + " "
                        + clippingGroups.shares();
    }

    /** How much noise. */
    public sealed interface Noise {
        /** The probability at which epsilon is reported, in (0, 1). */
        double delta();

        /** The least noise that keeps (epsilon, delta); the run calibrates the multiplier. */
        record Target(double epsilon, double delta) implements Noise {}

        /** Standard deviation over sensitivity, as given; epsilon is reported at this delta. */
        record Multiplier(double sigma, double delta) implements Noise {}

        /** No noise: NOT PRIVATE, for comparison only. Epsilon is infinite at any delta. */
        record None() implements Noise {
            @Override
            public double delta() {
                return 0;
            }
        }
    }

    /** How many units one step draws: each unit independently with the same probability. */
    public sealed interface Sampling {
        /** The probability q at which one of {@code units} units is drawn; may come out above 1, see faultsFor. */
        double probability(long units);

        /** The expected number of units in a step. */
        record BatchSize(double expectedUnits) implements Sampling {
            @Override
            public double probability(long units) {
                return expectedUnits / units;
            }
        }

        /** The probability itself. */
        record Probability(double q) implements Sampling {
            @Override
            public double probability(long units) {
                return q;
            }
        }
    }

    /** How long the run is. */
    public sealed interface Duration {
        /** The number of steps at sampling probability q. */
        long steps(double q);

        /** So many steps. */
        record Steps(long count) implements Duration {
            @Override
            public long steps(double q) {
                return count;
            }
        }

        /** So many steps that a unit is drawn this often in expectation, rounded up to whole steps. */
        record Epochs(double count) implements Duration {
            @Override
            public long steps(double q) {
                return (long) Math.ceil(count / q);
            }
        }
    }

    /** The same with other samples and another length. */
    public PrivacySettings with(Sampling otherSampling, Duration otherDuration) {
        return new PrivacySettings(
                units,
                usableCount,
                noise,
                clippingFunction,
                clippingNorm,
                clippingGroups,
                otherSampling,
                otherDuration,
                rowIndependence,
                insecureSeed);
    }

    /** The number of steps of the run. */
    public long steps() {
        return duration.steps(sampling.probability(units));
    }

    /** What fits no table of so many units. */
    public List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        if (sampling instanceof Sampling.BatchSize batch && batch.expectedUnits() > units) {
            faults.add(new Fault(
                    "batch-size",
                    String.format(
                            "%s is more than the %d privacy units there are, so each would be drawn with a probability"
                                    + " above 1. Pass a batch-size of at most %d; with person-level privacy it counts"
                                    + " persons, not rows.",
                            Texts.number(batch.expectedUnits()), units, units)));
        }
        double steps = duration.steps(Math.min(1, sampling.probability(units)));
        if (steps > MOST_STEPS) {
            faults.add(new Fault(
                    duration instanceof Duration.Steps ? "steps" : "epochs",
                    String.format(
                            "that is %s steps, and at most %s are taken: more are days even of the smallest model, and each adds noise."
                                    + " 100 to 10,000 are usual.",
                            Texts.number(steps), Texts.number(MOST_STEPS))));
        }
        double delta = noise.delta();
        if (delta >= 1.0 / units) {
            faults.add(new Fault(
                    "delta",
                    String.format(
                            "%s is not below 1/N = %s for N = %d privacy units: a mechanism that publishes one unit"
                                    + " outright would pass as private. Pass a delta well below it, such as %s.",
                            Texts.number(delta),
                            Texts.number(1.0 / units),
                            units,
                            Texts.number(suggestedDelta(units)))));
        }
        return faults;
    }

    /** The power of ten at or below 1/(10 N). */
    private static double suggestedDelta(long units) {
        return Double.parseDouble("1e" + (int) Math.floor(-1 - Math.log10((double) units)));
    }
}
