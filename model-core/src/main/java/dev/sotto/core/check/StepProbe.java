package dev.sotto.core.check;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.FeatureBatch;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.GaussianMechanism;
import dev.sotto.core.privacy.NoisySum;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.FeatureModel;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.TrainState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/**
 * Takes steps on made-up rows to see how long their parts take here: what a slot computes, with all cores busy, and what is the driver's. The
 * code is that of a run ({@code PartitionStep}, {@code GaussianMechanism}); the network and the cluster manager are not in it.
 */
public final class StepProbe {
    /** Trials of sizes of passes, and passes that are timed, together take about so long where a row takes long. */
    private static final double SECONDS = 20;

    private static final int TRIED_ROWS =
            12; // of the smallest passes that are compared, beside six of the size that is timed
    private static final int TRIED_PASSES = 6;
    private static final double LEAST_SECONDS = 0.5;
    private static final int REPETITIONS = 3;
    private static final int WARM_UPS = 3; // libtorch compiles what it has seen

    private final TrainableModel model;
    private final Recipe recipe;
    private final float[] trained;

    private StepProbe(TrainableModel model, Recipe recipe, float[] trained) {
        this.model = model;
        this.recipe = recipe;
        this.trained = trained;
    }

    /**
     * Measures.
     *
     * @param recipe of the run
     * @param trained [d], the trained parameters
     * @param rowShape of a row: tokens, or channels, height and width of an image
     * @param rows that a slot computes in a step; a pass has no more
     * @param cores that compute, on this machine
     */
    public static StepTimes of(
            TrainableModel model, Recipe recipe, float[] trained, List<Integer> rowShape, long rows, int cores)
            throws InterruptedException {
        Batch like = model.madeUp(rowShape);
        Optional<FeatureModel> head = model.features();
        if (head.isEmpty()) {
            int length = rowShape.size() == 1 ? rowShape.get(0) : 1;
            return of(model, recipe, trained, new MadeUpRows(like, 1, length), rows, cores, 0);
        }
        FeatureModel given = head.get();
        int most = (int) Math.min(rows, recipe.limit().rowsOf(rowShape.size() == 1 ? rowShape.get(0) : 1));
        double features = perRow(
                most,
                count -> () -> {
                    FeatureBatch computed =
                            given.features(like.noise(LongStream.range(0, count).toArray()));
                    return computed.rows();
                },
                cores);
        FeatureBatch one = given.features(like.noise(0));
        int length = given.isPerToken() ? one.rowShape().get(0) : 1;
        return of(model, recipe, trained, new MadeUpRows(one, 1, length), rows, cores, features);
    }

    private static StepTimes of(
            TrainableModel model, Recipe recipe, float[] trained, MadeUpRows one, long rows, int cores, double features)
            throws InterruptedException {
        PrivacyPlan plan = recipe.plan();
        var everyRow = new PrivacyPlan(plan.units(), 1, plan.steps(), plan.noiseMultiplier(), plan.clipping());
        var probe = new StepProbe(model, recipe.with(everyRow), trained);
        int most = (int) Math.min(rows, recipe.limit().rowsOf(one.longest()));
        double row = perRow(most, count -> () -> probe.sum(one, count), cores);
        ClippedSum sum = probe.sum(one, 1);
        return probe.driver(sum, row, features, cores);
    }

    private ClippedSum sum(MadeUpRows one, int rows) {
        return recipe.partitionStep(RunKey.insecureSeed(0).samplingKey(), 0)
                .run(0, 0, new MadeUpRows(one.like(), rows, one.longest()), model, trained);
    }

    private StepTimes driver(ClippedSum sum, double row, double features, int cores) {
        var mechanism = new GaussianMechanism(recipe.plan(), RunKey.insecureSeed(0));
        TrainState state = TrainState.initial(trained, recipe);
        double packing = 0;
        double noise = 0;
        double updating = 0;
        long steps = Math.min(recipe.plan().steps(), 1L + REPETITIONS);
        // the first step, which warms up, counts only where it is the only one
        for (long step = 0; step < steps; step++) {
            long begin = System.nanoTime();
            var total = new ClippedSum(recipe.plan(), state.dimension());
            total.add(sent(sum));
            long added = System.nanoTime();
            NoisySum noisy = mechanism.release(total, step);
            long released = System.nanoTime();
            state.update(recipe, step, noisy);
            double counts = step > 0 || steps == 1 ? 1e-9 / Math.max(1, steps - 1) : 0;
            packing += counts * (added - begin);
            noise += counts * (released - added);
            updating += counts * (System.nanoTime() - released);
        }
        return new StepTimes(row, features, packing, noise, updating, cores);
    }

    /** As between two processes. */
    private static ClippedSum sent(ClippedSum sum) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(sum);
            out.flush();
            try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                return (ClippedSum) in.readObject();
            }
        } catch (IOException | ClassNotFoundException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What computes so many rows. */
    @FunctionalInterface
    private interface Work {
        Callable<?> of(int rows);
    }

    /**
     * Seconds of a row on one core, while as many others compute as well.
     *
     * @param most rows of a pass
     */
    private static double perRow(int most, Work work, int cores) throws InterruptedException {
        ExecutorService slots = Executors.newFixedThreadPool(cores);
        try {
            double alone = 0;
            for (int i = 0; i < WARM_UPS; i++) {
                alone = seconds(slots, 1, work.of(1));
            }
            int rows = (int) Math.max(1, Math.min(most, (SECONDS / alone - TRIED_ROWS) / TRIED_PASSES));
            seconds(slots, 1, work.of(rows)); // finds out which sizes of passes give equal bits
            double fastest = Double.POSITIVE_INFINITY; // what else the machine does slows the others down
            double total = 0;
            for (int i = 0; i < REPETITIONS || total < LEAST_SECONDS; i++) {
                double taken = seconds(slots, cores, work.of(rows));
                fastest = Math.min(fastest, taken);
                total += taken;
            }
            return fastest / rows;
        } finally {
            slots.shutdownNow();
        }
    }

    /** Of all threads doing it at the same time. */
    private static double seconds(ExecutorService slots, int threads, Callable<?> work) throws InterruptedException {
        long begin = System.nanoTime();
        for (Future<?> done : slots.invokeAll(Collections.nCopies(threads, work))) {
            try {
                done.get();
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof RuntimeException told ? told : new IllegalStateException(failed);
            }
        }
        return (System.nanoTime() - begin) * 1e-9;
    }
}
