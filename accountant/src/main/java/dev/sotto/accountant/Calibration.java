package dev.sotto.accountant;

import dev.sotto.accountant.math.Check;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.LongFunction;
import java.util.stream.Stream;

/**
 * The other way round: which parameter meets a target (ε, δ). Every answer is rounded to the private side and has been
 * accounted for as returned: {@code accountant.hasty().epsilon(event, delta).upper() <= targetEpsilon} was seen to hold.
 */
public final class Calibration {
    private static final double MIN_SIGMA = 1e-3;
    private static final double MAX_SIGMA = 1e7;
    private static final double LEAST_Q = 1e-12;
    /** Below so many steps each is worth a question. */
    private static final long MOST_EXACT_STEPS = 1000;

    private Calibration() {}

    /** The event of plain DP-SGD: {@code steps} Gaussian releases, each on its own Poisson sample. */
    public static DpEvent sampledGaussian(double noiseMultiplier, double samplingProbability, long steps) {
        return new DpEvent.Repeated(
                steps, new DpEvent.PoissonSampled(samplingProbability, new DpEvent.Gaussian(noiseMultiplier)));
    }

    /**
     * The smallest noise multiplier σ that keeps ε at or under the target, rounded up.
     *
     * @param targetEpsilon ε in nats, finite, &gt; 0
     * @param delta δ in (0, 1)
     * @param samplingProbability q in (0, 1]
     * @param steps &gt; 0
     * @return σ in [0.001, 1e7], standard deviation over L2 sensitivity
     * @throws IllegalStateException when no σ in that range meets the target
     */
    public static double noiseMultiplier(
            Accountant accountant, double targetEpsilon, double delta, double samplingProbability, long steps) {
        return noiseMultiplier(accountant, targetEpsilon, delta, samplingProbability, steps, List.of());
    }

    /**
     * Steps of one kind among those of a run: Gaussian releases, each on a Poisson sample of its own.
     *
     * @param samplingProbability q in (0, 1]
     * @param count &gt; 0
     */
    public record Steps(double samplingProbability, long count) {
        public Steps {
            Check.that(count > 0, "steps must be > 0, got %s", count);
            Check.that(
                    samplingProbability > 0 && samplingProbability <= 1,
                    "q must be in (0, 1], got %s",
                    samplingProbability);
        }
    }

    /** The same for steps that are to keep within the target together with other releases. */
    public static double noiseMultiplier(
            Accountant accountant,
            double targetEpsilon,
            double delta,
            double samplingProbability,
            long steps,
            List<DpEvent> besides) {
        return noiseMultiplier(
                accountant, targetEpsilon, delta, List.of(new Steps(samplingProbability, steps)), besides);
    }

    /**
     * The same for a run in phases, all of them with one σ.
     *
     * @param phases the steps of each, in their order
     * @param besides what else is released, whatever σ is
     */
    public static double noiseMultiplier(
            Accountant accountant, double targetEpsilon, double delta, List<Steps> phases, List<DpEvent> besides) {
        Check.that(delta > 0 && delta < 1, "delta must be in (0, 1), got %s", delta);
        Check.that(!phases.isEmpty(), "a run has at least one phase, got %s", phases);
        checkTarget(targetEpsilon);
        double guess = phases.stream()
                .mapToDouble(each -> each.samplingProbability()
                        * Math.sqrt(each.count() * 2.0 * Math.log(1.25 / delta))
                        / targetEpsilon)
                .reduce(0, Math::hypot);
        double smallest = search(accountant, targetEpsilon, delta, sigma -> with(besides, phases, sigma))
                .smallest(Math.max(0.5, Math.min(MAX_SIGMA, guess)), MIN_SIGMA, MAX_SIGMA);
        Check.that(
                smallest > 0,
                "no noise multiplier up to %s meets epsilon %s at delta %s",
                MAX_SIGMA,
                targetEpsilon,
                delta);
        return smallest;
    }

    private static DpEvent with(List<DpEvent> besides, List<Steps> phases, double sigma) {
        List<DpEvent> all = Stream.concat(
                        besides.stream(),
                        phases.stream().map(each -> sampledGaussian(sigma, each.samplingProbability(), each.count())))
                .toList();
        return all.size() == 1 ? all.get(0) : new DpEvent.Composed(all);
    }

    /**
     * The largest sampling probability q that keeps ε at or under the target, rounded down; 0 when none does.
     *
     * @param targetEpsilon ε in nats, finite, &gt; 0
     */
    public static double samplingProbability(
            Accountant accountant, double targetEpsilon, double delta, double noiseMultiplier, long steps) {
        Check.that(delta > 0 && delta < 1, "delta must be in (0, 1), got %s", delta);
        Check.that(steps > 0, "steps must be > 0, got %s", steps);
        checkTarget(targetEpsilon);
        double spread = Math.sqrt(steps * Math.expm1(Math.min(7, 1 / (noiseMultiplier * noiseMultiplier))));
        double guess = spread * Math.sqrt(2 * Math.log(1.25 / delta)) / targetEpsilon; // by central limit
        double inverse = search(accountant, targetEpsilon, delta, x -> sampledGaussian(noiseMultiplier, 1 / x, steps))
                .smallest(Math.max(1, Math.min(1 / LEAST_Q, guess)), 1, 1 / LEAST_Q);
        return inverse == 0 ? 0 : 1 / inverse;
    }

    /**
     * The largest number of steps that keeps ε at or under the target: exactly below a thousand, above it so many that ε is
     * within a thousandth of the target where the accountant can tell; 0 when not even one does.
     *
     * @param eventOfSteps the event of a run of that many steps, for 1 or more
     * @param maximum where to stop looking, &gt; 0
     */
    public static long steps(
            Accountant accountant,
            double targetEpsilon,
            double delta,
            LongFunction<DpEvent> eventOfSteps,
            long maximum) {
        checkTarget(targetEpsilon);
        Check.that(maximum > 0, "maximum must be > 0, got %s", maximum);
        Accountant near = accountant.near(targetEpsilon);
        Map<Long, Bounds> rough = new HashMap<>(); // neighbouring x ask for the same number of steps
        Map<Long, Bounds> exact = new HashMap<>();
        Accountant hasty = accountant.hasty();
        LongFunction<Bounds> count = n -> exact.computeIfAbsent(n, k -> hasty.epsilon(eventOfSteps.apply(k), delta));
        double inverse = new FallingSearch(
                        targetEpsilon,
                        x -> rough.computeIfAbsent(
                                stepsAt(x, maximum), n -> near.epsilon(eventOfSteps.apply(n), delta)),
                        x -> count.apply(stepsAt(x, maximum)))
                .smallest(1, 1.0 / maximum, 1);
        long fits = inverse == 0 ? 0 : stepsAt(inverse, maximum);
        while (fits > 0
                && fits < Math.min(maximum, MOST_EXACT_STEPS)
                && count.apply(fits + 1).upper() <= targetEpsilon) {
            fits++;
        }
        return fits;
    }

    /** 1/x, rounded down, so that a little more than 1/n already means fewer than n steps. */
    private static long stepsAt(double x, long maximum) {
        return Math.max(1, Math.min(maximum, (long) (1 / x * (1 + 1e-14))));
    }

    private static FallingSearch search(
            Accountant accountant, double target, double delta, DoubleFunction<DpEvent> event) {
        return new FallingSearch(
                target, bounds(accountant.near(target), delta, event), bounds(accountant.hasty(), delta, event));
    }

    /** Where there are upper bounds alone, it is their curve that meets the target, and it is known as it is. */
    private static DoubleFunction<Bounds> bounds(Accountant accountant, double delta, DoubleFunction<DpEvent> event) {
        return x -> {
            Bounds found = accountant.epsilon(event.apply(x), delta);
            return accountant.boundsBelow() ? found : new Bounds(found.upper(), found.upper());
        };
    }

    private static void checkTarget(double target) {
        Check.that(
                target > 0 && target < Double.POSITIVE_INFINITY,
                "target epsilon must be finite and > 0, got %s",
                target);
    }
}
