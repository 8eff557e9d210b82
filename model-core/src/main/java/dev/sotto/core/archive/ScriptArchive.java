package dev.sotto.core.archive;

import dev.sotto.core.engine.MappedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A TorchScript archive as {@code torch.jit.save} writes it: its modules, its code and where its numbers lie. Numbers are mapped;
 * nothing of the archive is run. Closing unmaps: what {@link #bytes} gave, or was made of it without a copy, is not to be touched
 * thereafter.
 */
public final class ScriptArchive implements AutoCloseable {
    /** Of the file format; newer archives may hold operators that this libtorch lacks. */
    private static final int NEWEST_VERSION = 10;

    private final ArchiveZip zip;
    private final String prefix;
    private final ScriptCode code = new ScriptCode();
    private final ScriptObject root;
    private final List<Object> constants;
    private final ArchiveNames names;
    private final MappedFile numbers;

    /** Reads all but the numbers, which it maps: of the zip nothing is asked thereafter but where its entries are. */
    private ScriptArchive(ArchiveZip zip) throws IOException {
        this.zip = zip;
        this.prefix = prefix(zip);
        checkKind();
        for (ArchiveZip.Entry entry : zip.entries().values()) {
            String name = entry.name();
            if (name.startsWith(prefix + "code/") && name.endsWith(".py")) {
                String module = name.substring((prefix + "code/").length(), name.length() - ".py".length());
                code.add(module.replace('/', '.'), text(entry));
            }
        }
        if (!(Pickle.read(zip.bytes(entry("data.pkl")), "data") instanceof ScriptObject found)) {
            throw new ArchiveException(zip.path() + " holds no module.");
        }
        root = found;
        constants = Pickle.read(zip.bytes(entry("constants.pkl")), "constants") instanceof Pickle.Tuple tuple
                ? tuple.values()
                : List.of();
        names = new ArchiveNames(code, root, constants);
        List<MappedFile.Part> places = new ArrayList<>();
        for (StoredTensor tensor : names.tensors().keySet()) {
            places.add(place(tensor));
        }
        numbers = zip.map(places);
    }

    /**
     * Opens an archive.
     *
     * @throws IOException if it cannot be read or is damaged
     * @throws ArchiveException if it is of a kind that is not read
     */
    public static ScriptArchive open(Path path) throws IOException {
        try (ArchiveZip zip = ArchiveZip.open(path)) {
            return read(zip);
        }
    }

    private static ScriptArchive read(ArchiveZip zip) throws IOException {
        try {
            return new ScriptArchive(zip);
        } catch (IOException e) {
            throw new IOException(zip.path() + " cannot be read: " + e.getMessage() + ". Copy it again.", e);
        }
    }

    private static String prefix(ArchiveZip zip) {
        return zip.entries().keySet().stream()
                .filter(name -> name.matches("[^/]+/data\\.pkl"))
                .findFirst()
                .map(name -> name.substring(0, name.length() - "data.pkl".length()))
                .orElseThrow(() -> new ArchiveException(zip.path() + " is no TorchScript archive: it holds no data.pkl."
                        + " Make one with scripts/export/torchscript.py."));
    }

    private void checkKind() throws IOException {
        if (zip.entries().keySet().stream().noneMatch(name -> name.startsWith(prefix + "code/"))) {
            throw new ArchiveException(zip.path() + " holds no code: it is what torch.save writes, not torch.jit.save,"
                    + " so what the model computes is unknown. Make an archive with scripts/export/torchscript.py.");
        }
        String version = find("version")
                .or(() -> find(".data/version"))
                .map(this::textOf)
                .orElse("")
                .strip();
        if (!version.matches("\\d{1,9}") || Integer.parseInt(version) > NEWEST_VERSION) {
            throw new ArchiveException(zip.path() + " says its format is of version \"" + version + "\"; up to "
                    + NEWEST_VERSION + " are read. Save it with an older PyTorch.");
        }
        String order = find("byteorder").map(this::textOf).orElse("none");
        if (!order.equals("little")) { // written since 2.1, where operators are saved with the version that they need
            throw new ArchiveException(zip.path() + " says its byte order is \"" + order + "\" where \"little\" is"
                    + " expected: it is of another kind of machine, or was saved by PyTorch before 2.1, whose operators"
                    + " may mean something else. Save it again: torch.jit.save(torch.jit.load(OLD), NEW).");
        }
    }

    private Optional<ArchiveZip.Entry> find(String name) {
        return Optional.ofNullable(zip.entries().get(prefix + name));
    }

    private ArchiveZip.Entry entry(String name) throws IOException {
        return find(name).orElseThrow(() -> new IOException("it holds no " + name));
    }

    private String text(ArchiveZip.Entry entry) throws IOException {
        return StandardCharsets.UTF_8.decode(zip.bytes(entry)).toString();
    }

    private String textOf(ArchiveZip.Entry entry) {
        try {
            return text(entry);
        } catch (IOException e) {
            throw new ArchiveException(zip.path() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The file. */
    public Path path() {
        return zip.path();
    }

    /** All tensors, parameters in the order of the Python model's {@code named_parameters}. */
    public Collection<ArchiveTensor> tensors() {
        return names.tensors().values();
    }

    /** The class of the whole model, without its package. */
    public String className() {
        return root.className().substring(root.className().lastIndexOf('.') + 1);
    }

    /**
     * A tensor's numbers, row-major, little-endian, in its own type. Parameters are mapped, until this is closed, or copied where they lie in
     * another order; what else there is is copied, since code may write to it and the mapping is read-only.
     */
    public ByteBuffer bytes(String name) throws IOException {
        StoredTensor tensor = stored(name);
        MappedFile.Part place = place(tensor);
        return tensor.isContiguous() && names.of(tensor).kind() == ArchiveTensor.Kind.PARAMETER
                ? numbers.bytes(place)
                : numbers.read(place, stored -> TensorOrder.rowMajor(tensor, stored));
    }

    /** From a tensor's first number to its last, and what may lie between. */
    private MappedFile.Part place(StoredTensor tensor) throws IOException {
        ArchiveZip.Entry entry = entryOf(tensor);
        int width = tensor.type().bytes();
        boolean forwards = 0 <= tensor.offset() && tensor.offset() <= tensor.end();
        if (!entry.isStored() || !forwards || tensor.end() * width > entry.size()) {
            throw new IOException(
                    "tensor " + names.of(tensor).name() + " is compressed or lies outside its place, " + entry.name());
        }
        var place =
                new MappedFile.Part(entry.begin() + tensor.offset() * width, (tensor.end() - tensor.offset()) * width);
        if (Math.max(place.size(), tensor.size() * width) > MappedFile.LARGEST_PART) {
            throw new ArchiveException(
                    zip.path() + " holds tensor " + names.of(tensor).name() + ", whose numbers reach over "
                            + place.size() + " bytes: one tensor is mapped as a whole, up to 2 GiB.");
        }
        return place;
    }

    /** A tensor by its name. */
    public ArchiveTensor tensor(String name) {
        return names.of(stored(name));
    }

    /** Whether a tensor lies row-major in a place of its own, so that it can be replaced there without touching another. */
    public boolean isApart(String name) {
        StoredTensor tensor = stored(name);
        return tensor.isContiguous()
                && names.tensors().keySet().stream()
                                .filter(each -> each.storage()
                                        .key()
                                        .equals(tensor.storage().key()))
                                .count()
                        == 1;
    }

    StoredTensor stored(String name) {
        return names.tensors().entrySet().stream()
                .filter(each -> each.getValue().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(zip.path() + " holds no tensor " + name + "."))
                .getKey();
    }

    /** Where a tensor's storage lies in the file. */
    ArchiveZip.Entry entryOf(StoredTensor tensor) throws IOException {
        return entry(tensor.storage().key());
    }

    ScriptCode code() {
        return code;
    }

    ScriptObject root() {
        return root;
    }

    /** The constant that stands in the code as {@code CONSTANTS.cN}. */
    Object constant(int number) {
        return constants.get(number);
    }

    /** What its modules and tensors are called. */
    ArchiveNames names() {
        return names;
    }

    /** Unmaps the numbers, once none are being read. */
    @Override
    public void close() {
        numbers.close();
    }
}
