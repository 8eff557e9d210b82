package dev.sotto.core.family;

import ai.djl.Device;
import dev.sotto.core.engine.Convolutions;
import dev.sotto.core.engine.ScriptResource;
import dev.sotto.core.engine.TorchArchive;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Lora;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Puts a model's TorchScript together: the common functions, a family's own, and its settings as constants. */
public final class ModelSource {
    private ModelSource() {}

    /**
     * The archive of a model.
     *
     * @param bodies text of the family's functions, {@code forward} among them
     * @param constants the family's settings, read in its functions as {@code self.NAME()}
     * @param layout of the flat vector that every call is given
     * @param learning names of the parameters in it by which gradients are asked for
     * @param device that is to compute it
     */
    public static byte[] archive(
            List<String> bodies,
            Map<String, Object> constants,
            ModelSpec spec,
            BiasLayout layout,
            List<String> learning,
            Device device) {
        Map<String, Object> all = new LinkedHashMap<>(constants);
        all.putIfAbsent("prefix_length", 0);
        all.put("lora_scale", spec.addition() instanceof Lora lora ? lora.scale() : 1);
        all.put("task", spec.task().name().toLowerCase(Locale.ROOT));
        all.put(
                "trained_names",
                layout.entries().stream().map(BiasLayout.Entry::name).toList());
        all.put(
                "trained_sizes",
                layout.entries().stream().map(BiasLayout.Entry::size).toList());
        all.put(
                "trained_shapes",
                layout.entries().stream().map(BiasLayout.Entry::shape).toList());
        all.put("learning_names", learning);
        String source = resource("common") + "\n" + String.join("\n", bodies);
        return TorchArchive.of(all, Convolutions.rightOn(device, source));
    }

    /** The text of one of this package's TorchScript resources. */
    public static String resource(String name) {
        return ScriptResource.read(ModelSource.class, name);
    }
}
