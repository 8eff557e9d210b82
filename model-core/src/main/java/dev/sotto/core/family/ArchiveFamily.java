package dev.sotto.core.family;

import dev.sotto.core.archive.ArchiveException;
import dev.sotto.core.archive.ArchiveRewriter;
import dev.sotto.core.archive.ArchiveTensor;
import dev.sotto.core.archive.RewrittenArchive;
import dev.sotto.core.archive.ScriptArchive;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.engine.Argument;
import dev.sotto.core.engine.NumberType;
import dev.sotto.core.folder.ArchiveWeights;
import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.folder.WhenMissing;
import dev.sotto.core.method.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Any architecture, as a TorchScript archive. The folder's {@code config.json} says what it takes and gives; its code says what it
 * computes. Its biases are trained, and the head if the configuration names it.
 */
final class ArchiveFamily implements Family {
    private static final String HEAD = "head";

    @Override
    public List<String> modelTypes() {
        return List.of(ArchiveWeights.MODEL_TYPE);
    }

    @Override
    public ModelSpec asSaved(ModelFolder folder, Trained trained) {
        return SavedHead.of(folder.config()).spec(trained);
    }

    @Override
    public Architecture read(ModelFolder folder, ModelSpec spec) {
        Config config = folder.config();
        int saved = SavedHead.of(config).outputs();
        if (spec.task() == Task.CAUSAL_LM) {
            throw new ModelException.Unsupported(
                    folder.path() + " holds a TorchScript archive: language models are trained"
                            + " from folders of a family that is built (gpt2, llama).");
        } else if (spec.outputs() != saved) {
            throw new ModelException.Unsupported(
                    config.path() + " says that the archive gives " + saved + " outputs, but "
                            + spec.outputs()
                            + " are wanted: an archive's head cannot be exchanged. Make the archive from a model with "
                            + spec.outputs() + " outputs.");
        }
        ScriptArchive archive = ((ArchiveWeights) folder.weights()).archive();
        RewrittenArchive code = rewritten(archive);
        ArchiveEntry entry = ArchiveEntry.of(config, code, spec.task());
        List<Slot> slots = slots(archive, code, config.text(HEAD, ""), spec);
        String source = code.source() + entry.source();
        return entry.takesImages()
                ? new OfImages(archive.className(), slots, source, entry, ArchiveEntry.images(config))
                : new OfText(archive.className(), slots, source, entry, ArchiveEntry.text(config));
    }

    private static RewrittenArchive rewritten(ScriptArchive archive) {
        try {
            return ArchiveRewriter.rewrite(archive);
        } catch (ArchiveException unusable) {
            throw new ModelException.Unsupported(String.valueOf(unusable.getMessage()));
        }
    }

    private static List<Slot> slots(ScriptArchive archive, RewrittenArchive code, String head, ModelSpec spec) {
        List<Slot> slots = new ArrayList<>();
        for (ArchiveTensor tensor : archive.tensors()) {
            if (code.tensors().contains(tensor.name())) {
                slots.add(new Slot(tensor.name(), tensor.shape(), role(tensor, head), WhenMissing.REFUSE));
            }
        }
        if (!head.isEmpty() && slots.stream().noneMatch(slot -> slot.role() == Slot.Role.HEAD_WEIGHT)) {
            throw new ModelException.Damaged(
                    archive.path() + " reads no matrix " + head + ".weight, which config.json names as its"
                            + " head. Give the path of a linear layer, as named_modules() shows it.");
        }
        for (Slot slot : slots) {
            check(archive, slot, spec);
        }
        return slots;
    }

    private static Slot.Role role(ArchiveTensor tensor, String head) {
        String last = tensor.name().substring(tensor.name().lastIndexOf('.') + 1);
        if (tensor.kind() != ArchiveTensor.Kind.PARAMETER) {
            return Slot.Role.CONSTANT;
        } else if (tensor.name().equals(head + ".weight") && tensor.shape().size() == 2) {
            return Slot.Role.HEAD_WEIGHT;
        } else if (tensor.name().equals(head + ".bias")) {
            return Slot.Role.HEAD_BIAS;
        }
        return last.contains("bias") && tensor.shape().size() == 1 ? Slot.Role.BIAS : Slot.Role.FROZEN;
    }

    private static void check(ScriptArchive archive, Slot slot, ModelSpec spec) {
        NumberType type = archive.tensor(slot.name()).type();
        boolean half = type == NumberType.F16 || type == NumberType.BF16;
        if (half || (slot.role() != Slot.Role.CONSTANT && type != NumberType.F32)) {
            throw new ModelException.Unsupported(archive.path() + " holds " + slot.name() + " as " + type
                    + " numbers; archives are trained in F32. Make it from model.float().");
        }
        if (spec.trainsOnce(slot) && !archive.isApart(slot.name())) {
            throw new ModelException.Unsupported(
                    archive.path() + " holds " + slot.name() + " in a place that another tensor"
                            + " shares, or transposed, so that it could not be trained by itself. Give it a tensor of its own"
                            + " (.clone()) before the archive is made.");
        }
    }

    private interface OfArchive extends ForeignArchitecture {

        /** How it is called. */
        ArchiveEntry entry();

        @Override
        default List<Argument> original(Batch batch) {
            return entry().original(batch);
        }

        @Override
        default String family() {
            return ArchiveWeights.MODEL_TYPE;
        }

        @Override
        default List<String> resources() {
            return List.of("archive");
        }

        @Override
        default Map<String, Object> constants() {
            return Map.of();
        }

        @Override
        default boolean isOneByOne() {
            return entry().looksAtValues();
        }

        /** What its code does not read. */
        @Override
        default boolean isUnused(String name) {
            return true;
        }
    }

    private record OfText(String exportedClass, List<Slot> slots, String source, ArchiveEntry entry, TextInputs text)
            implements OfArchive, TextArchitecture {
        @Override
        public boolean keepsHead() {
            return true;
        }
    }

    private record OfImages(String className, List<Slot> slots, String source, ArchiveEntry entry, ImageInputs images)
            implements OfArchive, ImageArchitecture {
        @Override
        public ImageHead head() {
            return new ImageHead(className, true);
        }
    }
}
