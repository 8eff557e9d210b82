package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import java.util.Map;
import java.util.TreeMap;

/** Hugging Face's names of activation functions, and the script's. */
final class Activations {
    private static final Map<String, String> SCRIPT_NAMES = new TreeMap<>(Map.ofEntries(
            Map.entry("gelu", "gelu"),
            Map.entry("gelu_python", "gelu"),
            Map.entry("gelu_10", "gelu_10"),
            Map.entry("gelu_new", "gelu_tanh"),
            Map.entry("gelu_fast", "gelu_tanh"),
            Map.entry("gelu_accurate", "gelu_tanh"),
            Map.entry("gelu_pytorch_tanh", "gelu_tanh"),
            Map.entry("gelu_python_tanh", "gelu_tanh"),
            Map.entry("quick_gelu", "quick_gelu"),
            Map.entry("relu", "relu"),
            Map.entry("relu2", "relu2"),
            Map.entry("relu6", "relu6"),
            Map.entry("leaky_relu", "leaky_relu"),
            Map.entry("silu", "silu"),
            Map.entry("swish", "silu"),
            Map.entry("mish", "mish"),
            Map.entry("sigmoid", "sigmoid"),
            Map.entry("tanh", "tanh"),
            Map.entry("linear", "linear")));

    private Activations() {}

    /** The script's name for the activation under a key of the configuration. */
    static String scriptName(Config config, String key) {
        String name = config.text(key);
        String known = SCRIPT_NAMES.get(name);
        if (known == null) {
            throw new ModelException.Unsupported(config.path() + " says \"" + key + "\": \"" + name
                    + "\", an activation that is not built; the outputs would differ. Built are: "
                    + String.join(", ", SCRIPT_NAMES.keySet()) + ".");
        }
        return known;
    }
}
