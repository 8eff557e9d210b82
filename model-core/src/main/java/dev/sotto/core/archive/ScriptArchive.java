package dev.sotto.core.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private final IdentityHashMap<ScriptObject, String> paths = new IdentityHashMap<>();
    private final Map<StoredTensor, ArchiveTensor> tensors = new LinkedHashMap<>();

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
        collect(root, "");
        for (int i = 0; i < constants.size(); i++) {
            collectValue(constants.get(i), "CONSTANTS.c" + i, ArchiveTensor.Kind.CONSTANT);
        }
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

    /** Names a module's own tensors, then those of its modules, as Python does; what was met before keeps its name. */
    private void collect(ScriptObject object, String path) {
        if (paths.putIfAbsent(object, path) != null) {
            return;
        }
        ScriptClass type = code.classes().get(object.className());
        object.attributes().forEach((name, value) -> {
            if (!(value instanceof ScriptObject)) {
                boolean parameter = type != null && type.parameters().contains(name);
                collectValue(
                        value, under(path, name), parameter ? ArchiveTensor.Kind.PARAMETER : ArchiveTensor.Kind.BUFFER);
            }
        });
        object.attributes().forEach((name, value) -> {
            if (value instanceof ScriptObject inner) {
                collect(inner, under(path, name));
            }
        });
    }

    private void collectValue(Object value, String name, ArchiveTensor.Kind kind) {
        if (value instanceof StoredTensor tensor) {
            tensors.putIfAbsent(tensor, new ArchiveTensor(name, kind, tensor.type(), tensor.shape()));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                collectValue(list.get(i), under(name, Integer.toString(i)), kind);
            }
        } else if (value instanceof Pickle.Tuple tuple) {
            collectValue(tuple.values(), name, kind);
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, each) -> collectValue(each, under(name, String.valueOf(key)), kind));
        }
    }

    private static String under(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** The file. */
    public Path path() {
        return zip.path();
    }

    /** All tensors, parameters in the order of the Python model's {@code named_parameters}. */
    public Collection<ArchiveTensor> tensors() {
        return Collections.unmodifiableCollection(tensors.values());
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
        if (!zip.isStored(entry) || (tensor.offset() + tensor.size()) * width > entry.size()) {
            throw new IOException("tensor " + name + " is compressed or lies outside its place");
        }
        if (size > Integer.MAX_VALUE) {
            throw new IOException("tensor " + name + " takes " + size + " bytes; at most 2 GiB can be mapped as one");
        }
        if (tensor.isContiguous() && named(tensor).kind() == ArchiveTensor.Kind.PARAMETER) {
            return zip.map(entry.begin() + tensor.offset() * width, size);
        }
        return TensorOrder.rowMajor(tensor, zip.bytes(entry));
    }

    /** A tensor by its name. */
    public ArchiveTensor tensor(String name) {
        return named(stored(name));
    }

    /** Whether a tensor lies row-major in a place of its own, so that it can be replaced there without touching another. */
    public boolean isApart(String name) {
        StoredTensor tensor = stored(name);
        return tensor.isContiguous()
                && tensors.keySet().stream()
                                .filter(each -> each.storage()
                                        .key()
                                        .equals(tensor.storage().key()))
                                .count()
                        == 1;
    }

    StoredTensor stored(String name) {
        return tensors.entrySet().stream()
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

    /** Dotted path of a module, the first of several; empty for the whole model. */
    String pathOf(ScriptObject object) {
        return String.valueOf(paths.get(object));
    }

    /** All modules. */
    Collection<ScriptObject> objects() {
        return Collections.unmodifiableCollection(paths.keySet());
    }

    /** A tensor as it is named. */
    ArchiveTensor named(StoredTensor tensor) {
        return Objects.requireNonNull(tensors.get(tensor), "every tensor was named at the start");
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
