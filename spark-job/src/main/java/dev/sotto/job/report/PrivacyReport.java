package dev.sotto.job.report;

import dev.sotto.accountant.Bounds;
import dev.sotto.core.method.Trained;
import dev.sotto.core.pass.ComputeMode;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.train.ClippingGroups;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.predict.ByClass;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that is told about a finished run. Every field may be published: settings, what the mechanism released, what was
 * measured on a public table.
 *
 * @param evaluation null where no public table was given
 * @param ledger null where none is kept
 * @param chain what came before the run, where anything did
 * @param software versions by name
 * @param files SHA-256 of the results, hexadecimal, by their names in the output folder; empty where there is none
 */
public record PrivacyReport(
        Run run,
        Guarantee guarantee,
        Mechanism mechanism,
        Learning learning,
        @Nullable Evaluation evaluation,
        @Nullable LedgerState ledger,
        @Nullable Chain chain,
        Map<String, String> software,
        Map<String, String> files) {
    public PrivacyReport {
        software = new TreeMap<>(software);
        files = new TreeMap<>(files);
    }

    /** The same, beside such files. */
    public PrivacyReport withFiles(Map<String, String> these) {
        return new PrivacyReport(run, guarantee, mechanism, learning, evaluation, ledger, chain, software, these);
    }

    /**
     * Which run.
     *
     * @param settings hash of what it was: plan, seed model, table, recipe
     */
    public record Run(String id, String settings, Instant finished, Duration took) {}

    /** What is promised of it. */
    public sealed interface Guarantee {
        /**
         * (epsilon, delta)-differential privacy over tables that differ in one unit.
         *
         * @param accounting how epsilon was found, in words, such as "privacy loss distribution"
         * @param epsilon in nats; its upper end is what is promised
         * @param rdpEpsilon the upper bound by Rényi accounting alone, as much of the literature reports it; null where
         *     that is what {@code epsilon} is
         * @param attacker the most that the mechanism allows anyone who wants to know whether a unit is in the table
         * @param path epsilon after some of the steps, in the order of steps, for the plot
         * @param several what a person with several units gets; empty where the unit is all that one person gave
         */
        record Private(
                String accounting,
                Bounds epsilon,
                double delta,
                @Nullable Double rdpEpsilon,
                Attacker attacker,
                List<Spent> path,
                List<Several> several)
                implements Guarantee {
            public Private {
                path = List.copyOf(path);
                several = List.copyOf(several);
            }
        }

        /** Nothing, and why. */
        record NotPrivate(String why) implements Guarantee {}
    }

    /**
     * Upper bounds over all ways to tell from all that was released whether one given unit is in the table, by one who knows every other row.
     *
     * @param guess how often the answer is right where the unit is in one table of two, in [1/2, 1]: (1 + total variation) / 2
     * @param tests how often the answer is rightly "yes", for some shares of wrong ones
     */
    public record Attacker(double guess, List<Test> tests) {
        public Attacker {
            tests = List.copyOf(tests);
        }
    }

    /** Right answers "yes" at most, where wrong ones are so many; both in [0, 1]. */
    public record Test(double falseAlarms, double hits) {}

    /**
     * What is promised to someone who has so many of the units, at the same delta.
     *
     * @param epsilon in nats, an upper bound; infinite where none was found
     */
    public record Several(int units, double epsilon) {}

    /** Epsilon once so many steps were released. */
    public record Spent(long step, double epsilon) {}

    /**
     * What the guarantee depends on.
     *
     * @param phases of the run, in their order: most have one
     * @param released noisy sums released, those of interrupted attempts included
     * @param asked epsilon that was asked for; null if the noise was given
     * @param attempts how many drivers took a part in the run
     * @param lost noisy sums that those before the last may have drawn: all of them are charged
     * @param unit whose contribution is hidden as a whole
     * @param usable the count of usable units; null where none was made
     * @param independence how strictly one unit's gradient was computed from that unit alone
     */
    public record Mechanism(
            List<Phase> phases,
            long released,
            @Nullable Double asked,
            int attempts,
            long lost,
            PrivacyUnit unit,
            @Nullable Usable usable,
            RowIndependence independence) {
        public Mechanism {
            phases = List.copyOf(phases);
        }

        /** The first phase: what its plan says of units and of noise holds for all. */
        Phase first() {
            return phases.get(0);
        }

        /** Steps of all phases, as planned. */
        long planned() {
            return phases.stream().mapToLong(phase -> phase.plan().steps()).sum();
        }
    }

    /**
     * A part of a run.
     *
     * @param plan the mechanism as it was planned
     * @param groups what of a unit's gradient was clipped apart before the whole was
     * @param trained what learned
     * @param learning how many numbers that is
     * @param optimizer the update rule and its learning rates in words
     */
    public record Phase(PrivacyPlan plan, ClippingGroups groups, Trained trained, long learning, String optimizer) {
        /** The clipping function that was asked for, at the bound of the whole or of some group. */
        Clipping clipping() {
            return groups.isJoint() ? plan.clipping() : groups.list().get(0).clipping();
        }
    }

    /**
     * A charged count of units with a row to learn from.
     *
     * @param noise its standard deviation, in units
     * @param found what it gave; null if an earlier attempt at the run made it
     */
    public record Usable(double noise, @Nullable Long found) {}

    /**
     * What learned from what.
     *
     * @param seedHash of the seed model's weights, hexadecimal
     * @param trainedParameters how many numbers the noisy gradients moved
     * @param parameters how many the model has in all
     * @param precision of the frozen parameters and of the states between them
     * @param labels what the model's outputs are called
     * @param maxLength tokens kept of a row; null of images
     */
    public record Learning(
            String table,
            String seedModel,
            String seedHash,
            String family,
            long trainedParameters,
            long parameters,
            ComputeMode.Precision precision,
            List<String> labels,
            @Nullable Integer maxLength) {
        public Learning {
            labels = List.copyOf(labels);
        }
    }

    /**
     * What was measured on a public table.
     *
     * @param rows how many rows were answered for
     * @param newHead whether the head had learned nothing yet before
     * @param before measures by name, such as accuracy, of the seed model with its head as first set; the one that tells most first
     * @param after the same of the trained model; null where one is not defined
     * @param byClass how the trained model does on each class; null where rows have no single class
     */
    public record Evaluation(
            String table,
            long rows,
            boolean newHead,
            Map<String, @Nullable Double> before,
            Map<String, @Nullable Double> after,
            @Nullable ByClass byClass) {}

    /**
     * What all runs on the data set have cost together, this one included.
     *
     * @param runs entries in the ledger
     * @param lines of the ledger, when the report was written
     * @param head hash of the last of them: with it {@code sotto ledger verify --expect} finds out whether any was lost
     * @param epsilon upper bound of all as they were run, in nats, at {@code delta}, which is the run's own
     * @param limit what they may cost; null without
     */
    public record LedgerState(
            String uri, long runs, long lines, String head, double epsilon, double delta, @Nullable Limit limit) {}

    /**
     * What all runs on the data set may cost, at a budget's delta.
     *
     * @param counted what they count against it, however they were chosen
     * @param left what another run may count
     */
    public record Limit(double epsilon, double delta, double counted, double left) {}

    /**
     * What came before the run, and is part of its cost or is not.
     *
     * @param runs that the seed model came from, on this run's data: their cost is in the report's epsilon
     * @param apart runs that the seed model came from, on data that shares no unit with this run's, as the user declares
     * @param own epsilon of this run without them, in nats, at the report's delta
     * @param asked epsilon that was asked for of this run; null if its noise was given
     * @param stepsLeftOut steps of the plan that were not taken so that a resumed run kept it
     */
    public record Chain(List<String> runs, List<String> apart, double own, @Nullable Double asked, long stepsLeftOut) {
        public Chain {
            runs = List.copyOf(runs);
            apart = List.copyOf(apart);
        }

        /** Whether the run, resumed, has cost more than was asked for. */
        public boolean passesWhatWasAsked() {
            return asked != null && own > asked;
        }
    }
}
