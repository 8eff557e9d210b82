package dev.sotto.core.model;

import ai.djl.Device;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.engine.Argument;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.pass.ComputeMode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Tries on made-up rows whether a model whose code was written elsewhere gives each row its own gradient: the gradients of rows in a
 * batch are compared with those of each row alone, and the batch is asked twice. The number of rows is odd and no dimension of a row
 * has it, so that no other axis passes for that of the rows. That finds code that mixes rows, not code that would mix them on other
 * inputs: it is evidence, and the bound on a step's sensitivity leans on it where several rows are computed together.
 */
public final class RowProbe {
    /** Mixed rows are apart by far more. Foreign code may use a weight many times, which its shapes do not tell: a floor beside their tolerance. */
    private static final double FLOOR = 1e-5;

    private static final double ASIDE = 0.1;
    private static final int NAMES_SHOWN = 3;

    private final SeedModel seed;
    private final Device device;
    private final float[] trained;
    private final ProbeRows rows;

    private RowProbe(SeedModel seed, Device device) {
        this.seed = seed;
        this.device = device;
        this.trained = aside(seed.initial());
        this.rows = ProbeRows.of(seed);
    }

    /** Beside the seed's values: behind a head that begins at zero every gradient would be zero, and so alike. */
    static float[] aside(float[] values) {
        var random = new Random(0);
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (ASIDE * random.nextGaussian());
        }
        return values;
    }

    /**
     * Tries a model.
     *
     * @return how far gradients of rows in a batch are from those of rows alone, relative; at most {@link #tolerance}
     * @throws ModelException if the rows of a batch do not keep to themselves; it names the parameters that show it
     */
    static double check(SeedModel seed, GradientModule module, Device device) {
        return new RowProbe(seed, device).check(module);
    }

    /**
     * Compiles code that was written elsewhere.
     *
     * @throws ModelException if libtorch cannot
     */
    static GradientModule compiled(SeedModel seed, Device device) {
        try {
            return GradientModule.of(seed, device, ComputeMode.Precision.FLOAT32, List.of());
        } catch (ModelException unusable) {
            throw unusable;
        } catch (RuntimeException cannot) {
            throw new ModelException.Unsupported(
                    seed.path() + " holds code that the libtorch here cannot compile once it is"
                            + " rewritten: " + last(cannot)
                            + ". Write that part of the model with plain tensors and PyTorch's own"
                            + " operators, or trace it.");
        }
    }

    /** Up to which relative difference two computations of a model's made-up rows pass as equal but for rounding. */
    public static double tolerance(SeedModel seed) {
        return Math.max(FLOOR, Rounding.tolerance(seed, batch(seed)));
    }

    /** The made-up rows that models are tried on. */
    static Batch batch(SeedModel seed) {
        return ProbeRows.of(seed).all();
    }

    private double check(GradientModule module) {
        checkLogits(module);
        if (!device.isGpu()) {
            return compare(module);
        }
        gradients(module);
        try (GradientModule onCpu =
                compiled(seed, Device.cpu())) { // GPUs may round products to 10 bits, which is no mixing
            return compare(onCpu);
        }
    }

    private double compare(GradientModule module) {
        float[] together = gradients(module);
        float[] again = gradients(module);
        float[] alone = new float[together.length];
        int d = seed.learning().size();
        for (int row = 0; row < rows.count(); row++) {
            System.arraycopy(gradients(module, trained, rows.only(row)), 0, alone, row * d, d);
        }
        refuseIfApart(
                together,
                again,
                "is another when it is computed again: its code draws random numbers or keeps something"
                        + " between calls. Call model.eval() before the archive is made, and take out what is random");
        return refuseIfApart(
                together,
                alone,
                "is another in a batch than alone: its code mixes rows, or has their axis elsewhere than in"
                        + " front, so that clipping would not bound what one person adds. Keep rows first ([rows, tokens, features]),"
                        + " and statistics of the batch out");
    }

    private void checkLogits(GradientModule module) {
        float[] logits;
        try {
            logits = module.logits(trained, inputs(rows.all()));
        } catch (RuntimeException cannot) {
            throw new ModelException.Unsupported(
                    seed.path() + " cannot be computed on " + rows.words() + ": " + last(cannot)
                            + ". A traced model may hold the sizes that it was traced with: script it, or keep sizes out of it."
                            + " config.json must say the ranges of its inputs.");
        }
        int positions =
                seed.spec().task().labelsTokens() ? rows.all().rowShape().get(0) : 1;
        if (logits.length != rows.count() * positions * seed.spec().outputs()) {
            throw new ModelException.Unsupported(
                    seed.path() + " gives " + logits.length + " numbers for " + rows.words()
                            + " where " + rows.count() * positions * seed.spec().outputs()
                            + " are expected. Let config.json's id2label name every output.");
        }
    }

    private float[] gradients(GradientModule module) {
        try {
            return gradients(module, trained, rows.all());
        } catch (RuntimeException cannot) {
            throw new ModelException.Unsupported(
                    culprit().orElse(seed.path() + " gives no gradient of each row: " + last(cannot) + "."));
        }
    }

    private float[] gradients(GradientModule module, float[] values, Batch batch) {
        return module.gradients(values, inputs(batch), seed.labels().argument(batch));
    }

    private List<Argument> inputs(Batch batch) {
        return seed.architecture().inputs(batch);
    }

    /** Where all together fail, each is tried by itself. */
    private Optional<String> culprit() {
        for (Slot slot : seed.trainedSlots()) {
            float[] values = new float[Math.toIntExact(slot.size())];
            seed.weight(slot).asFloatBuffer().get(values);
            try (GradientModule alone =
                    GradientModule.of(seed, List.of(slot), device, ComputeMode.Precision.FLOAT32, List.of())) {
                gradients(alone, values, rows.all());
            } catch (RuntimeException cannot) {
                return Optional.of(seed.path() + " has no gradient of each row by " + slot.name() + ": " + last(cannot)
                        + ". It may be joined with others before it is used, or be added by an operator that is not followed."
                        + " Use it as the bias of a linear map, convolution or normalisation, or leave it out by"
                        + " --train-names.");
            }
        }
        return Optional.empty();
    }

    private double refuseIfApart(float[] together, float[] other, String why) {
        BiasLayout layout = seed.learning();
        var first = new RowGradients(layout, together, rows.count());
        var second = new RowGradients(layout, other, rows.count());
        var scale = new Scale(layout.entries().stream()
                .mapToDouble(entry -> RelativeDifference.largest(second.of(entry.name())))
                .max()
                .orElse(0));
        record Apart(String name, double by) {}
        List<Apart> apart = layout.entries().stream()
                .map(entry -> {
                    double[] expected = second.of(entry.name());
                    double by = RelativeDifference.of(
                            first.of(entry.name()), expected, scale.of(RelativeDifference.largest(expected), 0));
                    return new Apart(entry.name(), Double.isNaN(by) ? Double.POSITIVE_INFINITY : by);
                })
                .sorted(Comparator.comparingDouble(Apart::by).reversed())
                .toList();
        long unlike = apart.stream().filter(each -> each.by() > tolerance(seed)).count();
        if (unlike > 0) {
            throw new ModelException.Unsupported(seed.path()
                    + " cannot be trained with privacy: the gradient of a row by "
                    + apart.stream()
                            .limit(Math.min(unlike, NAMES_SHOWN))
                            .map(Apart::name)
                            .collect(Collectors.joining(", "))
                    + (unlike > NAMES_SHOWN ? " and " + (unlike - NAMES_SHOWN) + " more" : "")
                    + String.format(
                            Locale.ROOT, " (apart by %.0e) ", apart.get(0).by()) + why + ".");
        }
        return apart.get(0).by();
    }

    /** The last line of what libtorch says; it speaks of made-up rows. */
    private static String last(RuntimeException said) {
        List<String> lines = String.valueOf(said.getMessage())
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
        return lines.isEmpty()
                ? said.getClass().getSimpleName()
                : lines.get(lines.size() - 1).strip();
    }
}
