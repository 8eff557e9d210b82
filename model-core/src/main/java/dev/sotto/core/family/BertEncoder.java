package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import java.util.ArrayList;
import java.util.List;

/** The encoder as BERT and RoBERTa configure and name it. */
final class BertEncoder {
    private BertEncoder() {}

    static Encoder read(Config config, String prefix) {
        Encoder.refuseOthers(config);
        int hidden = config.size("hidden_size");
        int heads = config.size("num_attention_heads");
        Encoder.checkHeads(config, hidden, heads);
        return new Encoder(
                prefix,
                config.size("vocab_size"),
                hidden,
                hidden,
                heads,
                config.size("intermediate_size"),
                config.size("max_position_embeddings"),
                config.size("type_vocab_size"),
                config.number("layer_norm_eps", 1e-12),
                Activations.scriptName(config, "hidden_act"),
                layers(prefix, config.size("num_hidden_layers")));
    }

    private static List<EncoderLayer> layers(String prefix, int count) {
        List<EncoderLayer> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String layer = prefix + ".encoder.layer." + i;
            layers.add(new EncoderLayer(
                    layer + ".attention.self.query",
                    layer + ".attention.self.key",
                    layer + ".attention.self.value",
                    layer + ".attention.output.dense",
                    layer + ".attention.output.LayerNorm",
                    layer + ".intermediate.dense",
                    layer + ".output.dense",
                    layer + ".output.LayerNorm"));
        }
        return layers;
    }
}
