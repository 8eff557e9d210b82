package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * ALBERT: BERT whose layers share their parameters, with small embeddings that are widened. A shared bias has one gradient, the sum
 * over its uses, since the script reads it under one name in each.
 */
final class AlbertFamily implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("albert");
    }

    @Override
    public ModelSpec asSaved(ModelFolder folder, Trained trained) {
        return SavedHead.of(folder.config()).spec(trained);
    }

    @Override
    public Architecture read(ModelFolder folder, ModelSpec spec) {
        Config config = folder.config();
        Encoder.refuseOthers(config);
        int hidden = config.size("hidden_size");
        int heads = config.size("num_attention_heads");
        Encoder.checkHeads(config, hidden, heads);
        var encoder = new Encoder(
                "albert",
                config.size("vocab_size"),
                config.size("embedding_size"),
                hidden,
                heads,
                config.size("intermediate_size"),
                config.size("max_position_embeddings"),
                config.size("type_vocab_size"),
                config.number("layer_norm_eps", 1e-12),
                Activations.scriptName(config, "hidden_act"),
                layers(config));
        List<Slot> slots = new ArrayList<>(encoder.embeddingSlots());
        slots.addAll(Slot.linear("albert.encoder.embedding_hidden_mapping_in", hidden, encoder.embedding()));
        slots.addAll(encoder.layerSlots());
        if (!spec.task().labelsTokens()) {
            slots.addAll(encoder.poolerSlots("albert.pooler"));
        }
        slots.addAll(Slot.head("classifier", spec.outputs(), hidden));
        return new EncoderModel(
                "albert",
                encoder,
                List.of("text_head", "albert"),
                TextHead.onEncoder(config, "Albert", spec.task()),
                slots,
                Map.of(),
                List.of("predictions.", "sop_classifier.", "albert.pooler."),
                new TextInputs(encoder.vocabulary(), encoder.types(), encoder.positions()));
    }

    /** Consecutive layers form groups, each of which is a stack of layers used over and over. */
    private static List<EncoderLayer> layers(Config config) {
        int count = config.size("num_hidden_layers");
        int groups = config.integer("num_hidden_groups", 1);
        int stack = config.integer("inner_group_num", 1);
        if (groups < 1 || groups > count || stack < 1) {
            throw new ModelException.Damaged(config.path() + " says " + count + " layers in " + groups + " groups of "
                    + stack + ": which layer shares whose parameters is unknown.");
        }
        List<EncoderLayer> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int group = (int) (i / (count / (double) groups)); // as transformers rounds it
            for (int j = 0; j < stack; j++) {
                layers.add(layer("albert.encoder.albert_layer_groups." + group + ".albert_layers." + j));
            }
        }
        return layers;
    }

    private static EncoderLayer layer(String name) {
        return new EncoderLayer(
                name + ".attention.query",
                name + ".attention.key",
                name + ".attention.value",
                name + ".attention.dense",
                name + ".attention.LayerNorm",
                name + ".ffn",
                name + ".ffn_output",
                name + ".full_layer_layer_norm");
    }
}
