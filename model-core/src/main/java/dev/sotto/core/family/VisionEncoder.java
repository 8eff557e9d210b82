package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The encoder that ViT, DeiT and BEiT share ({@code vision.pyts}): an image is cut into patches, which look at each other.
 *
 * @param prefix of its tensors' names, {@code vit}, {@code deit} or {@code beit}
 * @param image height and width in pixels
 * @param patch height and width in pixels; what is left over at the right and below is not looked at
 */
record VisionEncoder(
        String prefix,
        int channels,
        Config.Sides image,
        Config.Sides patch,
        int hidden,
        int layers,
        int heads,
        int intermediate,
        double epsilon,
        String activation) {

    /** Reads its settings. */
    static VisionEncoder read(Config config, String prefix) {
        var encoder = new VisionEncoder(
                prefix,
                config.integer("num_channels", 3),
                config.sides("image_size"),
                config.sides("patch_size"),
                config.size("hidden_size"),
                config.size("num_hidden_layers"),
                config.size("num_attention_heads"),
                config.size("intermediate_size"),
                config.number("layer_norm_eps", 1e-12),
                Activations.scriptName(config, "hidden_act"));
        if (encoder.hidden % encoder.heads != 0) {
            throw new ModelException.Damaged(config.path() + " says hidden_size " + encoder.hidden + " and "
                    + encoder.heads + " attention heads: the states cannot be shared out evenly.");
        }
        if (encoder.patches() == 0) {
            throw new ModelException.Damaged(
                    config.path() + " says images of " + encoder.image + " pixels and patches of " + encoder.patch
                            + ": not one patch fits in. Copy the file again from where the model came from.");
        }
        return encoder;
    }

    /** How many patches lie below one another. */
    int patchRows() {
        return image.height() / patch.height();
    }

    /** How many patches lie beside one another. */
    int patchColumns() {
        return image.width() / patch.width();
    }

    int patches() {
        return Math.multiplyExact(patchRows(), patchColumns());
    }

    ImageInputs images() {
        return new ImageInputs(channels, image.height(), image.width(), false);
    }

    /** The script's settings; {@code tokens} are the names of those that stand for the whole image. */
    Map<String, Object> constants(List<String> tokens) {
        return new TreeMap<>(Map.of(
                "encoder", prefix,
                "tokens", tokens,
                "patch_size", List.of(patch.height(), patch.width()),
                "num_hidden_layers", layers,
                "num_attention_heads", heads,
                "layer_norm_eps", epsilon,
                "hidden_act", activation));
    }

    /** What is computed before the first layer. */
    List<Slot> embeddingSlots(List<String> tokens, boolean absolutePositions) {
        List<Slot> slots = new ArrayList<>();
        String embeddings = prefix + ".embeddings";
        tokens.forEach(token -> slots.add(Slot.frozen(embeddings + "." + token, 1, 1, hidden)));
        if (absolutePositions) {
            slots.add(Slot.frozen(embeddings + ".position_embeddings", 1, patches() + tokens.size(), hidden));
        }
        String projection = embeddings + ".patch_embeddings.projection";
        slots.add(Slot.frozen(projection + ".weight", hidden, channels, patch.height(), patch.width()));
        slots.add(Slot.bias(projection, hidden));
        return slots;
    }

    /** One layer; {@code biased} says which of query, key and value have biases. */
    List<Slot> layerSlots(int layer, List<String> biased) {
        List<Slot> slots = new ArrayList<>();
        String name = layerName(layer);
        for (String each : List.of("query", "key", "value")) {
            String linear = name + ".attention.attention." + each;
            if (!biased.contains(each)) {
                slots.add(Slot.map(linear, hidden, hidden));
            } else if (each.equals("key")) {
                slots.addAll(Slot.keys(linear, hidden, hidden));
            } else {
                slots.addAll(Slot.linear(linear, hidden, hidden));
            }
        }
        slots.addAll(Slot.linear(name + ".attention.output.dense", hidden, hidden));
        slots.addAll(Slot.linear(name + ".intermediate.dense", intermediate, hidden));
        slots.addAll(Slot.linear(name + ".output.dense", hidden, intermediate));
        slots.addAll(Slot.norm(name + ".layernorm_before", hidden));
        slots.addAll(Slot.norm(name + ".layernorm_after", hidden));
        return slots;
    }

    String layerName(int layer) {
        return prefix + ".encoder.layer." + layer;
    }

    /** Knows names without the prefix: a bare encoder was saved. */
    String currentName(String name) {
        boolean bare = List.of("embeddings.", "encoder.", "layernorm.", "pooler.").stream()
                .anyMatch(name::startsWith);
        return bare ? prefix + "." + name : name;
    }
}
