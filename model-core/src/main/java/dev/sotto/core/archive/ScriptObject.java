package dev.sotto.core.archive;

import java.util.LinkedHashMap;
import java.util.Map;

/** An object of an archive, mostly a module: its class and its attributes. Two are the same if they are one object. */
final class ScriptObject {
    private final String className;
    private final Map<String, Object> attributes = new LinkedHashMap<>();
    private boolean opaque;

    ScriptObject(String className) {
        this.className = className;
    }

    /** The dotted name of its class. */
    String className() {
        return className;
    }

    /** Values by name, as {@link Pickle} gives them. */
    Map<String, Object> attributes() {
        return attributes;
    }

    /** Whether its state is in a form that only its class understands (quantized weights, for instance). */
    boolean isOpaque() {
        return opaque;
    }

    void become(Object state) {
        if (state instanceof Map<?, ?> map && map.keySet().stream().allMatch(String.class::isInstance)) {
            map.forEach((name, value) -> attributes.put((String) name, value));
        } else {
            opaque = true;
        }
    }
}
