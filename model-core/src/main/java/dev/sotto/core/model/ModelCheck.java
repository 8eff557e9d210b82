package dev.sotto.core.model;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.privacy.Clipping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at a model folder before anything is trained, and compares it with another implementation if asked. */
public final class ModelCheck {
    /** Which parameters a kind of a reference file is about. */
    private static final Map<String, Trained> KINDS =
            Map.of("bitfit", Trained.BIASES, "bitfit_head", Trained.BIASES_AND_HEAD, "head", Trained.HEAD);

    private static final Pattern CLIPPED = Pattern.compile("([a-z_]+)/([a-z]+)_R([0-9.e-]+?)(?:_(?:eps|g)?([0-9.e-]+|exact))?"
            + "/(factor|sum/.*)");
    /** A gradient that is zero by mathematics (a key bias) is rounding alone: its size is that of the whole gradient. */
    private static final double SMALLEST_SCALE = 1e-3;

    private ModelCheck() {}

    /** What the folder holds and what would be trained. Reads headers only. */
    public static ModelReport of(Path folder, Trained trained) {
        try (SeedModel seed = SeedModel.open(folder, specOf(folder, trained))) {
            return report(seed, List.of(), 0);
        }
    }

    /**
     * The same, and how far the model is from a reference.
     *
     * @param reference a safetensors file, see {@link ReferenceFile}
     * @param tolerance largest relative difference that passes
     * @throws ModelException if the folder's own head is of a kind that is not built, or the reference is incomplete
     */
    public static ModelReport of(Path folder, Trained trained, Path reference, double tolerance) {
        ModelSpec spec = specOf(folder, trained);
        try (ReferenceFile file = ReferenceFile.open(reference);
                TrainableModel model = TrainableModel.load(
                        folder, new ModelSpec(spec.task(), spec.outputs(), Trained.BIASES_AND_HEAD));
                SeedModel seed = SeedModel.open(folder, spec)) {
            return report(seed, new Comparison(model, file).differences(), tolerance);
        }
    }
}
