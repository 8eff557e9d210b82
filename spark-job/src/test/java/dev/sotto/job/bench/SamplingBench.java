package dev.sotto.job.bench;

import dev.sotto.core.privacy.PoissonSampler;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.privacy.SamplingKey;
import java.lang.management.ManagementFactory;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function2;

/**
 * One step's sample of 10 million units at q = 1e-4: keyed skipping against {@code RDD.sample} of an RDD that is cached as objects, the
 * fastest that Spark has. Both are drawn by tasks of the same partitions in the same executor, turn by turn, and of both the CPU time
 * is taken that the tasks' threads spend between the first request for a sampled unit and the last; a job's own cost is in neither.
 */
final class SamplingBench {

    private static final int UNITS = 10_000_000;
    private static final double Q = 1e-4;
    private static final int PARTITIONS = 8;
    private static final int WARMING = 10;
    private static final int WARMING_DRAWS = 500; // of a draw, which is short, until it is compiled

    private SamplingBench() {}

    static Map<String, Object> run(JavaSparkContext spark, int rounds) {
        JavaRDD<Integer> units = spark.parallelize(
                        IntStream.range(0, PARTITIONS).boxed().toList(), PARTITIONS)
                .flatMap(part -> IntStream.range(0, UNITS / PARTITIONS).iterator())
                .cache();
        units.count();
        SamplingKey key = RunKey.fromOperatingSystem().samplingKey();
        Median scanned = new Median();
        Median keyed = new Median();
        Median ratio = new Median();
        for (int draw = 0; draw < WARMING_DRAWS; draw++) {
            millis(units.mapPartitionsWithIndex(new Draw(key, draw), true));
        }
        for (int round = -WARMING; round < rounds; round++) {
            double scan = millis(units.sample(false, Q, round).mapPartitions(new Drain()));
            double skip = millis(units.mapPartitionsWithIndex(new Draw(key, WARMING_DRAWS + round), true));
            scanned.add(round >= 0, scan);
            keyed.add(round >= 0, skip);
            ratio.add(round >= 0, scan / skip);
        }
        units.unpersist(true); // before the session ends
        System.out.printf(
                Locale.ROOT,
                "sampling %,d units at q = %s, CPU time: RDD.sample %.1f ms, keyed %.3f ms: %.0f times faster"
                        + " (median of %d rounds' ratios)%n",
                UNITS,
                Q,
                scanned.get(),
                keyed.get(),
                ratio.get(),
                rounds);
        return Map.of(
                "units", UNITS, "q", Q, "rdd_sample_ms", scanned.get(), "keyed_ms", keyed.get(), "ratio", ratio.get());
    }

    private static double millis(JavaRDD<Long> nanos) {
        return nanos.reduce(Long::sum) / 1e6;
    }

    private static long threadNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** Reads a sample to its end. */
    private static final class Drain implements FlatMapFunction<Iterator<Integer>, Long> {
        @Override
        public Iterator<Long> call(Iterator<Integer> sample) {
            long start = threadNanos();
            int sampled = 0;
            while (sample.hasNext()) {
                sampled += sample.next() >= 0 ? 1 : 0;
            }
            return spent(start, sampled);
        }
    }

    /** Draws a partition's sample. */
    private static final class Draw implements Function2<Integer, Iterator<Integer>, Iterator<Long>> {
        private final SamplingKey key;
        private final long step;

        Draw(SamplingKey key, long step) {
            this.key = key;
            this.step = step;
        }

        @Override
        public Iterator<Long> call(Integer partition, Iterator<Integer> units) {
            long start = threadNanos();
            int[] sample = PoissonSampler.sample(key, 0, step, partition, UNITS / PARTITIONS, Q);
            return spent(start, sample.length);
        }
    }

    private static Iterator<Long> spent(long start, int sampled) {
        long nanos = threadNanos() - start;
        if (sampled == 0) { // 125 are expected
            throw new IllegalStateException("No unit was sampled.");
        }
        return List.of(nanos).iterator();
    }
}
