package dev.sotto.core.model;

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
        return new Bert(
                BertEncoder.read(folder.config(), "bert"),
                TextHead.onEncoder(folder.config(), "Bert", spec.task()),
                spec);
    }

    private record Bert(Encoder encoder, TextHead head, ModelSpec spec) implements TextArchitecture {

        @Override
        public String family() {
            return "bert";
        }

        /**
         * A masked language model comes without a pooler. One that hands the first token on as it is, tanh(state + bias),
         * loses nothing, and adds no number to be trained besides its bias.
         */
        @Override
        public List<Slot> slots() {
            List<Slot> slots = new ArrayList<>(encoder.embeddingSlots());
            slots.addAll(encoder.layerSlots());
            if (!spec.task().labelsTokens()) {
                slots.add(Slot.frozen("bert.pooler.dense.weight", encoder.hidden(), encoder.hidden())
                        .orElse(WhenMissing.IDENTITY));
                slots.add(Slot.bias("bert.pooler.dense", encoder.hidden()).orElse(WhenMissing.ZEROS));
            }
            slots.addAll(Slot.head("classifier", spec.outputs(), encoder.hidden()));
            return slots;
        }

        @Override
        public List<String> resources() {
            return List.of("encoder", "bert");
        }

        @Override
        public Map<String, Object> constants() {
            return encoder.constants();
        }

        @Override
        public String currentName(String nameInFolder) {
            return encoder.currentName(nameInFolder);
        }

        @Override
        public boolean isUnused(String name) {
            return name.startsWith("cls.")
                    || name.startsWith("qa_outputs.")
                    || name.startsWith("bert.pooler.")
                    || name.equals("bert.embeddings.position_ids");
        }

        @Override
        public boolean keepsHead() {
            return head.kept();
        }

        @Override
        public String exportedClass() {
            return head.exportedClass();
        }

        @Override
        public TextInputs text() {
            return new TextInputs(encoder.vocabulary(), encoder.types(), encoder.positions());
        }
    }
}
