package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** DistilBERT: BERT without token types and without a pooler, under names of its own. */
final class DistilBertFamily implements Family {
    private static final double EPSILON = 1e-12; // no setting: transformers has it in the code

    @Override
    public List<String> modelTypes() {
        return List.of("distilbert");
    }

    @Override
    public ModelSpec asSaved(ModelFolder folder, Trained trained) {
        return SavedHead.of(folder.config()).spec(trained);
    }

    @Override
    public Architecture read(ModelFolder folder, ModelSpec spec) {
        Config config = folder.config();
        Encoder.refuseOthers(config);
        int hidden = config.size("dim");
        int heads = config.size("n_heads");
        Encoder.checkHeads(config, hidden, heads);
        var encoder = new Encoder(
                "distilbert",
                config.size("vocab_size"),
                hidden,
                hidden,
                heads,
                config.size("hidden_dim"),
                config.size("max_position_embeddings"),
                0,
                EPSILON,
                Activations.scriptName(config, "activation"),
                layers(config.size("n_layers")));
        List<Slot> slots = new ArrayList<>(encoder.embeddingSlots());
        slots.addAll(encoder.layerSlots());
        if (!spec.task().labelsTokens()) {
            slots.addAll(encoder.poolerSlots("pre_classifier"));
        }
        slots.addAll(Slot.head("classifier", spec.outputs(), hidden));
        return new EncoderModel(
                "distilbert",
                encoder,
                List.of("text_head", "distilbert"),
                TextHead.onEncoder(config, "DistilBert", spec.task()),
                slots,
                Map.of(),
                List.of("vocab_", "pre_classifier."),
                new TextInputs(encoder.vocabulary(), TextInputs.ANY_TYPE, encoder.positions()));
    }

    private static List<EncoderLayer> layers(int count) {
        List<EncoderLayer> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String layer = "distilbert.transformer.layer." + i;
            layers.add(new EncoderLayer(
                    layer + ".attention.q_lin",
                    layer + ".attention.k_lin",
                    layer + ".attention.v_lin",
                    layer + ".attention.out_lin",
                    layer + ".sa_layer_norm",
                    layer + ".ffn.lin1",
                    layer + ".ffn.lin2",
                    layer + ".output_layer_norm"));
        }
        return layers;
    }
}
