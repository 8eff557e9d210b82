package dev.sotto.job.train;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What Spark's metrics sinks are told of a run, as {@code <application>.driver.sotto.<name>}: numbers that follow from the plan and
 * from how many noise draws were made, and so from no row. What would tell of rows is not among them: losses, norms, realised batch
 * sizes, and with these the number of microbatches; phases of a step only where they were asked for, see {@link PhaseTimes}.
 */
final class RunMetrics implements Source {

    private static final String NAME = "sotto";

    private final MetricRegistry registry = new MetricRegistry();
    private volatile long steps; // behind the state
    private volatile long charged; // the same, and the step whose noise is being drawn
    private final AtomicLong draws = new AtomicLong(); // those of earlier attempts at their most

    private RunMetrics() {}

    /** Of an attempt that is about to begin. Until Spark ends its sinks ask it, so that the last report is of the whole run. */
    static RunMetrics register(Costs costs, Attempt attempt, EpsilonCurve curve) {
        var metrics = new RunMetrics();
        metrics.steps = attempt.first();
        metrics.charged = attempt.first();
        metrics.draws.set(attempt.drawnBefore());
        metrics.gauge("steps", () -> metrics.steps);
        metrics.gauge("steps_planned", costs::steps);
        metrics.gauge("noise_draws", metrics.draws::get);
        metrics.gauge("epsilon", () -> curve.after(metrics.charged));
        metrics.gauge("expected_batch", () -> costs.planAt(metrics.steps).expectedBatchSize());
        MetricsSystem system = SparkEnv.get().metricsSystem();
        CollectionConverters.asJava(system.getSourcesByName(NAME))
                .forEach(system::removeSource); // of a run before this one
        system.registerSource(metrics);
        return metrics;
    }

    /** Adds the seconds of each phase, which are private. */
    void tellPhases(PhaseTimes times) {
        for (PhaseTimes.Phase phase : PhaseTimes.Phase.values()) {
            gauge("seconds_" + phase.word(), () -> times.seconds(phase));
        }
    }

    private void gauge(String name, Gauge<? extends Number> value) {
        registry.register(name, value);
    }

    /** Noise is about to be drawn for a step, from 0. */
    void draws(long step) {
        draws.incrementAndGet();
        charged = step + 1;
    }

    /** A step's update, from 0, is made. */
    void done(long step) {
        steps = step + 1;
    }

    @Override
    public String sourceName() {
        return NAME;
    }

    @Override
    public MetricRegistry metricRegistry() {
        return registry;
    }
}
