package dev.sotto.core.privacy;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntConsumer;

/**
 * What the trusted room costs, in CPU time of one thread: prints the median of nine rounds. Run with
 * {@code java -cp model-core/target/test-classes:model-core/target/classes:accountant/target/classes
 * dev.sotto.core.privacy.PrivacyBench}.
 */
final class PrivacyBench {
    private static final int DIMENSION = 100_000;

    private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

    private PrivacyBench() {}

    public static void main(String[] args) {
        var plan = new PrivacyPlan(1_000_000, 0.001, 1_000_000, 0.7, new Clipping.AutoS(1));
        float[] gradients = new float[8 * DIMENSION];
        var random = new Random(1);
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] = (float) random.nextGaussian();
        }
        var sum = new ClippedSum(plan, DIMENSION);
        print("ClippedSum.add, d = 100,000", "ms a unit", 1e-6, 200, i -> sum.add(gradients, i % 8 * DIMENSION));

        var stream = new KeyedStream(new byte[32]);
        print("KeyedStream", "ns a word", 1, 5_000_000, i -> stream.getAsLong());
        var gaussian = new GridGaussian(stream, Long.SIZE);
        print("GridGaussian", "ns a draw", 1, 1_000_000, i -> gaussian.next());
        var mechanism = new GaussianMechanism(plan, RunKey.insecureSeed(1));
        var step = new int[1];
        print("GaussianMechanism.release, d = 100,000", "ms", 1e-6, 5, i -> mechanism.release(sum, step[0]++));

        var key = RunKey.insecureSeed(1).samplingKey();
        print("PoissonSampler, 1e6 units, q = 0.001", "ms", 1e-6, 100, i -> draw(key, i, 1_000_000, 0.001));
        print("PoissonSampler, 1e6 units, q = 0.1", "ms", 1e-6, 5, i -> draw(key, i, 1_000_000, 0.1));
        print("PoissonSampler, 1e4 units, q = 0.01", "ms", 1e-6, 1000, i -> draw(key, i, 10_000, 0.01));
        print("PoissonSampler, 2^31 - 1 units, q = 1e-6", "ms", 1e-6, 50, i -> draw(key, i, Integer.MAX_VALUE, 1e-6));
        print("PoissonSampler, 1 unit (set-up)", "ms", 1e-6, 1000, i -> draw(key, i, 1, 0.01));
    }

    private static void draw(SamplingKey key, int step, int units, double q) {
        PoissonSampler.sample(key, 0, step, 0, units, q);
    }

    private static void print(String what, String unit, double scale, int times, IntConsumer body) {
        double[] rounds = new double[9];
        for (int warm = -3; warm < rounds.length; warm++) {
            long start = CLOCK.getCurrentThreadCpuTime();
            for (int i = 0; i < times; i++) {
                body.accept(i);
            }
            rounds[Math.max(0, warm)] = (double) (CLOCK.getCurrentThreadCpuTime() - start) / times * scale;
        }
        Arrays.sort(rounds);
        System.out.printf(Locale.ROOT, "%-45s %10.4f %s%n", what, rounds[4], unit);
    }
}
