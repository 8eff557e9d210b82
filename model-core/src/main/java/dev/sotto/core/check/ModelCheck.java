package dev.sotto.core.check;

import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.ArchiveTrial;
import dev.sotto.core.model.RowProbe;
import dev.sotto.core.model.SavedModel;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.model.TrainableModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Looks at a model folder before anything is trained, and compares it with another implementation if asked. */
public final class ModelCheck {
    private ModelCheck() {}

    /**
     * What the folder holds and what would be trained. A configuration without weights does; code that was written elsewhere is
     * tried, and an archive compared with what PyTorch makes of it.
     *
     * @throws ModelException if the folder is damaged or of a kind that is not built
     */
    public static ModelReport of(Path folder, Trained trained) {
        try (SeedModel seed = SeedModel.describe(folder, SavedModel.spec(folder, trained))) {
            return report(seed, ofArchive(seed), RowProbe.tolerance(seed));
        }
    }

    /**
     * The same, and how far the model's logits, losses, per-row gradients and what clipping makes of them are from a
     * reference.
     *
     * @param reference a safetensors file: {@code input/NAME}, {@code label}, {@code logits},
     *     {@code loss_per_sample}, {@code grad_sample/PARAMETER}, {@code KIND/norm}, {@code KIND/CLIPPING/factor},
     *     {@code KIND/CLIPPING/sum/PARAMETER}; what it lacks is not compared
     * @param tolerance largest relative difference that passes
     * @throws ModelException as above, or if the folder's own head is not one that can be computed, or the reference
     *     is incomplete
     */
    public static ModelReport of(Path folder, Trained trained, Path reference, double tolerance) {
        try (ReferenceFile file = ReferenceFile.open(reference);
                SeedModel seed = SeedModel.open(folder, SavedModel.spec(folder, trained));
                TrainableModel model =
                        TrainableModel.load(folder, SavedModel.spec(folder, compared(folder, trained)))) {
            if (!seed.architecture().keepsHead()) {
                throw new ModelException.Unsupported(folder + " holds a "
                        + String.join(", ", seed.folder().config().texts("architectures"))
                        + ", whose head is not built, so its outputs cannot be compared: "
                        + seed.architecture().exportedClass() + " is. It can still be trained, with a new head.");
            }
            List<ModelReport.Difference> differences = new ArrayList<>(ofArchive(seed));
            differences.addAll(new Comparison(model, file).differences());
            return report(seed, differences, tolerance);
        }
    }

    /** What is trained in the comparison: all that others would, or of a model without biases and head something else. */
    private static Trained compared(Path folder, Trained trained) {
        Trained all = trained.addedBiases() ? Comparison.ALL.withAddedBiases() : Comparison.ALL;
        try (SeedModel seed = SeedModel.open(folder, SavedModel.spec(folder, all))) {
            return seed.layout().size() > 0 ? all : Trained.of(Trained.Part.NORMS);
        }
    }

    private static List<String> begun(SeedModel seed) {
        return seed.architecture().slots().stream()
                .filter(slot -> seed.begun().contains(slot.name()))
                .map(slot -> slot.name() + ": " + slot.whenMissing().words()
                        + (seed.layout().entries().stream()
                                        .anyMatch(entry -> entry.name().equals(slot.name()))
                                ? ", trained"
                                : ", stays so"))
                .toList();
    }

    private static List<ModelReport.Difference> ofArchive(SeedModel seed) {
        return ArchiveTrial.of(seed)
                .map(trial -> List.of(
                        new ModelReport.Difference("rows together against alone", trial.rows(), ""),
                        new ModelReport.Difference("logits of the archive itself", trial.logits(), "")))
                .orElse(List.of());
    }

    private static ModelReport report(SeedModel seed, List<ModelReport.Difference> differences, double tolerance) {
        seed.check();
        return new ModelReport(
                seed.family(),
                seed.spec(),
                seed.folder().hasWeights(),
                seed.parameters(),
                size(seed, slot -> slot.role().isBias()),
                size(seed, slot -> slot.role().isBias() && slot.role().isHead()),
                size(
                        seed,
                        slot -> slot.role() == Slot.Role.KEY_BIAS
                                && !seed.spec().trained().trains(slot)),
                seed.architecture().isOneByOne(),
                seed.keptLabels(),
                seed.layout(),
                begun(seed),
                seed.unused(),
                differences,
                tolerance);
    }

    private static long size(SeedModel seed, Predicate<Slot> some) {
        return seed.architecture().slots().stream()
                .filter(some)
                .mapToLong(Slot::size)
                .sum();
    }
}
