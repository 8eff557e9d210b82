package dev.sotto.job.train;

import dev.sotto.accountant.Accountant;
import dev.sotto.job.config.PrivacySettings.Noise;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Privacy spent against steps taken: an upper bound of epsilon at some steps, read between them from the next one up. */
final class EpsilonCurve {

    private static final int POINTS = 40;

    private final double before;
    private final NavigableMap<Long, Double> epsilons;

    private EpsilonCurve(double before, NavigableMap<Long, Double> epsilons) {
        this.before = before;
        this.epsilons = epsilons;
    }

    /**
     * Of a run that is not private: infinite from the first step on. What earlier attempts drew, and the runs that its seed model came
     * from, is part of it.
     */
    static EpsilonCurve of(Costs costs, Attempt attempt, Ancestry ancestry, Noise noise, Accountant accountant) {
        var epsilons = new TreeMap<Long, Double>();
        long left = attempt.draws(costs.steps());
        LongStream.rangeClosed(1, POINTS)
                .map(point -> Math.max(Math.min(1, left), left * point / POINTS))
                .distinct()
                .forEach(drawn -> epsilons.put(
                        attempt.first() + drawn,
                        accountant
                                .epsilon(ancestry.with(attempt.event(costs, drawn)), noise.delta())
                                .upper()));
        double before = costs.count().isPresent()
                ? accountant
                        .epsilon(ancestry.with(attempt.event(costs, 0)), noise.delta())
                        .upper()
                : 0;
        return new EpsilonCurve(before, epsilons);
    }

    /** Epsilon after so many steps, never below the truth. */
    double after(long steps) {
        return steps == 0 ? before : epsilons.ceilingEntry(steps).getValue();
    }

    /** Steps and epsilon, ascending. */
    NavigableMap<Long, Double> points() {
        return epsilons;
    }
}
