package dev.sotto.accountant.bench;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.pld.PldAccountant;
import dev.sotto.accountant.rdp.RdpAccountant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What people ask an accountant, warm, at the default width of the bounds. Run by scripts/bench accounting. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
public class AccountingBenchmark {
    private final PldAccountant pld = new PldAccountant();
    private final RdpAccountant rdp = new RdpAccountant();
    private final PldAccountant narrow = new PldAccountant(Adjacency.ADD_OR_REMOVE_ONE, 0.001, 1e-4);
    private final DpEvent runs = differentRuns(1000);

    /** 2,000 steps, σ = 1, q = 0.01, δ = 1e-6. */
    @Benchmark
    public Bounds epsilonOf2000Steps() {
        return pld.epsilon(Calibration.sampledGaussian(1, 0.01, 2000), 1e-6);
    }

    /** A million steps, σ = 5, q = 0.02, δ = 1e-6. */
    @Benchmark
    public Bounds epsilonOfAMillionSteps() {
        return pld.epsilon(Calibration.sampledGaussian(5, 0.02, 1_000_000), 1e-6);
    }

    /** The noise for ε = 3 on SST-2: q = 0.0148, 674 steps, δ = 7.424e-6. */
    @Benchmark
    public double calibration() {
        return Calibration.noiseMultiplier(narrow, 3, 7.424e-6, 0.014848030408766278, 674);
    }

    /** A ledger of 1,000 runs, no two alike: σ 0.8 to 2.8, q 0.001 to 0.003, 100 to 1,100 steps. */
    @Benchmark
    public Bounds aThousandDifferentRuns() {
        return pld.epsilon(runs, 1e-6);
    }

    /** The same 2,000 steps by Rényi differential privacy. */
    @Benchmark
    public Bounds rdpOf2000Steps() {
        return rdp.epsilon(Calibration.sampledGaussian(1, 0.01, 2000), 1e-6);
    }

    private static DpEvent differentRuns(int count) {
        Random random = new Random(1);
        List<DpEvent> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(Calibration.sampledGaussian(
                    0.8 + 2 * random.nextDouble(), 0.001 + 0.002 * random.nextDouble(), 100 + random.nextInt(1000)));
        }
        return new DpEvent.Composed(runs);
    }
}
