package dev.sotto.core.model;

import ai.djl.Device;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.engine.OriginalArchive;
import dev.sotto.core.family.ForeignArchitecture;
import dev.sotto.core.folder.ModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * An archive's rewritten code on made-up rows, next to the archive itself.
 *
 * @param rows the largest difference between gradients of rows in a batch and of those alone, relative
 * @param logits the largest difference between its logits and those that PyTorch computes from the archive, relative
 */
public record ArchiveTrial(double rows, double logits) {

    /**
     * Tries a model whose code was written elsewhere; empty for other models.
     *
     * @throws ModelException if rows do not keep to themselves
     */
    public static Optional<ArchiveTrial> of(SeedModel seed) {
        if (!(seed.architecture() instanceof ForeignArchitecture foreign)
                || seed.layout().size() == 0) {
            return Optional.empty();
        }
        Batch batch = RowProbe.batch(seed);
        try (GradientModule module = RowProbe.compiled(seed, Device.cpu())) {
            double apart = RowProbe.check(seed, module, Device.cpu());
            double[] actual = wide(module.logits(seed.initial(), foreign.inputs(batch)));
            double[] expected =
                    wide(OriginalArchive.logits(seed.folder().weights().path(), foreign.original(batch)));
            return Optional.of(new ArchiveTrial(
                    apart, RelativeDifference.of(actual, expected, RelativeDifference.largest(expected))));
        } catch (IOException e) {
            throw new UncheckedIOException("Reading " + seed.path() + " failed.", e);
        }
    }

    private static double[] wide(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }
}
