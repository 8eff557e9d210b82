package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.folder.WhenMissing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The encoder of BERT and its relatives ({@code encoder.pyts}): layers that are normalised after each half.
 *
 * @param prefix of its tensors' names, such as {@code bert}
 * @param embedding numbers of a token's embedding; as many as {@code hidden} in most families
 * @param positions rows of the position table
 * @param types rows of the token type table; 0 if there is none
 * @param epsilon added to variances
 * @param layers in the order in which they are computed
 */
record Encoder(
        String prefix,
        int vocabulary,
        int embedding,
        int hidden,
        int heads,
        int intermediate,
        int positions,
        int types,
        double epsilon,
        String activation,
        List<EncoderLayer> layers) {

    Encoder {
        layers = List.copyOf(layers);
    }

    /** Refuses what would change the computation and is not built. */
    static void refuseOthers(Config config) {
        String positions = config.text("position_embedding_type", "absolute");
        if (!positions.equals("absolute")) {
            throw new ModelException.Unsupported(config.path() + " says \"position_embedding_type\": \"" + positions
                    + "\"; only \"absolute\" is built, and the outputs would differ. Choose a model without it.");
        }
        for (String key : List.of("is_decoder", "add_cross_attention")) {
            if (config.flag(key)) {
                throw new ModelException.Unsupported(config.path() + " says \"" + key + "\": true; only encoders are"
                        + " built, and the outputs would differ. Choose a model without it.");
            }
        }
    }

    /** The features of each attention head. */
    static void checkHeads(Config config, int hidden, int heads) {
        if (hidden % heads != 0) {
            throw new ModelException.Damaged(config.path() + " says " + hidden + " numbers a state and " + heads
                    + " attention heads: the states cannot be shared out evenly.");
        }
    }

    Map<String, Object> constants() {
        return new TreeMap<>(Map.of(
                "encoder", prefix,
                "layers", layers.stream().map(EncoderLayer::names).toList(),
                "attention_heads", heads,
                "layer_norm_eps", epsilon,
                "hidden_act", activation));
    }

    List<Slot> embeddingSlots() {
        List<Slot> slots = new ArrayList<>();
        String embeddings = prefix + ".embeddings";
        slots.add(Slot.frozen(embeddings + ".word_embeddings.weight", vocabulary, embedding));
        slots.add(Slot.frozen(embeddings + ".position_embeddings.weight", positions, embedding));
        if (types > 0) {
            slots.add(Slot.frozen(embeddings + ".token_type_embeddings.weight", types, embedding));
        }
        slots.addAll(Slot.norm(embeddings + ".LayerNorm", embedding));
        return slots;
    }

    /** A layer that is used several times has its parameters once. */
    List<Slot> layerSlots() {
        return layers.stream()
                .distinct()
                .flatMap(layer -> layer.slots(hidden, intermediate).stream())
                .toList();
    }

    /**
     * A layer that a state goes through on its way to the head, tanh or relu of it. It has a bias that is trained and a weight that is
     * not: where the folder lacks them (a masked language model comes without) they begin as the identity and zeros, which loses
     * little, and adds no number to be trained besides the bias.
     */
    List<Slot> poolerSlots(String name) {
        return List.of(
                Slot.map(name, hidden, hidden).orElse(WhenMissing.IDENTITY),
                Slot.bias(name, hidden).orElse(WhenMissing.ZEROS));
    }

    /**
     * What turns the last state of a mask into scores of words. Its biases are trained as any, but for those of the words: of as many
     * as the vocabulary has, a handful would learn and all get noise.
     *
     * @param words whose bias is one a word; its weight is the table of word embeddings
     */
    List<Slot> wordHeadSlots(String dense, String norm, String words) {
        List<Slot> slots = new ArrayList<>(Slot.linear(dense, hidden, hidden));
        slots.addAll(Slot.norm(norm, hidden));
        slots.add(Slot.frozen(words + ".bias", vocabulary));
        return slots;
    }

    /** Knows names without the prefix (a bare encoder was saved) and the first checkpoints' gamma and beta. */
    String currentName(String name) {
        boolean bare = name.startsWith("embeddings.")
                || name.startsWith("encoder.")
                || name.startsWith("transformer.")
                || name.startsWith("pooler.");
        return (bare ? prefix + "." + name : name)
                .replace("LayerNorm.gamma", "LayerNorm.weight")
                .replace("LayerNorm.beta", "LayerNorm.bias");
    }
}
