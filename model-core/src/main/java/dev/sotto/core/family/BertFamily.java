package dev.sotto.core.family;

import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** BERT with a head on the pooled first token or on every token. */
final class BertFamily implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("bert");
    }

    @Override
    public ModelSpec asSaved(ModelFolder folder, Trained trained) {
        return SavedHead.of(folder.config()).spec(trained);
    }

    @Override
    public Architecture read(ModelFolder folder, ModelSpec spec) {
        Encoder encoder = BertEncoder.read(folder.config(), "bert");
        TextInputs text = new TextInputs(encoder.vocabulary(), encoder.types(), encoder.positions());
        List<Slot> slots = new ArrayList<>(encoder.embeddingSlots());
        slots.addAll(encoder.layerSlots());
        Verbalizer verbalizer = spec.verbalizer();
        if (verbalizer != null) {
            String head = "cls.predictions";
            slots.addAll(encoder.wordHeadSlots(head + ".transform.dense", head + ".transform.LayerNorm", head));
            return EncoderModel.ofPrompts("bert", encoder, "Bert", folder.config(), slots, Map.of(), verbalizer, text);
        }
        if (!spec.task().labelsTokens()) {
            slots.addAll(encoder.poolerSlots("bert.pooler.dense"));
        }
        slots.addAll(Slot.head("classifier", spec.outputs(), encoder.hidden()));
        return new EncoderModel(
                "bert",
                encoder,
                List.of("text_head", "bert"),
                TextHead.onEncoder(folder.config(), "Bert", spec.task()),
                slots,
                Map.of(),
                List.of("cls.", "bert.pooler."),
                text);
    }
}
