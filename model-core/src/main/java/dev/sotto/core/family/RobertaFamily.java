package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** RoBERTa with a head of two layers on the first token or of one on every token, and models of other names laid out the same. */
final class RobertaFamily implements Family {
    private static final Map<String, String> CLASSES = new TreeMap<>(Map.of(
            "roberta", "Roberta",
            "xlm-roberta", "XLMRoberta",
            "camembert", "Camembert"));

    @Override
    public List<String> modelTypes() {
        return List.copyOf(CLASSES.keySet());
    }

    @Override
    public ModelSpec asSaved(ModelFolder folder, Trained trained) {
        return SavedHead.of(folder.config()).spec(trained);
    }

    @Override
    public Architecture read(ModelFolder folder, ModelSpec spec) {
        Config config = folder.config();
        String name = CLASSES.getOrDefault(folder.modelType(), "");
        Encoder encoder = BertEncoder.read(config, "roberta");
        int padId = config.integer("pad_token_id", 1);
        // positions up to and with the padding id are not given to tokens
        TextInputs text = new TextInputs(encoder.vocabulary(), encoder.types(), encoder.positions() - padId - 1);
        Map<String, Object> padding = Map.of("pad_token_id", padId);
        List<Slot> slots = new ArrayList<>(encoder.embeddingSlots());
        slots.addAll(encoder.layerSlots());
        Verbalizer verbalizer = spec.verbalizer();
        if (verbalizer != null) {
            slots.addAll(encoder.wordHeadSlots("lm_head.dense", "lm_head.layer_norm", "lm_head"));
            return EncoderModel.ofPrompts(folder.modelType(), encoder, name, config, slots, padding, verbalizer, text);
        }
        if (spec.task().labelsTokens()) {
            slots.addAll(Slot.head("classifier", spec.outputs(), encoder.hidden()));
        } else {
            slots.addAll(Slot.head("classifier.dense", encoder.hidden(), encoder.hidden()));
            slots.addAll(Slot.head("classifier.out_proj", spec.outputs(), encoder.hidden()));
        }
        return new EncoderModel(
                folder.modelType(),
                encoder,
                List.of("roberta_positions", "text_head", "roberta"),
                TextHead.onEncoder(config, name, spec.task()),
                slots,
                padding,
                List.of("lm_head.", "roberta.pooler."),
                text);
    }
}
