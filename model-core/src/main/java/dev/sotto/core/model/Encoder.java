package dev.sotto.core.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The encoder that BERT and RoBERTa share ({@code encoder.pyts}).
 *
 * @param prefix of its tensors' names, {@code bert} or {@code roberta}
 */
record Encoder(
        String prefix,
        int vocabulary,
        int hidden,
        int layers,
        int heads,
        int intermediate,
        int positions,
        int types,
        double epsilon,
        String activation) {

    /** Reads its settings, and refuses what would change the computation and is not built. */
    static Encoder read(Config config, String prefix) {
        refuseUnless(config, "position_embedding_type", "absolute");
        refuseIfSet(config, "is_decoder");
        refuseIfSet(config, "add_cross_attention");
        var encoder = new Encoder(
                prefix,
                config.size("vocab_size"),
                config.size("hidden_size"),
                config.size("num_hidden_layers"),
                config.size("num_attention_heads"),
                config.size("intermediate_size"),
                config.size("max_position_embeddings"),
                config.size("type_vocab_size"),
                config.number("layer_norm_eps", 1e-12),
                Activations.scriptName(config, "hidden_act"));
        if (encoder.hidden % encoder.heads != 0) {
            throw new ModelException.Damaged(config.path() + " says hidden_size " + encoder.hidden + " and "
                    + encoder.heads + " attention heads: the states cannot be shared out evenly.");
        }
        return encoder;
    }

    private static void refuseUnless(Config config, String key, String only) {
        String value = config.text(key, only);
        if (!value.equals(only)) {
            throw new ModelException.Unsupported(config.path() + " says \"" + key + "\": \"" + value + "\"; only \""
                    + only + "\" is built, and the outputs would differ. Choose a model without it.");
        }
    }

    private static void refuseIfSet(Config config, String key) {
        if (config.flag(key)) {
            throw new ModelException.Unsupported(config.path() + " says \"" + key + "\": true; only encoders are built,"
                    + " and the outputs would differ. Choose a model without it.");
        }
    }

    Map<String, Object> constants() {
        return new TreeMap<>(Map.of(
                "encoder", prefix,
                "num_hidden_layers", layers,
                "num_attention_heads", heads,
                "layer_norm_eps", epsilon,
                "hidden_act", activation));
    }

    List<Slot> slots() {
        List<Slot> slots = new ArrayList<>();
        String embeddings = prefix + ".embeddings";
        slots.add(Slot.frozen(embeddings + ".word_embeddings.weight", vocabulary, hidden));
        slots.add(Slot.frozen(embeddings + ".position_embeddings.weight", positions, hidden));
        slots.add(Slot.frozen(embeddings + ".token_type_embeddings.weight", types, hidden));
        slots.addAll(Slot.norm(embeddings + ".LayerNorm", hidden));
        for (int i = 0; i < layers; i++) {
            layerSlots(prefix + ".encoder.layer." + i).forEach(slots::addAll);
        }
        return slots;
    }

    private Stream<List<Slot>> layerSlots(String layer) {
        return Stream.of(
                Slot.linear(layer + ".attention.self.query", hidden, hidden),
                Slot.linear(layer + ".attention.self.key", hidden, hidden),
                Slot.linear(layer + ".attention.self.value", hidden, hidden),
                Slot.linear(layer + ".attention.output.dense", hidden, hidden),
                Slot.norm(layer + ".attention.output.LayerNorm", hidden),
                Slot.linear(layer + ".intermediate.dense", intermediate, hidden),
                Slot.linear(layer + ".output.dense", hidden, intermediate),
                Slot.norm(layer + ".output.LayerNorm", hidden));
    }

    /** Knows names without the prefix (a bare encoder was saved) and the first checkpoints' gamma and beta. */
    String currentName(String name) {
        boolean bare = name.startsWith("embeddings.") || name.startsWith("encoder.") || name.startsWith("pooler.");
        return (bare ? prefix + "." + name : name)
                .replace("LayerNorm.gamma", "LayerNorm.weight")
                .replace("LayerNorm.beta", "LayerNorm.bias");
    }
}
