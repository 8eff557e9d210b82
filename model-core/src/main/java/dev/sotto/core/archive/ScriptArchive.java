package dev.sotto.core.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A TorchScript archive as {@code torch.jit.save} writes it: its modules, its code and where its numbers lie. Numbers are mapped
 * when asked for; nothing of the archive is run.
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
    }

    /**
     * Opens an archive.
     *
     * @throws IOException if it cannot be read or is damaged
     * @throws ArchiveException if it is of a kind that is not read
     */
    public static ScriptArchive open(Path path) throws IOException {
        ArchiveZip zip = ArchiveZip.open(path);
        try {
            return new ScriptArchive(zip);
        } catch (IOException e) {
            zip.close();
            throw new IOException(path + " cannot be read: " + e.getMessage() + ". Copy it again.", e);
        } catch (ArchiveException e) {
            zip.close();
            throw e;
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
     * A tensor's numbers, row-major, little-endian, in its own type. Parameters are mapped, or copied where they lie in another
     * order; what else there is is copied, since code may write to it and the mapping is read-only.
     */
    public ByteBuffer bytes(String name) throws IOException {
        StoredTensor tensor = stored(name);
        ArchiveZip.Entry entry = entry(tensor.storage().key());
        int width = tensor.type().bytes();
        long size = tensor.size() * width;
        if (!zip.isStored(entry) || tensor.end() * width > entry.size()) {
            throw new IOException("tensor " + name + " is compressed or lies outside its place");
        }
        if (size > Integer.MAX_VALUE) {
            throw new IOException("tensor " + name + " takes " + size + " bytes; at most 2 GiB can be mapped as one");
        }
        if (tensor.isContiguous() && names.of(tensor).kind() == ArchiveTensor.Kind.PARAMETER) {
            return zip.part(entry, tensor.offset() * width, size);
        }
        return TensorOrder.rowMajor(tensor, zip.bytes(entry));
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

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
