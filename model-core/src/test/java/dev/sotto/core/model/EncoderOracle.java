package dev.sotto.core.model;

import ai.djl.ndarray.NDArray;
import dev.sotto.core.family.Task;
import dev.sotto.core.family.Verbalizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** BERT, RoBERTa, DistilBERT and ALBERT for one text, from their papers' formulas. */
final class EncoderOracle {
    private final OracleMath math;
    private final String type;
    private final double epsilon;

    EncoderOracle(OracleMath math) {
        this.math = math;
        this.type = math.config().get("model_type").getAsString();
        this.epsilon = type.equals("distilbert") ? 1e-12 : math.number("layer_norm_eps");
    }

    /** Logits [outputs], or [tokens, outputs] where tokens are labelled. */
    NDArray logits(int[] ids, int[] types, Task task) {
        NDArray x = embedded(ids, types);
        int layers = math.integer(type.equals("distilbert") ? "n_layers" : "num_hidden_layers");
        for (int i = 0; i < layers; i++) {
            x = type.equals("albert") ? shared(x, i, layers) : layer(x, names(i));
        }
        if (task == Task.TOKEN_CLASSIFICATION) {
            return math.linear(x, "classifier");
        }
        if (task == Task.MASKED_PROMPT) {
            return wordScores(x, ids);
        }
        NDArray first = x.get("0:1");
        NDArray said =
                switch (type) {
                    case "bert" ->
                        math.linear(math.linear(first, "bert.pooler.dense").tanh(), "classifier");
                    case "albert" ->
                        math.linear(math.linear(first, "albert.pooler").tanh(), "classifier");
                    case "distilbert" ->
                        math.linear(math.activation(math.linear(first, "pre_classifier"), "relu"), "classifier");
                    default ->
                        math.linear(math.linear(first, "classifier.dense").tanh(), "classifier.out_proj");
                };
        return said.get(0);
    }

    /** How well the words of the classes would stand in the mask's place. */
    private NDArray wordScores(NDArray x, int[] ids) {
        Verbalizer asked = Verbalizer.of(math.config().getAsJsonObject("sotto_prompt"));
        int place = IntStream.range(0, ids.length)
                .filter(i -> ids[i] == asked.maskId())
                .findFirst()
                .orElseThrow();
        NDArray masked = x.get(place + ":" + (place + 1));
        boolean bert = type.equals("bert");
        NDArray dense = math.linear(masked, bert ? "cls.predictions.transform.dense" : "lm_head.dense");
        NDArray state = math.layerNorm(
                math.activation(dense, bert ? math.config().get("hidden_act").getAsString() : "gelu"),
                bert ? "cls.predictions.transform.LayerNorm" : "lm_head.layer_norm",
                epsilon);
        int[] words = asked.words().stream().mapToInt(i -> i).toArray();
        double[] all = math.at(bert ? "cls.predictions.bias" : "lm_head.bias").toDoubleArray();
        double[] biases = Arrays.stream(words).mapToDouble(word -> all[word]).toArray();
        return math.rows(type + ".embeddings.word_embeddings.weight", words)
                .mul(state)
                .sum(new int[] {1})
                .add(math.create(biases, words.length));
    }

    private NDArray embedded(int[] ids, int[] types) {
        String name = type + ".embeddings.";
        int begin = type.equals("roberta") ? math.integer("pad_token_id") + 1 : 0;
        int[] places = IntStream.range(begin, begin + ids.length).toArray();
        NDArray x = math.rows(name + "word_embeddings.weight", ids)
                .add(math.rows(name + "position_embeddings.weight", places));
        if (!type.equals("distilbert")) {
            x = x.add(math.rows(name + "token_type_embeddings.weight", types));
        }
        x = math.layerNorm(x, name + "LayerNorm", epsilon);
        return type.equals("albert") ? math.linear(x, "albert.encoder.embedding_hidden_mapping_in") : x;
    }

    /** One of ALBERT's layers: a group of parameters serves several, and may have several maps in turn. */
    private NDArray shared(NDArray x, int layer, int layers) {
        int group = layer * math.integer("num_hidden_groups") / layers;
        NDArray y = x;
        for (int inner = 0; inner < math.integer("inner_group_num"); inner++) {
            String name = "albert.encoder.albert_layer_groups." + group + ".albert_layers." + inner + ".";
            y = layer(
                    y,
                    prefixed(
                            name,
                            "attention.query",
                            "attention.key",
                            "attention.value",
                            "attention.dense",
                            "attention.LayerNorm",
                            "ffn",
                            "ffn_output",
                            "full_layer_layer_norm"));
        }
        return y;
    }

    private List<String> names(int layer) {
        return type.equals("distilbert")
                ? prefixed(
                        "distilbert.transformer.layer." + layer + ".",
                        "attention.q_lin",
                        "attention.k_lin",
                        "attention.v_lin",
                        "attention.out_lin",
                        "sa_layer_norm",
                        "ffn.lin1",
                        "ffn.lin2",
                        "output_layer_norm")
                : prefixed(
                        type + ".encoder.layer." + layer + ".",
                        "attention.self.query",
                        "attention.self.key",
                        "attention.self.value",
                        "attention.output.dense",
                        "attention.output.LayerNorm",
                        "intermediate.dense",
                        "output.dense",
                        "output.LayerNorm");
    }

    private static List<String> prefixed(String prefix, String... names) {
        return Arrays.stream(names).map(name -> prefix + name).toList();
    }

    private NDArray layer(NDArray x, List<String> names) {
        int heads = math.integer(type.equals("distilbert") ? "n_heads" : "num_attention_heads");
        String act = math.config()
                .get(type.equals("distilbert") ? "activation" : "hidden_act")
                .getAsString();
        double scale = 1 / Math.sqrt((double) x.getShape().get(1) / heads);
        NDArray seen = math.attention(
                math.linear(x, names.get(0)),
                math.linear(x, names.get(1)),
                math.linear(x, names.get(2)),
                heads,
                scale,
                null);
        NDArray y = math.layerNorm(math.linear(seen, names.get(3)).add(x), names.get(4), epsilon);
        NDArray inner = math.linear(math.activation(math.linear(y, names.get(5)), act), names.get(6));
        return math.layerNorm(inner.add(y), names.get(7), epsilon);
    }
}
