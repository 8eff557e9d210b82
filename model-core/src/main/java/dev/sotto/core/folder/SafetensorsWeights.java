package dev.sotto.core.folder;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.sotto.core.engine.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a model folder: in one safetensors file, or in several and an index that says which tensor is in which.
 * Headers are read; what tensors hold is mapped, so that the whole may be larger than memory.
 */
public final class SafetensorsWeights implements Weights {
    /** Where weights are that one file holds. */
    public static final String ONE_FILE = "model.safetensors";

    /** The same of a model with adapters: a name that others do not look for, who would compute without them. */
    public static final String WITH_ADAPTERS = "model-with-adapters.safetensors";

    private static final List<String> WHOLE = List.of(ONE_FILE, WITH_ADAPTERS);

    static final String INDEX = "model.safetensors.index.json";

    /** A file in the same folder. */
    private static final Pattern PART = Pattern.compile("[^/\\\\\\x00]+\\.safetensors");

    /** What wrappers put before every name: torch.nn.DataParallel, Opacus, torch.compile. */
    private static final List<String> WRAPPERS = List.of("module.", "_module.", "_orig_mod.");

    private final Path path;
    private final List<Safetensors> files;
    private final String wrapper; // before every name in the files
    private final Map<String, Safetensors> fileOf = new LinkedHashMap<>();
    private final Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();

    private SafetensorsWeights(Path path, List<Safetensors> files) {
        this.path = path;
        this.files = List.copyOf(files);
        this.wrapper = wrapper(
                files.stream().flatMap(file -> file.tensors().keySet().stream()).toList());
        for (Safetensors file : files) {
            file.tensors().forEach((name, tensor) -> {
                String own = name.substring(wrapper.length());
                fileOf.put(own, file);
                tensors.put(own, new Safetensors.Tensor(own, tensor.type(), tensor.shape(), tensor.begin()));
            });
        }
    }

    /** What stands before all names, several of them where one wrapper was put into another; empty if nothing does. */
    private static String wrapper(List<String> names) {
        String found = "";
        boolean more = !names.isEmpty();
        while (more) {
            String sofar = found;
            found = WRAPPERS.stream()
                    .map(each -> sofar + each)
                    .filter(each -> names.stream().allMatch(name -> name.startsWith(each)))
                    .findFirst()
                    .orElse(sofar);
            more = !found.equals(sofar);
        }
        return found;
    }

    /** Whether a folder has weights in a form that is read. */
    static boolean isIn(Path folder) {
        return whole(folder).isPresent() || Files.isRegularFile(folder.resolve(INDEX));
    }

    private static Optional<Path> whole(Path folder) {
        return WHOLE.stream().map(folder::resolve).filter(Files::isRegularFile).findFirst();
    }

    /**
     * Opens a folder's weights; where there is one file as well as an index, the one file, as transformers does.
     *
     * @throws IOException if they cannot be read
     * @throws ModelException if the index and the files do not belong together
     */
    static SafetensorsWeights open(Path folder) throws IOException {
        Optional<Path> one = whole(folder);
        if (one.isPresent()) {
            return new SafetensorsWeights(one.get(), List.of(Safetensors.open(one.get())));
        }
        Path index = folder.resolve(INDEX);
        Map<String, List<String>> namesByFile = namesByFile(index);
        List<Safetensors> files = new ArrayList<>();
        try {
            for (Map.Entry<String, List<String>> each : namesByFile.entrySet()) {
                Path part = folder.resolve(each.getKey());
                if (!Files.isRegularFile(part)) {
                    throw mismatch(index, "there is no " + part);
                }
                Safetensors file = Safetensors.open(part);
                files.add(file);
                check(index, file, each.getValue());
            }
            return new SafetensorsWeights(index, files);
        } catch (IOException | RuntimeException e) {
            files.forEach(Safetensors::close);
            throw e;
        }
    }

    private static void check(Path index, Safetensors file, List<String> names) {
        for (String name : names) {
            if (!file.tensors().containsKey(name)) {
                throw mismatch(index, file.path() + " holds no " + name);
            }
        }
        if (file.tensors().size() != names.size()) {
            throw mismatch(
                    index,
                    file.path() + " holds " + file.tensors().size() + " tensors where the index names " + names.size());
        }
    }

    /** The names of the tensors in each file, files in the order of their names. */
    private static Map<String, List<String>> namesByFile(Path index) throws IOException {
        Map<String, List<String>> names = new TreeMap<>();
        for (Map.Entry<String, JsonElement> each : weightMap(index).entrySet()) {
            String file = each.getValue().isJsonPrimitive() ? each.getValue().getAsString() : "";
            if (!PART.matcher(file).matches()) {
                throw mismatch(index, "it names \"" + file + "\", which is no safetensors file beside it");
            }
            names.computeIfAbsent(file, key -> new ArrayList<>()).add(each.getKey());
        }
        return names;
    }

    private static JsonObject weightMap(Path index) throws IOException {
        try {
            JsonElement json = JsonParser.parseString(Files.readString(index));
            if (json instanceof JsonObject object && object.get("weight_map") instanceof JsonObject map) {
                return map;
            }
        } catch (JsonParseException e) {
            throw noMap(index, e);
        }
        throw noMap(index, null);
    }

    private static ModelException noMap(Path index, @Nullable Exception cause) {
        return new ModelException.Damaged(
                index
                        + " has no weight_map from tensors to files, so where the weights are is unknown. Copy it again from"
                        + " where the model came from.",
                cause);
    }

    private static ModelException mismatch(Path index, String what) {
        return new ModelException.Damaged(index + " and the files beside it do not belong together: " + what
                + ". The download may be incomplete: copy the whole folder again.");
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public List<Path> files() {
        return files.stream().map(Safetensors::path).toList();
    }

    @Override
    public Map<String, Safetensors.Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public ByteBuffer bytes(String name) throws IOException {
        return file(name).bytes(wrapper + name);
    }

    @Override
    public ByteBuffer floatBytes(String name) throws IOException {
        return file(name).floatBytes(wrapper + name);
    }

    private Safetensors file(String name) {
        Safetensors file = fileOf.get(name);
        if (file == null) {
            throw new IllegalArgumentException(path + " holds no tensor " + name + ".");
        }
        return file;
    }

    @Override
    public void close() {
        files.forEach(Safetensors::close);
    }
}
