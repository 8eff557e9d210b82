package dev.sotto.core.model;

import dev.sotto.core.engine.NumberType;
import dev.sotto.core.engine.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A seed folder matched with the model it claims to hold: every parameter is found in it or begun by a rule, every
 * tensor is used or known to be of no use. Reads headers only; nothing is computed and no natives are needed.
 */
public final class SeedModel implements AutoCloseable {
    private static final int NAMES_SHOWN = 8;

    private final ModelFolder folder;
    private final ModelSpec spec;
    private final Architecture architecture;
    private final Map<String, String> found;
    private final List<String> begun;
    private final List<String> unused;
    private final BiasLayout layout;

    private SeedModel(
            ModelFolder folder,
            ModelSpec spec,
            Architecture architecture,
            Map<String, String> found,
            List<String> begun,
            List<String> unused) {
        this.folder = folder;
        this.spec = spec;
        this.architecture = architecture;
        this.found = found;
        this.begun = List.copyOf(begun);
        this.unused = List.copyOf(unused);
        this.layout = BiasLayout.of(trainedSlots());
    }

    /**
     * Opens a Hugging Face folder for training.
     *
     * @throws ModelException if it cannot be trained so; all missing, unknown and misshapen tensors are named together
     */
    public static SeedModel open(Path path, ModelSpec spec) {
        ModelFolder folder = ModelFolder.open(path);
        try {
            return match(folder, spec);
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    private static SeedModel match(ModelFolder folder, ModelSpec spec) {
        Architecture architecture = Family.of(folder).read(folder, spec);
        Map<String, String> names = currentNames(folder, architecture);
        Map<String, String> found = new LinkedHashMap<>();
        List<String> begun = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Slot slot : architecture.slots()) {
            String name = names.remove(slot.name());
            Safetensors.Tensor tensor =
                    name == null ? null : folder.weights().tensors().get(name);
            boolean otherHead = slot.role().isHead() && tensor != null && !fitsHead(slot, tensor, architecture);
            if (tensor == null || otherHead) {
                if (slot.whenMissing() == WhenMissing.REFUSE) {
                    faults.add("it lacks " + slot.name() + " " + slot.shape());
                }
                begun.add(slot.name());
            } else if (!tensor.shape().equals(slot.shape())) {
                faults.add(name + " has shape " + tensor.shape() + " where " + slot.shape() + " is expected");
            } else if (!readable(tensor.type())) {
                faults.add(name + " holds " + tensor.type() + " numbers (F32, F16 and BF16 are read)");
            } else {
                found.put(slot.name(), tensor.name());
            }
        }
        names.forEach((current, name) -> {
            if (!architecture.isUnused(current) && !isOtherHead(current, architecture)) {
                faults.add("it holds " + name + ", which a " + architecture.family() + " model as configured lacks");
            }
        });
        if (!faults.isEmpty()) {
            throw new ModelException.Damaged(folder.weights().path() + " does not fit its configuration: "
                    + shown(faults) + ". Computing on would give other outputs than the model's. Check that config.json"
                    + " and the weights belong together.");
        }
        return new SeedModel(folder, spec, architecture, found, begun, List.copyOf(names.values()));
    }

    /** From the model's own names to the folder's. */
    private static Map<String, String> currentNames(ModelFolder folder, Architecture architecture) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String name : folder.weights().tensors().keySet()) {
            String other = names.put(architecture.currentName(name), name);
            if (other != null) {
                throw new ModelException.Damaged(folder.weights().path() + " holds " + other + " and " + name
                        + ", two names of the same tensor: which one counts is unknown. Save the model again.");
            }
        }
        return names;
    }

    /** A head is kept if it was made for the same kind of task and as many labels. */
    private static boolean fitsHead(Slot slot, Safetensors.Tensor tensor, Architecture architecture) {
        List<Integer> there = tensor.shape();
        List<Integer> wanted = slot.shape();
        boolean onlyLabelsDiffer = there.size() == wanted.size()
                && !there.get(0).equals(wanted.get(0))
                && there.subList(1, there.size()).equals(wanted.subList(1, wanted.size()));
        return architecture.keepsHead() && !onlyLabelsDiffer;
    }

    /** A tensor of another task's head, in a folder whose head is not kept. */
    private static boolean isOtherHead(String name, Architecture architecture) {
        return !architecture.keepsHead() && name.startsWith("classifier.");
    }

    private static boolean readable(NumberType type) {
        return type == NumberType.F32 || type == NumberType.F16 || type == NumberType.BF16;
    }

    private static String shown(List<String> faults) {
        String first = String.join("; ", faults.subList(0, Math.min(NAMES_SHOWN, faults.size())));
        return faults.size() <= NAMES_SHOWN ? first : first + "; and " + (faults.size() - NAMES_SHOWN) + " more";
    }

    /** The folder, on this machine. */
    public Path path() {
        return folder.path();
    }

    /** What is wanted of it. */
    public ModelSpec spec() {
        return spec;
    }

    /** The family's name, as in {@code model_type}. */
    public String family() {
        return architecture.family();
    }

    /** Where each trained parameter lies in the flat vector. */
    public BiasLayout layout() {
        return layout;
    }

    /** Trained parameters that the folder lacks, or whose label count differs: they begin by a fixed public rule. */
    public List<String> begun() {
        return begun;
    }

    /** Tensors of the folder that the model does not use, as the folder names them. */
    public List<String> unused() {
        return unused;
    }

    /** How many numbers the model computes with, trained or frozen. */
    public long parameters() {
        return architecture.slots().stream().mapToLong(Slot::size).sum();
    }

    /** The seed's values of the trained parameters, {@code float[d]}, a fresh copy. */
    public float[] initial() {
        FloatBuffer values = FloatBuffer.allocate(layout.size());
        for (Slot slot : trainedSlots()) {
            values.put(weight(slot).asFloatBuffer());
        }
        return values.array();
    }

    Architecture architecture() {
        return architecture;
    }

    ModelFolder folder() {
        return folder;
    }

    List<Slot> trainedSlots() {
        return architecture.slots().stream().filter(this::isTrained).toList();
    }

    List<Slot> frozenSlots() {
        return architecture.slots().stream().filter(slot -> !isTrained(slot)).toList();
    }

    private boolean isTrained(Slot slot) {
        return slot.role().isTrained(spec.trained());
    }

    /** The folder's tensor behind a parameter, if it is not begun by a rule. */
    Optional<Safetensors.Tensor> tensor(Slot slot) {
        return Optional.ofNullable(found.get(slot.name()))
                .map(name -> folder.weights().tensors().get(name));
    }

    /** A parameter's first values as 32-bit floats off the heap: mapped where the folder holds them so. */
    ByteBuffer weight(Slot slot) {
        String name = found.get(slot.name());
        try {
            return name == null ? begin(slot) : folder.weights().floatBytes(name);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading " + slot.name() + " from " + folder.path() + " failed.", e);
        }
    }

    private static ByteBuffer begin(Slot slot) {
        float[] values = slot.whenMissing().values(slot.name(), slot.shape());
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.nativeOrder());
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    @Override
    public void close() {
        folder.close();
    }
}
