package dev.sotto.core.checkpoint;

import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.model.SeedModel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Finds the first values of a model's trained parameters in an adapter, and makes sure that nothing else in it is lost. */
final class PeftReader {
    private final Path folder;
    private final Safetensors weights;
    private final SeedModel seed;
    private final PeftNames names;
    private final Set<String> left;

    PeftReader(Path folder, Safetensors weights, SeedModel seed) {
        this.folder = folder;
        this.weights = weights;
        this.seed = seed;
        this.names = PeftNames.of(seed);
        this.left = new TreeSet<>(weights.tensors().keySet());
    }

    float[] values() throws IOException {
        float[] values = seed.initial();
        for (Slot slot : seed.trainedSlots()) {
            List<String> found = found(slot);
            left.removeAll(found); // peft keeps a head's biases under several names beside biases of the body
            if (!found.isEmpty()) {
                BiasLayout.Entry entry = seed.layout().find(slot.name()).orElseThrow();
                int begin = slot.whole() == null ? 0 : slot.whole().begin();
                entry.of(values).put(tensor(found.get(0), slot), begin, entry.size());
            } else if (slot.role() == Slot.Role.FACTOR) {
                throw wrong("has no update of " + slot.name() + ", which would learn. Set target-modules (and"
                        + " train-layers) to the maps that it has updates of");
            }
        }
        for (Slot slot : seed.slots()) {
            leaveOutWhatIsTheSeeds(slot);
        }
        if (!left.isEmpty()) {
            throw wrong("holds " + left.iterator().next() + ", one of " + left.size()
                    + " tensors that would not learn here, so that training would begin at another model. Choose method,"
                    + " target-modules and train-layers so that all of it learns (biases with lora+bitfit), or merge it into"
                    + " the model in Python. If that is so already, it is of another model");
        }
        return values;
    }

    /** The tensor that a parameter is or is a part of, under all its names. */
    private List<String> found(Slot slot) {
        return names.all(slot.tensorName())
                .filter(weights.tensors()::containsKey)
                .toList();
    }

    private float[] tensor(String name, Slot slot) throws IOException {
        List<Integer> shape =
                Objects.requireNonNull(weights.tensors().get(name)).shape();
        if (!shape.equals(slot.tensorShape())) {
            throw wrong("has " + name + " of shape " + shape + " where " + slot.tensorShape()
                    + " is expected. It is of another model, rank or number of labels");
        }
        return weights.floats(name);
    }

    /** What does not learn is lost without loss where it is as in the seed model, and key biases change nothing. */
    private void leaveOutWhatIsTheSeeds(Slot slot) throws IOException {
        for (String name : found(slot)) {
            if (left.contains(name) && slot.whole() == null) {
                FloatBuffer same = FloatBuffer.wrap(tensor(name, slot));
                if (slot.role() == Slot.Role.KEY_BIAS
                        || same.equals(seed.weight(slot).asFloatBuffer())) {
                    left.remove(name);
                }
            }
        }
    }

    private ModelException wrong(String what) {
        return new ModelException.Unsupported("The adapter in " + folder + " " + what + ".");
    }
}
