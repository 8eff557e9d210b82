package dev.sotto.core.model;

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
        return new Roberta(
                folder.modelType(),
                BertEncoder.read(config, "roberta"),
                TextHead.onEncoder(config, name, spec.task()),
                config.integer("pad_token_id", 1),
                spec);
    }

    private record Roberta(String family, Encoder encoder, TextHead head, int padId, ModelSpec spec)
            implements TextArchitecture {

        @Override
        public List<Slot> slots() {
            List<Slot> slots = new ArrayList<>(encoder.embeddingSlots());
            slots.addAll(encoder.layerSlots());
            if (spec.task().labelsTokens()) {
                slots.addAll(Slot.head("classifier", spec.outputs(), encoder.hidden()));
            } else {
                slots.addAll(Slot.head("classifier.dense", encoder.hidden(), encoder.hidden()));
                slots.addAll(Slot.head("classifier.out_proj", spec.outputs(), encoder.hidden()));
            }
            return slots;
        }

        @Override
        public List<String> resources() {
            return List.of("encoder", "roberta");
        }

        @Override
        public Map<String, Object> constants() {
            Map<String, Object> constants = new TreeMap<>(encoder.constants());
            constants.put("pad_token_id", padId);
            return constants;
        }

        @Override
        public String currentName(String nameInFolder) {
            return encoder.currentName(nameInFolder);
        }

        @Override
        public boolean isUnused(String name) {
            return name.startsWith("lm_head.")
                    || name.startsWith("qa_outputs.")
                    || name.startsWith("roberta.pooler.")
                    || name.equals("roberta.embeddings.position_ids");
        }

        @Override
        public boolean keepsHead() {
            return head.kept();
        }

        @Override
        public String exportedClass() {
            return head.exportedClass();
        }

        /** Positions up to and with the padding id are not given to tokens. */
        @Override
        public TextInputs text() {
            return new TextInputs(encoder.vocabulary(), encoder.types(), encoder.positions() - padId - 1);
        }
    }
}
