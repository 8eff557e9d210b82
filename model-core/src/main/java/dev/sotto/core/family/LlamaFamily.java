package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.folder.WhenMissing;
import dev.sotto.core.method.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Llama as a language model, or with a head on the last token or on every token. Most have no biases; they can be given some, in all
 * linear maps of the layers, as transformers' own settings {@code attention_bias} and {@code mlp_bias} do.
 */
final class LlamaFamily implements Family {

    @Override
    public List<String> modelTypes() {
        return List.of("llama");
    }

    @Override
    public ModelSpec asSaved(ModelFolder folder, Trained trained) {
        return SavedHead.of(folder.config()).spec(trained);
    }

    @Override
    public Architecture read(ModelFolder folder, ModelSpec spec) {
        Config config = folder.config();
        int hidden = config.size("hidden_size");
        int heads = config.size("num_attention_heads");
        int keyHeads = config.integer("num_key_value_heads", heads);
        if (!config.has("head_dim")) {
            Encoder.checkHeads(config, hidden, heads);
        }
        if (keyHeads < 1 || heads % keyHeads != 0) {
            throw new ModelException.Damaged(config.path() + " says " + heads + " heads of queries and " + keyHeads
                    + " of keys: the queries cannot be shared out evenly.");
        }
        TextHead head = TextHead.of(
                config,
                switch (spec.task()) {
                    case CAUSAL_LM -> "LlamaForCausalLM";
                    case MASKED_PROMPT -> throw TextHead.noMask(config);
                    case TOKEN_CLASSIFICATION -> "LlamaForTokenClassification";
                    case CLASSIFICATION, MULTI_LABEL, REGRESSION -> "LlamaForSequenceClassification";
                });
        return new Llama(
                Decoder.read(folder, spec, head, hidden, "model.embed_tokens.weight", "score"),
                head,
                config.size("num_hidden_layers"),
                heads,
                keyHeads,
                config.integer("head_dim", hidden / heads),
                config.size("intermediate_size"),
                config.size("max_position_embeddings"),
                config.number("rms_norm_eps", 1e-6),
                Activations.scriptName(config, "hidden_act"),
                Rotary.read(config),
                config.flag("attention_bias"),
                config.flag("mlp_bias"));
    }

    private record Llama(
            Decoder decoder,
            TextHead head,
            int layers,
            int heads,
            int keyHeads,
            int features,
            int intermediate,
            int positions,
            double epsilon,
            String activation,
            Rotary rotary,
            boolean attentionBiases,
            boolean mlpBiases)
            implements TextArchitecture {

        @Override
        public String family() {
            return "llama";
        }

        @Override
        public List<Slot> slots() {
            int hidden = decoder.hidden();
            List<Slot> slots = new ArrayList<>();
            slots.add(Slot.frozen(decoder.embeddings(), decoder.vocabulary(), hidden));
            for (int i = 0; i < layers; i++) {
                String attention = "model.layers." + i + ".self_attn.";
                String mlp = "model.layers." + i + ".mlp.";
                slots.add(scale("model.layers." + i + ".input_layernorm", hidden));
                slots.addAll(map(attention + "q_proj", heads * features, hidden, attentionBiases));
                slots.addAll(map(attention + "k_proj", keyHeads * features, hidden, attentionBiases));
                slots.addAll(map(attention + "v_proj", keyHeads * features, hidden, attentionBiases));
                slots.addAll(map(attention + "o_proj", hidden, heads * features, attentionBiases));
                slots.add(scale("model.layers." + i + ".post_attention_layernorm", hidden));
                slots.addAll(map(mlp + "gate_proj", intermediate, hidden, mlpBiases));
                slots.addAll(map(mlp + "up_proj", intermediate, hidden, mlpBiases));
                slots.addAll(map(mlp + "down_proj", hidden, intermediate, mlpBiases));
            }
            slots.add(scale("model.norm", hidden));
            slots.addAll(decoder.headSlots());
            return slots;
        }

        private static Slot scale(String name, int features) {
            return Slot.frozen(name + ".weight", features).as(Slot.Role.NORM_WEIGHT);
        }

        /**
         * A linear map with the bias that the folder has, or one to be added. A key's bias is turned by its position before it
         * meets queries, so that under rotary embeddings it does change the attention.
         */
        private List<Slot> map(String name, int out, int in, boolean hasBias) {
            if (hasBias) {
                return Slot.linear(name, out, in);
            }
            Slot weight = Slot.map(name, out, in);
            return decoder.spec().addsBiases()
                    ? List.of(weight, Slot.bias(name, out).orElse(WhenMissing.ZEROS))
                    : List.of(weight);
        }

        @Override
        public List<String> resources() {
            return List.of("stages", "decoder", "llama");
        }

        @Override
        public Map<String, Object> constants() {
            Map<String, Object> constants = decoder.constants();
            constants.putAll(rotary.constants());
            constants.putAll(Map.of(
                    "num_hidden_layers", layers,
                    "query_heads", heads,
                    "key_heads", keyHeads,
                    "head_features", features,
                    "rms_norm_eps", epsilon,
                    "hidden_act", activation));
            return constants;
        }

        @Override
        public Map<String, Boolean> exportedSettings() {
            boolean added = decoder.spec().addsBiases();
            return Map.of("attention_bias", attentionBiases || added, "mlp_bias", mlpBiases || added);
        }

        /** A model that was saved without its head has names without the prefix. */
        @Override
        public String currentName(String nameInFolder) {
            boolean bare = nameInFolder.startsWith("layers.")
                    || nameInFolder.startsWith("embed_tokens.")
                    || nameInFolder.startsWith("norm.");
            return bare ? "model." + nameInFolder : nameInFolder;
        }

        @Override
        public boolean isUnused(String name) {
            return decoder.isOtherHead(name) || name.endsWith(".rotary_emb.inv_freq");
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
