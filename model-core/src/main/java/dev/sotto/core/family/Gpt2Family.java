package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** GPT-2 as a language model, or with a head on the last token or on every token. */
final class Gpt2Family implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("gpt2");
    }

    @Override
    public ModelSpec asSaved(ModelFolder folder, Trained trained) {
        return SavedHead.of(folder.config()).spec(trained);
    }

    @Override
    public Architecture read(ModelFolder folder, ModelSpec spec) {
        Config config = folder.config();
        if (config.flag("add_cross_attention")) {
            throw new ModelException.Unsupported(config.path() + " says \"add_cross_attention\": true; decoders by"
                    + " themselves are built, and the outputs would differ. Choose a model without it.");
        }
        int hidden = config.size("n_embd");
        int heads = config.size("n_head");
        Encoder.checkHeads(config, hidden, heads);
        TextHead head = TextHead.of(
                config,
                switch (spec.task()) {
                    case CAUSAL_LM -> "GPT2LMHeadModel";
                    case MASKED_PROMPT -> throw TextHead.noMask(config);
                    case TOKEN_CLASSIFICATION -> "GPT2ForTokenClassification";
                    case CLASSIFICATION, MULTI_LABEL, REGRESSION -> "GPT2ForSequenceClassification";
                });
        return new Gpt2(
                Decoder.read(folder, spec, head, hidden, "transformer.wte.weight", "classifier"),
                head,
                heads,
                config.integer("n_inner", 4 * hidden),
                config.size("n_positions"),
                config.number("layer_norm_epsilon", 1e-5),
                Activations.scriptName(config, "activation_function"),
                scales(config, hidden / heads));
    }

    /** What the attention scores of each layer are multiplied by. */
    private static List<Double> scales(Config config, int features) {
        double scale = config.flag("scale_attn_weights", true) ? 1 / Math.sqrt(features) : 1;
        List<Double> scales = new ArrayList<>();
        for (int layer = 0; layer < config.size("n_layer"); layer++) {
            scales.add(config.flag("scale_attn_by_inverse_layer_idx") ? scale / (layer + 1) : scale);
        }
        return scales;
    }

    private record Gpt2(
            Decoder decoder,
            TextHead head,
            int heads,
            int inner,
            int positions,
            double epsilon,
            String activation,
            List<Double> scales)
            implements TextArchitecture {
        private static final Pattern BARE = Pattern.compile("(h\\.\\d+|wte|wpe|ln_f)\\..*");
        private static final Pattern BUFFER = Pattern.compile("transformer\\.h\\.\\d+\\.attn\\.(masked_)?bias");

        @Override
        public String family() {
            return "gpt2";
        }

        @Override
        public List<Slot> slots() {
            int hidden = decoder.hidden();
            List<Slot> slots = new ArrayList<>();
            slots.add(Slot.frozen(decoder.embeddings(), decoder.vocabulary(), hidden));
            slots.add(Slot.frozen("transformer.wpe.weight", positions, hidden));
            for (int i = 0; i < scales.size(); i++) {
                String layer = "transformer.h." + i;
                slots.addAll(Slot.norm(layer + ".ln_1", hidden));
                slots.add(transposedMap(layer + ".attn.c_attn", 3 * hidden, hidden));
                slots.addAll(Slot.queryKeyValueBias(layer + ".attn.c_attn", hidden));
                slots.addAll(transposed(layer + ".attn.c_proj", hidden, hidden));
                slots.addAll(Slot.norm(layer + ".ln_2", hidden));
                slots.addAll(transposed(layer + ".mlp.c_fc", inner, hidden));
                slots.addAll(transposed(layer + ".mlp.c_proj", hidden, inner));
            }
            slots.addAll(Slot.norm("transformer.ln_f", hidden));
            slots.addAll(decoder.headSlots());
            return slots;
        }

        /** GPT-2's checkpoints keep weights the other way round than other families'. */
        private static List<Slot> transposed(String name, int out, int in) {
            return List.of(transposedMap(name, out, in), Slot.bias(name, out));
        }

        private static Slot transposedMap(String name, int out, int in) {
            return Slot.frozen(name + ".weight", in, out).as(Slot.Role.TRANSPOSED_MAP);
        }

        @Override
        public List<String> resources() {
            return List.of("stages", "decoder", "gpt2");
        }

        @Override
        public Map<String, Object> constants() {
            Map<String, Object> constants = decoder.constants();
            constants.putAll(Map.of(
                    "attention_heads", heads,
                    "attention_scales", scales,
                    "layer_norm_eps", epsilon,
                    "hidden_act", activation));
            return constants;
        }

        /** A model that was saved without its head has names without the prefix. */
        @Override
        public String currentName(String nameInFolder) {
            return BARE.matcher(nameInFolder).matches() ? "transformer." + nameInFolder : nameInFolder;
        }

        @Override
        public boolean isUnused(String name) {
            return decoder.isOtherHead(name) || BUFFER.matcher(name).matches();
        }

        @Override
        public boolean readsLastToken() {
            return true;
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
            return new TextInputs(decoder.vocabulary(), TextInputs.ANY_TYPE, positions);
        }
    }
}
