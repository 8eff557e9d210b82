package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rotary position embeddings (Su et al., "RoFormer", arXiv:2104.09864) as a configuration sets them.
 *
 * @param base of the frequencies, {@code rope_theta}
 * @param kind {@code default}, {@code linear} (all positions closer together) or {@code llama3} (for low frequencies only)
 * @param factor how much closer, where they are
 * @param low frequency factor below which all of {@code factor} applies, for {@code llama3}
 * @param high frequency factor above which none of it does, for {@code llama3}
 * @param context positions of the model before it was made to read more, for {@code llama3}
 */
record Rotary(double base, String kind, double factor, double low, double high, double context) {
    private static final double BASE_IF_NOT_SAID = 10000;

    /** Reads either manner of writing it: {@code rope_parameters}, or {@code rope_theta} with {@code rope_scaling}. */
    static Rotary read(Config config) {
        Config settings = config.object("rope_parameters")
                .or(() -> config.object("rope_scaling"))
                .orElse(config);
        String kind = settings == config ? "default" : settings.text("rope_type", settings.text("type", "default"));
        double base = settings.number("rope_theta", config.number("rope_theta", BASE_IF_NOT_SAID));
        if (settings.number("partial_rotary_factor", config.number("partial_rotary_factor", 1)) != 1) {
            throw unsupported(config, "partial_rotary_factor other than 1");
        }
        return switch (kind) {
            case "default" -> new Rotary(base, kind, 1, 1, 1, 1);
            case "linear" -> new Rotary(base, kind, settings.number("factor"), 1, 1, 1);
            case "llama3" ->
                new Rotary(
                        base,
                        kind,
                        settings.number("factor"),
                        settings.number("low_freq_factor"),
                        settings.number("high_freq_factor"),
                        settings.number("original_max_position_embeddings"));
            default -> throw unsupported(config, "rope_type \"" + kind + "\"");
        };
    }

    private static ModelException unsupported(Config config, String found) {
        return new ModelException.Unsupported(config.path() + " asks for rotary embeddings with " + found
                + "; built are the types default, linear and llama3 over whole heads, and the outputs would differ."
                + " Choose a model with these.");
    }

    Map<String, Object> constants() {
        return new TreeMap<>(Map.of(
                "rope_theta", base,
                "rope_type", kind,
                "rope_factor", factor,
                "rope_low", low,
                "rope_high", high,
                "rope_context", context));
    }
}
