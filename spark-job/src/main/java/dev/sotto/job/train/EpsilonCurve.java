package dev.sotto.job.train;

import dev.sotto.accountant.Accountant;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.job.config.PrivacySettings.Noise;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Privacy spent against steps taken: an upper bound of epsilon at some steps, read between them from the next one up. */
final class EpsilonCurve {

    private static final int POINTS = 40;

    private final NavigableMap<Long, Double> epsilons;

    private EpsilonCurve(NavigableMap<Long, Double> epsilons) {
        this.epsilons = epsilons;
    }

    /**
     * Of a run that is not private: infinite from the first step on. What earlier attempts drew, and the runs that its seed model came
     * from, is part of it.
     */
    static EpsilonCurve of(PrivacyPlan plan, Attempt attempt, Ancestry ancestry, Noise noise, Accountant accountant) {
        var epsilons = new TreeMap<Long, Double>();
        long left = attempt.draws(plan);
        LongStream.rangeClosed(1, POINTS)
                .map(point -> Math.max(Math.min(1, left), left * point / POINTS))
                .distinct()
                .forEach(drawn -> epsilons.put(
                        attempt.first() + drawn,
                        accountant
                                .epsilon(ancestry.with(attempt.event(plan, drawn)), noise.delta())
                                .upper()));
        return new EpsilonCurve(epsilons);
    }

    /** Epsilon after so many steps, never below the truth. */
    double after(long steps) {
        return steps == 0 ? 0 : epsilons.ceilingEntry(steps).getValue();
    }

    /** Steps and epsilon, ascending. */
    NavigableMap<Long, Double> points() {
        return epsilons;
    }
}
