package dev.sotto.accountant.bench;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.pld.PldAccountant;
import dev.sotto.accountant.rdp.RdpAccountant;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;

/**
 * CPU time of single calls over the corners of the domain and settings drawn between them. Prints what took more than a
 * second, stayed wider than the default width, or ended under its target for want of close bounds, as it comes, and a
 * summary for each kind of call.
 *
 * <p>Arguments: kind (epsilon, close for epsilon as near as the command line has it, delta, sigma, q, steps; epsilon-rare and
 * delta-rare where single losses are rarest; epsilon-mixed and delta-mixed of several mechanisms), number of calls, seed.
 */
public final class Sweep {
    private static final double[] SIGMAS = {0.001, 0.01, 0.1, 0.3, 0.5, 1, 2, 5, 20, 1000};
    private static final double[] QS = {0, 1e-12, 1e-9, 1e-6, 1e-4, 0.01, 0.1, 0.5, 1};
    private static final long[] STEPS = {0, 1, 10, 1000, 100_000, 1_000_000, 100_000_000};
    private static final double[] DELTAS = {0, 1e-15, 1e-10, 1e-5, 0.1, 1};
    private static final double[] EPSILONS = {1e-4, 0.01, 0.1, 1, 3, 10, 100, 1000};
    private static final double SLOW = 1e9; // nanoseconds
    private static final double LITTLE = 1e-5;
    private static final long MOST_STEPS = 100_000_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final BestAccountant BEST = new BestAccountant();
    /** As the command line accounts and calibrates. */
    private static final BestAccountant NARROW =
            new BestAccountant(new PldAccountant(Adjacency.ADD_OR_REMOVE_ONE, 0.001, 1e-7), new RdpAccountant());

    private Sweep() {}

    /** Why a calibration ended more than 0.1 % under its target. */
    private enum Why {
        IT_IS_NOT,
        /** At the least noise, the whole table or the most steps; or not even the least q or one step fits. */
        END,
        /** The next step, or a hundred-thousandth more of the parameter, is above it. */
        JUMP,
        /** The bounds there are further apart than that. */
        WIDE,
        /** For no good reason. */
        LOOSE
    }

    private static Supplier<Why> later = () -> Why.IT_IS_NOT; // as it is not part of the call that is timed

    private record Call(String text, Supplier<Bounds> run) {}

    /** See the class. */
    public static void main(String[] args) {
        String kind = args[0];
        Random random = new Random(Long.parseLong(args[2]));
        List<Double> times = new ArrayList<>();
        int wide = 0;
        int failed = 0;
        Map<Why, Integer> under = new EnumMap<>(Why.class);
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            Call call = draw(kind, random);
            long start = THREADS.getCurrentThreadCpuTime();
            String found;
            boolean isWide = false;
            later = () -> Why.IT_IS_NOT;
            try {
                Bounds bounds = call.run.get();
                found = bounds.lower() + " " + bounds.upper();
                isWide = !(kind.startsWith("delta")
                        ? bounds.isWithin(PldAccountant.DELTA_WIDTH, PldAccountant.DELTA_ABSOLUTE)
                        : bounds.isWithin(0.005, 0.005));
            } catch (RuntimeException e) {
                found = e.toString();
                failed++;
            }
            double time = THREADS.getCurrentThreadCpuTime() - start;
            times.add(time);
            Why why = later.get();
            wide += isWide ? 1 : 0;
            if (why != Why.IT_IS_NOT) {
                under.merge(why, 1, Integer::sum);
            }
            if (time > SLOW || isWide || why == Why.WIDE || why == Why.LOOSE || found.contains("Exception")) {
                System.out.printf(
                        Locale.ROOT, "%s %s -> %s, %.2f s %s%n", kind, call.text, found, time / 1e9, why == Why.IT_IS_NOT ? "" : why);
            }
        }
        double[] sorted = times.stream().mapToDouble(t -> t / 1e9).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "%s: %d calls, median %.4f s, 99 %% %.2f s, slowest %.2f s, %d wide, %d refused, more than 0.1 %% below their target: %s%n",
                kind,
                sorted.length,
                sorted[sorted.length / 2],
                sorted[sorted.length * 99 / 100],
                sorted[sorted.length - 1],
                wide,
                failed,
                under);
    }

    /** A corner three times out of four, else a point between the corners, in the logarithm. */
    private static double draw(double[] corners, Random random) {
        double corner = corners[random.nextInt(corners.length)];
        if (random.nextInt(4) > 0) {
            return corner;
        }
        double[] positive = Arrays.stream(corners).filter(c -> c > 0).toArray();
        double low = Math.log(positive[0]);
        return Math.exp(low + random.nextDouble() * (Math.log(positive[positive.length - 1]) - low));
    }

    private static double between(double low, double high, Random random) {
        return low * Math.exp(random.nextDouble() * Math.log(high / low));
    }

    private static Call rare(boolean ofDelta, Random random) {
        DpEvent event = Calibration.sampledGaussian(
                between(0.1, 1.5, random), between(1e-12, 1e-3, random), Math.round(between(1e3, 1e8, random)));
        return call(ofDelta, event, between(1e-15, 1e-4, random), between(1e-4, 10, random));
    }

    /** One to three mechanisms, each on a sample or on the whole table. */
    private static Call mixed(boolean ofDelta, Random random) {
        List<DpEvent> events = new ArrayList<>();
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            boolean whole = random.nextInt(4) == 0;
            boolean laplace = random.nextInt(4) == 0;
            DpEvent one = laplace
                    ? new DpEvent.Laplace(between(0.3, 30, random))
                    : new DpEvent.Gaussian(between(0.2, 3, random));
            long count = Math.round(between(1, whole ? 20 : laplace ? 1e3 : 1e6, random));
            double q = between(1e-9, 0.1, random);
            events.add(new DpEvent.Repeated(count, whole ? one : new DpEvent.PoissonSampled(q, one)));
        }
        return call(ofDelta, new DpEvent.Composed(events), between(1e-12, 1e-4, random), between(0.01, 20, random));
    }

    private static Call call(boolean ofDelta, DpEvent event, double delta, double epsilon) {
        return ofDelta
                ? new Call(event + " epsilon " + epsilon, () -> BEST.delta(event, epsilon))
                : new Call(event + " delta " + delta, () -> BEST.epsilon(event, delta));
    }

    private static Call draw(String kind, Random random) {
        return switch (kind) {
            case "epsilon-rare", "delta-rare" -> rare(kind.startsWith("delta"), random);
            case "epsilon-mixed", "delta-mixed" -> mixed(kind.startsWith("delta"), random);
            default -> corner(kind, random);
        };
    }

    private static Call corner(String kind, Random random) {
        double sigma = draw(SIGMAS, random);
        double q = Math.min(1, draw(QS, random));
        long steps = Math.round(draw(Arrays.stream(STEPS).asDoubleStream().toArray(), random));
        double delta = Math.min(1, draw(DELTAS, random));
        double epsilon = draw(EPSILONS, random);
        DpEvent event = Calibration.sampledGaussian(sigma, q, steps);
        return switch (kind) {
            case "epsilon" ->
                new Call(
                        "sigma " + sigma + " q " + q + " steps " + steps + " delta " + delta,
                        () -> BEST.epsilon(event, delta));
            case "close" ->
                new Call(
                        "sigma " + sigma + " q " + q + " steps " + steps + " delta " + delta,
                        () -> NARROW.epsilon(event, delta));
            case "delta" ->
                new Call("sigma " + sigma + " q " + q + " steps " + steps + " epsilon " + epsilon, () -> BEST.delta(event, epsilon));
            case "sigma" ->
                new Call(
                        "q " + q + " steps " + steps + " delta " + delta + " epsilon " + epsilon,
                        () -> accounted(
                                x -> Calibration.sampledGaussian(x, q, steps),
                                Calibration.noiseMultiplier(NARROW, epsilon, delta, q, steps),
                                1e-3,
                                x -> x * (1 - LITTLE),
                                delta,
                                epsilon));
            case "q" ->
                new Call(
                        "sigma " + sigma + " steps " + steps + " delta " + delta + " epsilon " + epsilon,
                        () -> accounted(
                                x -> Calibration.sampledGaussian(sigma, x, steps),
                                Calibration.samplingProbability(NARROW, epsilon, delta, sigma, steps),
                                1,
                                x -> Math.min(1, x * (1 + LITTLE)),
                                delta,
                                epsilon));
            case "steps" ->
                new Call(
                        "sigma " + sigma + " q " + q + " delta " + delta + " epsilon " + epsilon,
                        () -> accounted(
                                x -> Calibration.sampledGaussian(sigma, q, (long) x),
                                Calibration.steps(
                                        NARROW,
                                        epsilon,
                                        delta,
                                        n -> Calibration.sampledGaussian(sigma, q, n),
                                        MOST_STEPS),
                                MOST_STEPS,
                                x -> Math.floor(x * (1 + LITTLE)) + 1,
                                delta,
                                epsilon));
            default ->
                throw new IllegalArgumentException("kind must be epsilon, close, delta, sigma, q, steps, epsilon-rare, delta-rare,"
                        + " epsilon-mixed or delta-mixed, got " + kind);
        };
    }

    /**
     * Accounts for what a calibration found, as the command line does: at or under the target. Where it is more than
     * 0.1 % under it, tells why.
     *
     * @param last the value of the parameter beyond which calibration does not look
     * @param next the next value that costs more
     */
    private static Bounds accounted(
            DoubleFunction<DpEvent> event,
            double found,
            double last,
            DoubleUnaryOperator next,
            double delta,
            double target) {
        Bounds bounds = NARROW.hasty().epsilon(event.apply(found), delta);
        if (bounds.upper() > target) {
            throw new IllegalStateException("above the target: " + found + " costs " + bounds);
        }
        if (bounds.upper() < 0.999 * target) {
            boolean end = found == last || found == 0;
            later = () -> end
                    ? Why.END
                    : NARROW.hasty().epsilon(event.apply(next.applyAsDouble(found)), delta).upper() > target
                            ? Why.JUMP
                            : bounds.width() > 0.001 * target ? Why.WIDE : Why.LOOSE;
        }
        return bounds;
    }
}
