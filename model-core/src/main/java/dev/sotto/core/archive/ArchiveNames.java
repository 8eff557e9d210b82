package dev.sotto.core.archive;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What an archive's modules and tensors are called: by dotted paths from the root, as in Python; of several the first. */
final class ArchiveNames {
    private final ScriptCode code;
    private final IdentityHashMap<ScriptObject, String> paths = new IdentityHashMap<>();
    private final Map<StoredTensor, ArchiveTensor> tensors = new LinkedHashMap<>();

    /**
     * @param constants that stand in the code as {@code CONSTANTS.c0} and on
     */
    ArchiveNames(ScriptCode code, ScriptObject root, List<Object> constants) {
        this.code = code;
        collect(root, "");
        for (int i = 0; i < constants.size(); i++) {
            collectValue(constants.get(i), "CONSTANTS.c" + i, ArchiveTensor.Kind.CONSTANT);
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

    /** All tensors, parameters in the order of the Python model's {@code named_parameters}. */
    Map<StoredTensor, ArchiveTensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /** A tensor as it is named. */
    ArchiveTensor of(StoredTensor tensor) {
        return Objects.requireNonNull(tensors.get(tensor), "every tensor was named at the start");
    }

    /** The path of a module; empty for the whole model. */
    String of(ScriptObject object) {
        return Objects.requireNonNull(paths.get(object), "every module was named at the start");
    }

    /** All modules. */
    Collection<ScriptObject> objects() {
        return Collections.unmodifiableCollection(paths.keySet());
    }
}
