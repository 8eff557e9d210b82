package dev.sotto.core.model;

import ai.djl.Device;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.engine.OriginalArchive;
import dev.sotto.core.model.ModelReport.Difference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** An archive's rewritten code next to the archive itself. */
final class ArchiveCheck {
    private ArchiveCheck() {}

    /**
     * Tries a model whose code was written elsewhere on made-up rows: {@link RowProbe}, and the largest difference between its logits
     * and those that PyTorch computes from the archive. Nothing for other models.
     *
     * @throws ModelException if rows do not keep to themselves
     */
    static List<Difference> differences(SeedModel seed) {
        if (!(seed.architecture() instanceof ArchiveFamily.Foreign foreign)
                || seed.layout().size() == 0) {
            return List.of();
        }
        Batch batch = RowProbe.batch(seed);
        try (GradientModule module = RowProbe.compiled(seed, Device.cpu())) {
            double apart = RowProbe.check(seed, module, Device.cpu());
            double[] actual = wide(module.logits(seed.initial(), foreign.inputs(batch)));
            double[] expected = wide(OriginalArchive.logits(
                    seed.folder().weights().path(), foreign.entry().original(batch)));
            return List.of(
                    new Difference("rows together against alone", apart, ""),
                    new Difference(
                            "logits of the archive itself",
                            RelativeDifference.of(actual, expected, RelativeDifference.largest(expected)),
                            ""));
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
