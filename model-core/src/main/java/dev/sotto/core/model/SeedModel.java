package dev.sotto.core.model;

import com.google.gson.JsonObject;
import dev.sotto.core.engine.NativeFloats;
import dev.sotto.core.engine.NumberType;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.engine.SafetensorsWriter;
import dev.sotto.core.family.Architecture;
import dev.sotto.core.family.Families;
import dev.sotto.core.family.ImageArchitecture;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.SavedLabels;
import dev.sotto.core.family.Task;
import dev.sotto.core.family.TextArchitecture;
import dev.sotto.core.folder.ArchiveWeights;
import dev.sotto.core.folder.FiniteWeights;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.PadToken;
import dev.sotto.core.folder.SafetensorsWeights;
import dev.sotto.core.folder.Sha256;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.method.TrainedRules;
import dev.sotto.core.pass.ComputeMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A seed folder matched with the model it claims to hold: every parameter is found in it or begun by a rule, every
 * tensor is used or known to be of no use. Reads headers only; nothing is computed and no natives are needed.
 */
public final class SeedModel implements AutoCloseable {
    private static final int LEAST_TEXT = 3; // two special tokens and one

    private final ModelFolder folder;
    private final ModelSpec spec;
    private final Architecture architecture;
    private final List<Slot> own; // what its folder may hold
    private final FolderMatch match;
    private final List<Slot> slots; // what its script is given
    private final BiasLayout layout;
    private final BiasLayout learning;
    private @Nullable String sha256; // of some GB: computed when first asked for

    private SeedModel(
            ModelFolder folder, ModelSpec spec, Architecture architecture, List<Slot> own, FolderMatch match) {
        this.folder = folder;
        this.spec = spec;
        this.architecture = architecture;
        this.own = own;
        this.match = match;
        this.slots = spec.withAdded(own);
        this.layout = BiasLayout.of(trainedSlots());
        this.learning = BiasLayout.of(learningSlots());
    }

    /**
     * Opens a Hugging Face folder for training.
     *
     * @throws ModelException if it cannot be trained so; all missing, unknown and misshapen tensors are named together
     */
    public static SeedModel open(Path path, ModelSpec spec) {
        ModelFolder folder = ModelFolder.open(path);
        try {
            Architecture architecture = Families.of(folder).read(folder, spec);
            List<Slot> own = SavedAdapters.with(architecture.slots(), folder);
            return new SeedModel(folder, spec, architecture, own, FolderMatch.of(folder, architecture, own));
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /**
     * What a folder says of a model, if all it holds is a configuration: names, shapes and counts, but no values. With weights,
     * the same as {@link #open}.
     */
    public static SeedModel describe(Path path, ModelSpec spec) {
        ModelFolder folder = ModelFolder.openWithOrWithoutWeights(path);
        if (folder.hasWeights()) {
            folder.close();
            return open(path, spec);
        }
        Architecture architecture = Families.of(folder).read(folder, spec);
        List<Slot> own = SavedAdapters.with(architecture.slots(), folder);
        return new SeedModel(folder, spec, architecture, own, new FolderMatch(Map.of(), List.of(), List.of()));
    }

    /** What is wanted of it. */
    public ModelSpec spec() {
        return spec;
    }

    /** The family's name, as in {@code model_type}. */
    public String family() {
        return architecture.family();
    }

    /**
     * Checks that it takes images of a size.
     *
     * @throws ModelException if it does not
     */
    public void requireImages(int channels, int height, int width) {
        if (!(architecture instanceof ImageArchitecture model)) {
            throw new ModelException.Unsupported(
                    folder.path()
                            + " holds a model of text, but is to be given images: choose a text column, or a model for images.");
        }
        model.images().check(channels, height, width);
    }

    /**
     * Checks what headers do not tell, and what was asked for: for the driver, before anything is charged. Reads all weights.
     *
     * @throws ModelException if a weight is a NaN or an infinity, or a rule of what is trained matches nothing
     */
    public void check() {
        TrainedRules.check(folder.path(), spec.trained(), own);
        requireRoom(LEAST_TEXT);
        requireFinite();
    }

    /**
     * Checks that it can read texts of a length behind the prefix that it has; a model without one, or of no texts, is not asked.
     *
     * @param tokens of the longest text, special tokens included
     * @throws ModelException if it has not so many positions
     */
    public void requireRoom(int tokens) {
        int prefix = Prefix.lengthAmong(slots);
        if (prefix > 0 && tokens > longestText()) {
            throw new ModelException.Unsupported("The prefix takes " + prefix + " of the " + (longestText() + prefix)
                    + " positions that the model in " + folder.path() + " has, which leaves "
                    + Math.max(0, longestText()) + " where texts of up to " + tokens + " tokens are to be read. Set "
                    + (longestText() < LEAST_TEXT ? "prefix-length" : "max-length") + " to less.");
        }
    }

    /** The longest text that it reads, in tokens; of a model of images without meaning. */
    public int longestText() {
        return architecture instanceof TextArchitecture model
                ? model.text().maxLength() - Prefix.lengthAmong(slots)
                : Integer.MAX_VALUE;
    }

    /**
     * Reads all weights that the model uses.
     *
     * @throws ModelException if one is a NaN or an infinity
     */
    public void requireFinite() {
        Set<Safetensors.Tensor> tensors = new LinkedHashSet<>();
        for (Slot slot : own) {
            Safetensors.Tensor tensor = match.found().get(slot.name());
            if (tensor != null && slot.role() != Slot.Role.CONSTANT) { // of an archive's tables, some hide by infinity
                tensors.add(tensor);
            }
        }
        if (!tensors.isEmpty()) {
            FiniteWeights.require(folder.weights(), tensors);
        }
    }

    /** Where each trained parameter lies in the flat vector: of all phases of a run. */
    public BiasLayout layout() {
        return layout;
    }

    /** Where each parameter that learns in this phase lies in a gradient; {@link #layout()} of a run in one phase. */
    public BiasLayout learning() {
        return learning;
    }

    /** The names of the trained parameters that are the head's. */
    public Set<String> trainedHead() {
        return trainedSlots().stream()
                .filter(slot -> slot.role().isHead())
                .map(Slot::name)
                .collect(Collectors.toSet());
    }

    /** Parameters that the folder lacks, or has for another label count: they begin by a fixed public rule. */
    public List<String> begun() {
        return match.begun();
    }

    /**
     * The names of the outputs of the head that the folder brings and that is kept; empty if there is no such head, or nobody named
     * its outputs. What an output means stays with it, whatever it is called later.
     *
     * @throws ModelException if the configuration names some outputs and others not
     */
    public List<String> keptLabels() {
        return bringsOutputs() && !savedLabels().arePlaceholders()
                ? savedLabels().names()
                : List.of();
    }

    /** The names of the outputs of a head that was saved for the same kind of task but begins anew here; empty if there is none. */
    public List<String> replacedLabels() {
        boolean hasHead = own.stream().anyMatch(slot -> slot.role().isHead());
        return architecture.keepsHead() && hasHead && !bringsOutputs()
                ? savedLabels().names()
                : List.of();
    }

    /** Whether a part of the head is not in the folder, and begins anew. */
    public boolean beginsHead() {
        return own.stream().anyMatch(slot -> slot.role().isHead() && begun().contains(slot.name()));
    }

    /** Whether weights of the head begin anew and are not trained, so that they stay as they begin. */
    public boolean leavesNewHead() {
        return own.stream()
                .anyMatch(slot ->
                        slot.role() == Slot.Role.HEAD_WEIGHT && !isTrained(slot) && begun().contains(slot.name()));
    }

    private SavedLabels savedLabels() {
        return folder.hasConfig() ? SavedLabels.of(folder.config()) : new SavedLabels(List.of());
    }

    /** Whether what gives the outputs is the folder's. */
    private boolean bringsOutputs() {
        return architecture.isForeign()
                || own.stream()
                        .filter(slot -> slot.role().isHead())
                        .anyMatch(slot -> slot.shape().get(0) == spec.outputs()
                                && match.found().containsKey(slot.name()));
    }

    /** Tensors of the folder that the model does not use, as the folder names them. */
    public List<String> unused() {
        return match.unused();
    }

    /** How many parameters the model has, trained or frozen. */
    public long parameters() {
        return own.stream()
                .filter(slot -> slot.role() != Slot.Role.STATISTIC && slot.role() != Slot.Role.CONSTANT)
                .mapToLong(Slot::size)
                .sum();
    }

    /** The seed's values of the trained parameters, {@code float[d]}, a fresh copy. */
    public float[] initial() {
        FloatBuffer values = FloatBuffer.allocate(layout.size());
        for (Slot slot : trainedSlots()) {
            values.put(weight(slot).asFloatBuffer());
        }
        return values.array();
    }

    /**
     * Checks that its head can begin anew.
     *
     * @throws ModelException if it cannot
     */
    public void requireExchangeableHead() {
        if (architecture.isForeign()) {
            throw new ModelException.Unsupported(folder.path()
                    + " holds an archive, whose head cannot begin anew. Make it from a model with a new head.");
        }
    }

    /** The same with a head that begins anew, as one that the folder lacks would. */
    public float[] initialWithNewHead() {
        requireExchangeableHead();
        FloatBuffer values = FloatBuffer.allocate(layout.size());
        for (Slot slot : trainedSlots()) {
            values.put((slot.role().isHead() ? begin(slot) : weight(slot)).asFloatBuffer());
        }
        return values.array();
    }

    /** The folder. */
    public Path path() {
        return folder.path();
    }

    /** SHA-256 of the folder's weights, in hex: of the one file, or of several in the order of their names; the first call reads all
     * of it. */
    public synchronized String sha256() throws IOException {
        if (sha256 == null) {
            sha256 = Sha256.ofFiles(folder.weights().files());
        }
        return sha256;
    }

    /**
     * Writes the trained model's weights into a folder, in the form that the seed's have: frozen ones byte by byte as they are.
     *
     * @param trained laid out by {@link #layout()}
     * @return the file
     */
    public Path writeWeights(float[] trained, Path target) throws IOException {
        if (folder.weights() instanceof ArchiveWeights archive) {
            Map<String, float[]> values = new LinkedHashMap<>();
            layout.entries()
                    .forEach(each -> values.put(
                            each.name(), Arrays.copyOfRange(trained, each.offset(), each.offset() + each.size())));
            return archive.copyWith(values, target);
        } else {
            Path file = target.resolve(hasAdapters() ? SafetensorsWeights.WITH_ADAPTERS : SafetensorsWeights.ONE_FILE);
            SafetensorsWriter.write(file, Map.of("format", "pt"), contents(trained));
            return file;
        }
    }

    /**
     * Every parameter of the trained model, to be written: frozen ones byte by byte as the folder holds them.
     *
     * @param trained laid out by {@link #layout()}
     */
    public List<SafetensorsWriter.Content> contents(float[] trained) {
        Map<String, List<Slot>> tensors = slots.stream()
                .filter(slot -> slot.role() != Slot.Role.FACTOR) // which is merged
                .collect(Collectors.groupingBy(Slot::tensorName, LinkedHashMap::new, Collectors.toList()));
        List<SafetensorsWriter.Content> contents = new ArrayList<>();
        tensors.forEach((name, parts) -> contents.add(
                parts.stream().anyMatch(this::isTrained)
                        ? joined(name, parts, trained)
                        : updated(parts.get(0), trained).orElseGet(() -> content(parts.get(0)))));
        for (Safetensors.Tensor tensor : folder.weights().tensors().values()) {
            String name = architecture.currentName(tensor.name());
            if (match.unused().contains(tensor.name()) && architecture.isKept(name)) {
                contents.add(copied(name, tensor));
            }
        }
        return contents;
    }

    /**
     * What learned, under its own names: whole tensors of the folder, and factors of what was added.
     *
     * @param trained laid out by {@link #layout()}
     */
    public List<SafetensorsWriter.Content> learned(float[] trained) {
        Map<String, List<Slot>> tensors = slots.stream()
                .collect(Collectors.groupingBy(Slot::tensorName, LinkedHashMap::new, Collectors.toList()));
        return tensors.entrySet().stream()
                .filter(tensor -> tensor.getValue().stream().anyMatch(this::isTrained))
                .map(tensor -> joined(tensor.getKey(), tensor.getValue(), trained))
                .toList();
    }

    /** A map with what was added to it. */
    private Optional<SafetensorsWriter.Content> updated(Slot map, float[] trained) {
        if (!(spec.addition() instanceof Lora lora)) {
            return Optional.empty();
        }
        List<BiasLayout.Entry> factors = lora.factors(map).stream()
                .flatMap(factor -> layout.find(factor.name()).stream())
                .toList();
        if (factors.size() < 2) { // one of a layer that does not learn has none
            return Optional.empty();
        }
        return Optional.of(SafetensorsWriter.Content.floats(map.name(), map.shape(), () -> {
            float[] weight = new float[Math.toIntExact(map.size())];
            weight(map).asFloatBuffer().get(weight);
            lora.merge(map, weight, factors.get(0).of(trained), factors.get(1).of(trained));
            return weight;
        }));
    }

    /** A tensor of which some parts are trained: each part after the other. */
    private SafetensorsWriter.Content joined(String name, List<Slot> parts, float[] trained) {
        FloatBuffer values = FloatBuffer.allocate(
                Math.toIntExact(parts.stream().mapToLong(Slot::size).sum()));
        for (Slot part : parts) {
            Optional<BiasLayout.Entry> entry = layout.find(part.name());
            entry.ifPresentOrElse(
                    found -> values.put(trained, found.offset(), found.size()),
                    () -> values.put(weight(part).asFloatBuffer()));
        }
        return SafetensorsWriter.Content.floats(name, parts.get(0).tensorShape(), values.array());
    }

    /**
     * The configuration of the trained model: the folder's, with this head's class and label names.
     *
     * @param labels names of the classes by index; one name for regression
     */
    public JsonObject exportedConfig(List<String> labels) {
        return ExportedConfig.of(folder, architecture, spec, slots, labels);
    }

    /** Whether adapters stand behind some of its maps, or a prefix before its keys, so that nothing but Sotto computes it as a folder. */
    public boolean hasAdapters() {
        return SavedAdapters.areAmong(slots);
    }

    /** What fills rows of a batch, where that has to be known to answer one: of decoders. */
    public Optional<PadToken> padToken() {
        return architecture.readsLastToken() ? PadToken.of(folder) : Optional.empty();
    }

    /**
     * What the export names as padding, where the head is kept that has answered without one so far: transformers then answers a text
     * that ends with this very token by the token before it.
     */
    public Optional<PadToken> padTokenOfKeptHead() {
        return bringsOutputs() && folder.hasConfig() && folder.config().integer("pad_token_id", -1) < 0
                ? padToken()
                : Optional.empty();
    }

    private SafetensorsWriter.Content content(Slot slot) {
        Safetensors.Tensor tensor = match.found().get(slot.name());
        return tensor == null
                ? new SafetensorsWriter.Content(slot.name(), NumberType.F32, slot.shape(), () -> begin(slot))
                : copied(slot.tensorName(), tensor);
    }

    private SafetensorsWriter.Content copied(String name, Safetensors.Tensor tensor) {
        return new SafetensorsWriter.Content(
                name, tensor.type(), tensor.shape(), () -> folder.weights().bytes(tensor.name()));
    }

    /** How its loss takes a batch's labels. */
    Labels labels() {
        int classes = spec.task() == Task.CAUSAL_LM && architecture instanceof TextArchitecture model
                ? model.text().vocabulary()
                : spec.outputs();
        return new Labels(spec.task(), spec.outputs(), classes);
    }

    /** What it computes, and of which parameters. */
    public Architecture architecture() {
        return architecture;
    }

    /** Every parameter that the script is given: the architecture's, and what is added to them. */
    public List<Slot> slots() {
        return slots;
    }

    /** The folder, opened. */
    public ModelFolder folder() {
        return folder;
    }

    /** The parameters that are trained, in the order of {@link #layout()}. */
    public List<Slot> trainedSlots() {
        return slots.stream().filter(this::isTrained).toList();
    }

    /** The parameters that are not. */
    public List<Slot> frozenSlots() {
        return slots.stream().filter(slot -> !isTrained(slot)).toList();
    }

    /** Whether what the head is given does not depend on what is trained; of an archive it is not known what that is. */
    boolean trainsHeadAlone() {
        return !architecture.isForeign()
                && trainedSlots().stream().allMatch(slot -> slot.role().isHead());
    }

    /** The parameters that learn in this phase, in the order of {@link #learning()}. */
    public List<Slot> learningSlots() {
        return slots.stream().filter(spec.trained()::trains).toList();
    }

    private boolean isTrained(Slot slot) {
        return spec.trainsOnce(slot);
    }

    /** The type in which {@link #weight} gives a parameter: floats are widened to 32 bits, constants stay as they are. */
    NumberType numberType(Slot slot) {
        Safetensors.Tensor tensor = match.found().get(slot.name());
        return tensor != null && slot.role() == Slot.Role.CONSTANT ? tensor.type() : NumberType.F32;
    }

    /** Whether a script is given a frozen parameter in 16 bits where that is wanted: any float but the head's and statistics. */
    boolean isNarrow(Slot slot, ComputeMode.Precision precision) {
        return precision == ComputeMode.Precision.BFLOAT16
                && !slot.role().isHead()
                && slot.role() != Slot.Role.STATISTIC
                && slot.role() != Slot.Role.CONSTANT;
    }

    /** A parameter's first values off the heap: mapped where the folder holds them so. */
    public ByteBuffer weight(Slot slot) {
        Safetensors.Tensor tensor = match.found().get(slot.name());
        try {
            if (tensor != null && slot.role() == Slot.Role.CONSTANT) {
                return folder.weights().bytes(tensor.name());
            }
            return tensor == null ? begin(slot) : part(folder.weights().floatBytes(tensor.name()), slot);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading " + slot.name() + " from " + folder.path() + " failed.", e);
        }
    }

    private static ByteBuffer part(ByteBuffer tensor, Slot slot) {
        if (slot.whole() == null) {
            return tensor;
        }
        return tensor.slice(slot.whole().begin() * Float.BYTES, Math.toIntExact(slot.size()) * Float.BYTES)
                .order(tensor.order());
    }

    private static ByteBuffer begin(Slot slot) {
        float[] values = slot.whenMissing().values(slot.name(), slot.shape());
        ByteBuffer bytes = NativeFloats.allocate(values.length);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }

    @Override
    public void close() {
        folder.close();
    }
}
